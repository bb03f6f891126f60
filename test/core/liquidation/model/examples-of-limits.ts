/** Schedules by hand for what refusals teach, and what they must not teach for good. */

import { calmSchedule } from './calm-schedule.ts';
import { closesIn, type Example, fault, first, flatWithin, long, refused, sentIn, stopEntry } from './example-parts.ts';
import type { Played } from './play.ts';
export const LIMIT_EXAMPLES: readonly Example[] = [
  {
    says: 'a size that was refused is not sent again, in this attempt or in the next',
    schedule: calmSchedule({
      positions: [long('AUSDT', 8_000)],
      exchange: { largestQuantity: 1_000, thinBook: 20 },
      job: { timeoutMs: 1_000 },
    }),
    check: run => {
      const refusals = run.watch.sent.filter(
        ({ request }) => request.kind === 'close' && Number(request.order.quantity) > 1,
      );
      return refusals.length <= 3 ? undefined : `${refusals.length} orders were larger than what is taken`;
    },
  },
  {
    says: 'a size that was refused wrongly is asked to be larger again, and few orders are needed',
    schedule: calmSchedule({
      positions: [long('AUSDT', 900_000)],
      faults: [fault('close', refused('too-large', 'target'), { times: 12 })],
    }),
    check: run => {
      const orders = closesIn(run, first(run)).length - 12;
      if (first(run).end.kind !== 'flat') return `the first attempt ended as ${first(run).end.kind}`;
      return orders <= 60 ? undefined : `${orders} orders went out`;
    },
  },
  {
    says: 'digits that were refused wrongly leave nothing that is called dust',
    schedule: calmSchedule({
      positions: [long('AUSDT', 7_123)],
      faults: [fault('close', refused('too-many-digits', 'target'), { times: 2 })],
    }),
    check: flatWithin(1_500),
  },
  {
    says: 'a rest that a wrong refusal and a wrong document leave is asked for before it is called dust',
    schedule: calmSchedule({
      positions: [long('AUSDT', 7_123)],
      exchange: { documentedDigits: 1 },
      faults: [fault('close', refused('too-many-digits', 'target'))],
    }),
    check: flatWithin(1_000),
  },
  {
    says: 'a refusal that no order proved is not believed by the next attempt',
    schedule: calmSchedule({
      positions: [long('AUSDT', 4_321)],
      faults: [fault('close', refused('too-many-digits', 'target'), { times: 1_000, untilMs: 900 })],
      job: { timeoutMs: 1_000, maxRetries: 0 },
    }),
    check: run => {
      const second = run.attempts[1];
      const closes = second === undefined ? [] : closesIn(run, second);
      return closes.join(' ') === '4.321' ? undefined : `the second attempt sent ${closes.join(' ')}`;
    },
  },
  {
    says: 'the search for a size that is taken goes on in the next attempt where the last one ended',
    schedule: calmSchedule({
      positions: [long('AUSDT', 66_575)],
      exchange: { wireMs: 100, largestQuantity: 1_000 },
      job: { timeoutMs: 1_648 },
    }),
    check: run => {
      const closed = run.attempts.findIndex(
        ({ end }) => end.kind === 'flat' || (end.kind === 'time' && end.seenFlatOnce),
      );
      return closed >= 0 && closed <= 2
        ? undefined
        : `it was flat after ${closed + 1} of ${run.attempts.length} attempts`;
    },
  },
  {
    says: 'a size that a whole attempt was refused wrongly is not believed by the next one',
    schedule: calmSchedule({
      positions: [long('AUSDT', 66_575)],
      faults: [fault('close', refused('too-large', 'target'), { times: 1_000, untilMs: 900 })],
      job: { timeoutMs: 1_000, maxRetries: 0 },
    }),
    check: run => {
      const second = run.attempts[1];
      const closes = second === undefined ? [] : closesIn(run, second);
      return closes.join(' ') === '66.575' ? undefined : `the second attempt sent ${closes.join(' ')}`;
    },
  },
  {
    says: 'a position that others enlarge in a halted symbol has the rules read twice a second at most',
    schedule: calmSchedule({
      hedge: true,
      twapOrders: [
        { symbol: 'AUSDT', side: 'SELL', positionSide: 'SHORT', quantity: 98, everyMs: 285, untilMs: 27_619 },
      ],
      halts: [{ symbol: 'AUSDT', untilMs: 7_599, reason: 'not-trading' }],
      job: { hasWallet: false, retryDelayMs: 100 },
    }),
    check: run => {
      const asked = run.watch.sent.flatMap(({ atMs, request }) => (request.kind === 'rules' ? [atMs] : []));
      const early = asked.filter((atMs, index) => atMs < (asked[index - 1] ?? 0) + 500).length;
      return asked.length > 2 && early === 0 ? undefined : `${asked.length} reads, ${early} of them early`;
    },
  },
  {
    says: 'orders that wait in the engine for longer than an attempt lasts have ever wider windows',
    schedule: calmSchedule({
      positions: [long('AUSDT', 8_000)],
      exchange: { queueMs: 30_000, queueUntilMs: 600_000 },
      job: { timeoutMs: 20_000 },
    }),
    check: run => flatAfter(run, 60_000),
  },
  {
    says: 'what the last attempt waited for in vain is the window of the next',
    schedule: calmSchedule({
      positions: [long('AUSDT', 8_000)],
      exchange: { queueMs: 12_000, queueUntilMs: 600_000 },
      job: { maxRetries: 0 },
    }),
    check: run => flatAfter(run, 60_000),
  },
  {
    says: 'zeros at the end that are refused forbid no digit',
    schedule: calmSchedule({
      positions: [long('AUSDT', 336_600)],
      exchange: { writtenDigits: 3, takenDigits: 1, thinBook: 315_000 },
    }),
    check: run => {
      const closes = closesIn(run, first(run)).join(' ');
      return closes === '336.600 336.6 21.6' ? undefined : `went out as ${closes}`;
    },
  },
  {
    says: 'a hedged rest that refused digits leave is large enough to be closed',
    schedule: calmSchedule({
      hedge: true,
      positions: [{ symbol: 'AUSDT', side: 'LONG', amount: 4_321 }],
      exchange: { leastQuantity: 500 },
      faults: [fault('close', refused('too-many-digits', 'target'))],
    }),
    check: flatWithin(700),
  },
  {
    says: 'a sweep that is refused once is sent again',
    schedule: calmSchedule({
      positions: [long('AUSDT', 1_000)],
      conditionals: [stopEntry('AUSDT')],
      job: { retryDelayMs: 100 },
      faults: [
        fault('conditional-orders', { kind: 'hides', symbol: undefined }, { times: 1_000, untilMs: 5_000 }),
        fault('cancel-conditionals', refused('rejected', 'request')),
      ],
    }),
    check: run => {
      const sweeps = sentIn(run, first(run)).filter(({ kind }) => kind === 'cancel-conditionals').length;
      return sweeps === 2 ? undefined : `it was swept ${sweeps} times`;
    },
  },
  {
    says: 'chunks have no more digits than the position needs',
    schedule: calmSchedule({
      positions: [long('AUSDT', 517_000)],
      exchange: { writtenDigits: 8, takenDigits: 0, largestQuantity: 100_000, documentedLargest: undefined },
      faults: [fault('rules', refused('rejected', 'request'), { times: 1_000 })],
    }),
    check: run => {
      const [, ...others] = closesIn(run, first(run));
      return others.some(quantity => quantity.includes('.'))
        ? `went out as ${others.join(' ')}`
        : flatWithin(2_000)(run);
    },
  },
];

function flatAfter({ attempts }: Played, mostMs: number): string | undefined {
  const tookMs = (attempts.find(({ end }) => end.kind === 'flat')?.endedAtMs ?? 0) - (attempts[0]?.startedAtMs ?? 0);
  return tookMs > 0 && tookMs <= mostMs ? undefined : `flat after ${tookMs} ms`;
}
