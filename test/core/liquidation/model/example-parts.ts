/** What examples are made of: accounts, faults, and checks of a run. */

import type { ExchangeRequest } from '../../../../lambda/core/exchange/request.ts';
import type { Attempt, Played } from './play.ts';
import type { Fault, HeldPosition, RestingOrder, Schedule, WaitingOrder } from './schedule.ts';

export interface Example {
  readonly says: string;
  readonly schedule: Schedule;
  /** Undefined when it is as it must be, otherwise what is wrong. */
  readonly check: (run: Played) => string | undefined;
}

export const long = (symbol: string, amount: number): HeldPosition => ({ symbol, side: 'BOTH', amount });
export const entry = (symbol: string): RestingOrder => ({
  ...{ symbol, side: 'SELL', positionSide: 'BOTH', quantity: 1_000, reduceOnly: false },
  ...{ fillsAtMs: undefined, fillsOnCancel: false },
});
export const stopEntry = (symbol: string): WaitingOrder => ({
  ...{ symbol, side: 'BUY', positionSide: 'BOTH', quantity: 500, reduceOnly: false, closePosition: false },
  triggersAtMs: undefined,
});
export const fault = (on: Fault['on'], fate: Fault['fate'], more: Partial<Fault> = {}): Fault => ({
  ...{ on, symbol: undefined, skip: 0, times: 1, untilMs: 60_000, fate },
  ...more,
});
export const refused = (
  reason: 'key' | 'too-large' | 'too-many-digits' | 'rejected',
  subject: 'key' | 'target' | 'request',
): Fault['fate'] => ({
  kind: 'refused',
  failure: { certainty: 'refused', subject, reason },
});

export const first = ({ attempts }: Played): Attempt => attempts[0] as Attempt;
export const tookMs = (run: Played): number => first(run).endedAtMs - first(run).startedAtMs;
export const sentIn = (run: Played, attempt: Attempt): readonly ExchangeRequest[] =>
  run.watch.sent
    .filter(({ atMs }) => atMs >= attempt.startedAtMs && atMs <= attempt.endedAtMs)
    .map(({ request }) => request);
export const closesIn = (run: Played, attempt: Attempt): readonly string[] =>
  sentIn(run, attempt).flatMap(request => (request.kind === 'close' ? [request.order.quantity] : []));

export function flatWithin(mostMs: number): Example['check'] {
  return run => {
    if (first(run).end.kind !== 'flat') return `the first attempt ended as ${first(run).end.kind}`;
    return tookMs(run) <= mostMs ? undefined : `took ${tookMs(run)} ms instead of ${mostMs}`;
  };
}
