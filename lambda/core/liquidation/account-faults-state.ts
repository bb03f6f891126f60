/** What is suspected and repaired beyond one symbol. */

import type { Failure } from '../exchange/failure.ts';
import type { ExchangeRequest } from '../exchange/request.ts';

/** Confirmed only by another kind of request after the repair. */
export interface AccountFaults {
  readonly clock: Repair;
  readonly key: Repair;
  /** Kinds of request that failed since the repair, by subject, with the failure. */
  readonly suspects: ReadonlyMap<Suspect, ReadonlyMap<ExchangeRequest['kind'], Failure>>;
  /** The last rate limit failure. */
  readonly limited: Failure | undefined;
  /** recvWindow of the closes from now on. */
  readonly recvWindowMs: number;
}

export type Suspect = 'key' | 'address' | 'account';

/** A repair that one request makes: set the clock, read the secret again. */
export type Repair =
  | { readonly kind: 'not-needed' }
  /** From `sinceMs` on, after so many failures in a row. */
  | { readonly kind: 'wanted'; readonly sinceMs: number; readonly failures: number }
  | { readonly kind: 'running'; readonly sinceMs: number; readonly failures: number }
  /** Requests sent before `atMs` may be repeated after it. `isNewKey`: the secret held another key. */
  | { readonly kind: 'done'; readonly atMs: number; readonly isNewKey?: boolean };
