/**
 * One request, sent at most once and bounded in time. Gives what came over the wire, or why nothing did.
 *
 *   called ── sign ── handed to the transport ─────────────── answer
 *          not sent  │            no answer: it may have arrived
 */

import type { WireFact } from '../../core/failure.ts';
import type { CallLimits, Clock } from '../../ports.ts';
import type { Flight, HttpRequest, Transport } from './http-transport.ts';
import type { Params } from './order-params.ts';
import { type Signing, targetOf } from './signed-target.ts';
import { UnusableSecretError } from './signer.ts';
import { transportFault } from './transport-fault.ts';
import type { WireAnswer } from './wire-answer.ts';

export interface WireRequest extends Omit<HttpRequest, 'target'> {
  readonly path: string;
  readonly params: Params;
  /** Undefined for a public request. */
  readonly signing: Signing | undefined;
}

export type Sent =
  | { readonly kind: 'answer'; readonly answer: WireAnswer }
  | { readonly kind: 'fact'; readonly fact: Exclude<WireFact, { kind: 'answered' | 'bad-shape' }> }
  | { readonly kind: 'cannot-sign'; readonly error: UnusableSecretError };

/** Throws only what nobody foresaw. */
export async function sendOnce(
  transport: Transport,
  request: WireRequest,
  { timeoutMs, signal }: CallLimits,
  clock: Clock,
): Promise<Sent> {
  if (signal?.aborted) return notSent('not sent: the call was given up before');
  if (!(timeoutMs > 0)) return notSent('not sent: no time was left');
  const target = signedTarget(request);
  if (typeof target !== 'string') return { kind: 'cannot-sign', error: target };

  const { origin, method, apiKey } = request;
  const flight = transport({ origin, method, target, apiKey });
  const arrival = arrivalOf(flight);
  const bell = new AbortController();
  const givenUp = Promise.withResolvers<Sent>();
  const giveUp = (): void => givenUp.resolve(noAnswer('given up while waiting for the answer'));
  signal?.addEventListener('abort', giveUp);
  try {
    return await Promise.race([
      // First of the three: an answer that came in the same moment as the bell counts.
      arrival,
      clock.sleep(timeoutMs, bell.signal).then(() => noAnswer(`no answer within ${Math.round(timeoutMs)} ms`)),
      givenUp.promise,
    ]);
  } finally {
    signal?.removeEventListener('abort', giveUp);
    bell.abort(OVER);
    flight.abandon();
  }
}

function signedTarget({ path, params, signing }: WireRequest): string | UnusableSecretError {
  try {
    return targetOf(path, params, signing);
  } catch (error) {
    if (error instanceof UnusableSecretError) return error;
    throw error;
  }
}

async function arrivalOf({ answer }: Flight): Promise<Sent> {
  try {
    return { kind: 'answer', answer: await answer };
  } catch (error) {
    const fact = transportFault(error);
    if (fact) return { kind: 'fact', fact };
    throw error;
  }
}

/** A reason of our own: without one, each abort makes a DOMException with a stack. */
const OVER = 'over';

const notSent = (detail: string): Sent => ({ kind: 'fact', fact: { kind: 'not-sent', detail } });
const noAnswer = (detail: string): Sent => ({ kind: 'fact', fact: { kind: 'no-answer', detail } });
