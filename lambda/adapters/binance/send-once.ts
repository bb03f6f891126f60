/**
 * One request, sent at most once and bounded in time. Gives what came over the wire, or why nothing did.
 *
 *   called ── sign ── handed to the transport ─────────────── answer
 *          not sent  │            no answer: it may have arrived
 */

import type { WireFact } from '../../core/failure.ts';
import type { CallLimits, Clock } from '../../ports.ts';
import { type Bounds, callThroughSdk, type Progress, type Wire, type WireRequest } from './sdk-call.ts';
import { UnusableSecretError } from './signer.ts';
import { transportFault } from './transport-fault.ts';
import type { WireAnswer } from './wire-answer.ts';

export type Sent =
  | { readonly kind: 'answer'; readonly answer: WireAnswer }
  | { readonly kind: 'fact'; readonly fact: Exclude<WireFact, { kind: 'answered' | 'bad-shape' }> }
  | { readonly kind: 'cannot-sign'; readonly error: UnusableSecretError };

/** Throws only what nobody foresaw. `clock` bounds the call; axios' own timeout is a backstop behind it. */
export async function sendOnce(wire: Wire, request: WireRequest, limits: CallLimits, clock: Clock): Promise<Sent> {
  const { timeoutMs, signal } = limits;
  if (signal?.aborted) return notSent('not sent: the call was given up before');
  if (!(timeoutMs > 0)) return notSent('not sent: no time was left');

  const progress: Progress = { handedOver: false, answer: undefined };
  const finished = new AbortController();
  const giveUp = new AbortController();
  const givenUp = (detail: string): Sent => (progress.handedOver ? noAnswer(detail) : notSent(`not sent: ${detail}`));
  try {
    const outcome = await Promise.race([
      clock.sleep(timeoutMs, finished.signal).then(() => givenUp(`no answer within ${Math.round(timeoutMs)} ms`)),
      aborted(signal, finished.signal).then(() => givenUp('given up while waiting for the answer')),
      exchangeOf(wire, request, { progress, signal: giveUp.signal, timeoutMs }),
    ]);
    // An answer that came in the same moment as the bell counts.
    return progress.answer ? { kind: 'answer', answer: progress.answer } : outcome;
  } finally {
    finished.abort(OVER);
    giveUp.abort(OVER);
  }
}

async function exchangeOf(wire: Wire, request: WireRequest, bounds: Bounds): Promise<Sent> {
  const { progress } = bounds;
  try {
    await callThroughSdk(wire, request, bounds);
  } catch (error) {
    if (error instanceof UnusableSecretError) return { kind: 'cannot-sign', error };
    // A status other than 200 is thrown too; it has been noted like any other.
    const fault = progress.answer ? undefined : transportFault(error);
    if (fault) return { kind: 'fact', fact: fault };
    if (!progress.answer) throw error;
  }
  return progress.answer ? { kind: 'answer', answer: progress.answer } : noAnswer('the answer was lost');
}

/** Resolves when `signal` aborts; never if there is none. `until` takes the listener away. */
function aborted(signal: AbortSignal | undefined, until: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    signal?.addEventListener('abort', () => resolve(), { once: true, signal: until });
  });
}

/** A reason of our own: without one, each abort makes a DOMException with a stack, twice per request. */
const OVER = 'over';

const notSent = (detail: string): Sent => ({ kind: 'fact', fact: { kind: 'not-sent', detail } });
const noAnswer = (detail: string): Sent => ({ kind: 'fact', fact: { kind: 'no-answer', detail } });
