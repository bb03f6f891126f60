/** What to do after a failure: a decision about the pair (operation, failure). The table of the whole system's courage. */

import type { Failure } from './failure.ts';

/** A read changes nothing, a cancel may be sent twice, an order may not. */
export type Operation = 'read' | 'cancel' | 'order';

export type Step =
  /** The same request again, after the told wait or a backoff. */
  | 'repeat'
  /** Ask the server's time, then the same request again, once. */
  | 'resync-clock'
  /** Read the secret again, then the same request again, once. */
  | 'reread-secret'
  /** What was asked for is so already. */
  | 'reached'
  /** Look at the account before anything else is sent for this symbol. */
  | 'observe'
  /** Look at the exchange's rules for the symbol, then plan anew. */
  | 'consult-rules'
  /** This symbol cannot be closed now; retrying will not help. */
  | 'set-aside'
  /** No request of ours will pass: end the run. */
  | 'stop';

export function nextStep(operation: Operation, failure: Failure): Step {
  switch (failure.knowledge) {
    case 'forbidden':
      return failure.reason === 'key' ? 'reread-secret' : 'stop';
    case 'throttled':
    case 'unreached':
      return 'repeat';
    case 'unknown':
      return operation === 'order' ? 'observe' : 'repeat';
    case 'refused':
      return afterRefusal(operation, failure);
  }
}

function afterRefusal(operation: Operation, failure: Failure): Step {
  if (failure.reason === 'clock') return 'resync-clock';
  if (operation === 'cancel') {
    if (failure.reason === 'nothing-there') return 'reached';
    return failure.reason === 'triggering' ? 'repeat' : 'observe';
  }
  if (operation === 'read') return 'observe';
  switch (failure.reason) {
    case 'not-closable':
      return 'set-aside';
    case 'too-large':
    case 'too-small':
    case 'off-step':
    case 'thin-book':
    case 'rejected':
    case 'our-bug':
    case 'unforeseen':
      return 'consult-rules';
    default:
      return 'observe';
  }
}
