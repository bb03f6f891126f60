/** Schedules by hand, each for one rule of the engine that random schedules do not time: how quickly, in which order. */

import { calmSchedule } from './calm-schedule.ts';
import {
  closesIn,
  type Example,
  entry,
  fault,
  first,
  flatWithin,
  long,
  refused,
  sentIn,
  stopEntry,
  tookMs,
} from './example-parts.ts';
import { LIMIT_EXAMPLES } from './examples-of-limits.ts';
import { READ_EXAMPLES } from './examples-of-reads.ts';
import type { Attempt } from './play.ts';

export const EXAMPLES: readonly Example[] = [
  {
    says: 'closes go out first, the largest before the others, and cancels of other symbols after them',
    schedule: calmSchedule({
      positions: [long('AUSDT', 1_000), long('BUSDT', 9_000), long('CUSDT', 5_000)],
      orders: [entry('DUSDT')],
    }),
    check: run => {
      const acts = sentIn(run, first(run)).filter(({ kind }) => kind === 'close' || kind.startsWith('cancel'));
      const order = acts.slice(0, 4).map(act => (act.kind === 'close' ? act.order.quantity : act.kind));
      const right = '9.000 5.000 1.000 cancel-orders';
      return order.join(' ') === right ? undefined : `went out as ${order.join(' ')}`;
    },
  },
  {
    says: 'a position that shrinks with each order is closed without pauses',
    schedule: calmSchedule({ positions: [long('AUSDT', 40_000)], exchange: { thinBook: 4_000 } }),
    check: flatWithin(1_200),
  },
  {
    says: 'an order waits for a cancel that hangs, but not for long',
    schedule: calmSchedule({
      positions: [long('AUSDT', 1_000)],
      orders: [{ ...entry('AUSDT'), side: 'BUY' }],
      faults: [fault('cancel-orders', { kind: 'lost', says: 'silence', afterMs: 0 }, { times: 1_000 })],
    }),
    check: run => {
      const close = run.watch.sent.find(({ request }) => request.kind === 'close');
      const afterMs = (close?.atMs ?? Number.POSITIVE_INFINITY) - first(run).startedAtMs;
      return afterMs > 40 && afterMs < 1_300 ? undefined : `the order went out after ${afterMs} ms`;
    },
  },
  {
    says: 'a symbol that was closed has its conditional orders cancelled once more, whatever the list shows',
    schedule: calmSchedule({
      positions: [long('AUSDT', 1_000)],
      conditionals: [stopEntry('AUSDT')],
      faults: [fault('conditional-orders', { kind: 'hides', symbol: undefined }, { times: 1_000, untilMs: 5_000 })],
    }),
    check: run => {
      const sweeps = sentIn(run, first(run)).filter(({ kind }) => kind === 'cancel-conditionals').length;
      return sweeps === 1 ? undefined : `it was swept ${sweeps} times`;
    },
  },
  {
    says: 'the second read of the proof begins at least 500 ms after the first has ended',
    schedule: calmSchedule(),
    check: run => (tookMs(run) >= 520 && tookMs(run) < 600 ? undefined : `took ${tookMs(run)} ms`),
  },
  {
    says: 'one kind of request that is refused for the key stops nothing',
    schedule: calmSchedule({
      positions: [long('AUSDT', 1_000)],
      faults: [fault('close', refused('key', 'key'), { times: 3 })],
    }),
    check: flatWithin(3_500),
  },
  {
    says: 'one symbol that is refused for good does not hold up the others',
    schedule: calmSchedule({
      positions: [long('AUSDT', 9_000), long('BUSDT', 1_000)],
      halts: [{ symbol: 'AUSDT', untilMs: 20_000, reason: 'symbol-restricted' }],
    }),
    check: run => {
      const gone = run.model.books.position('BUSDT', 'BOTH')?.updatedAtMs ?? Number.POSITIVE_INFINITY;
      return gone - first(run).startedAtMs < 100
        ? undefined
        : `BUSDT was closed after ${gone - first(run).startedAtMs} ms`;
    },
  },
  {
    says: 'an order that waits in the engine for longer than its window is sent with a wider one',
    schedule: calmSchedule({
      positions: [long('AUSDT', 1_000)],
      exchange: { queueMs: 1_200, queueUntilMs: 60_000 },
      job: { recvWindowMs: 700, timeoutMs: 12_000 },
    }),
    check: flatWithin(4_000),
  },
  {
    says: 'what is open again after FLAT is closed by the read that confirms',
    schedule: calmSchedule({
      trades: [{ symbol: 'AUSDT', side: 'BOTH', delta: 1_000, reduceOnly: false, atMs: 3_000 }],
    }),
    check: run =>
      run.attempts.length === 2 && closesIn(run, run.attempts[1] as Attempt).length === 1
        ? undefined
        : `closed in ${run.attempts.length} attempts`,
  },
  {
    says: 'a clock that is refused is set, and all goes on',
    schedule: calmSchedule({ positions: [long('AUSDT', 1_000)], clockSteps: [0] }),
    check: flatWithin(700),
  },
  {
    says: 'a key that was rotated is read again, and all goes on',
    schedule: calmSchedule({ positions: [long('AUSDT', 1_000)], key: { atMs: 0, secretAtMs: 0 } }),
    check: flatWithin(700),
  },
  {
    says: 'a position that keeps its refused rest uses up its tries and leaves the rest to the next attempt',
    schedule: calmSchedule({
      positions: [long('AUSDT', 1_000)],
      faults: [fault('close', refused('rejected', 'request'), { times: 1_000, untilMs: 10_000 })],
    }),
    check: run => {
      const closes = closesIn(run, first(run)).length;
      return closes === 4 ? undefined : `${closes} orders went out in the first attempt, with 3 retries`;
    },
  },
  {
    says: 'a symbol that an earlier attempt closed is swept by the next one',
    schedule: calmSchedule({
      positions: [long('AUSDT', 1_000)],
      conditionals: [stopEntry('AUSDT')],
      job: { timeoutMs: 1_000 },
      faults: [
        fault('close', { kind: 'slow', thereMs: 0, backMs: 4_000 }),
        fault('positions', { kind: 'lost', says: 'silence', afterMs: 0 }, { skip: 1, times: 1_000, untilMs: 1_500 }),
        fault('conditional-orders', { kind: 'hides', symbol: undefined }, { times: 1_000, untilMs: 6_000 }),
      ],
    }),
    check: run => {
      const second = run.attempts[1];
      const sweeps =
        second === undefined ? [] : sentIn(run, second).filter(({ kind }) => kind === 'cancel-conditionals');
      return sweeps.length === 1 ? undefined : `the second attempt swept ${sweeps.length} times`;
    },
  },
  {
    says: 'a cancel on a connection that is dead each time is repeated at once a single time',
    schedule: calmSchedule({
      orders: [entry('AUSDT')],
      faults: [
        fault(
          'cancel-orders',
          { kind: 'lost', says: 'stale-connection', afterMs: 20 },
          { times: 1_000, untilMs: 3_000 },
        ),
      ],
    }),
    check: run => {
      const cancels = sentIn(run, first(run)).filter(({ kind }) => kind === 'cancel-orders').length;
      return cancels < 8 ? undefined : `${cancels} cancels went out`;
    },
  },
  {
    says: 'an entry that fills before its cancel arrives is closed, although positions lag',
    schedule: calmSchedule({
      orders: [{ ...entry('AUSDT'), fillsAtMs: 25 }],
      exchange: { positionLagMs: 800, lagsUntilMs: 60_000 },
    }),
    check: run => (closesIn(run, first(run)).length > 0 ? flatWithin(4_000)(run) : 'the first attempt closed nothing'),
  },
  {
    says: 'an entry that lives and is no longer listed is cancelled unseen',
    schedule: calmSchedule({
      positions: [long('AUSDT', 1_000)],
      orders: [entry('BUSDT')],
      faults: [
        fault('close', {
          kind: 'refused',
          failure: { certainty: 'refused', subject: 'target', reason: 'reduce-only-rejected' },
        }),
        fault('cancel-orders', { kind: 'lost', says: 'no-answer', afterMs: 100 }, { symbol: 'BUSDT' }),
        fault('open-orders', { kind: 'hides', symbol: undefined }, { skip: 1, times: 1_000, untilMs: 30_000 }),
      ],
    }),
    check: flatWithin(4_500),
  },
  {
    says: 'beside a row that cannot be read entries are cancelled one by one',
    schedule: calmSchedule({
      positions: [long('AUSDT', 1_000)],
      conditionals: [{ ...stopEntry('AUSDT'), side: 'SELL', quantity: 0, closePosition: true }, stopEntry('AUSDT')],
      faults: [fault('conditional-orders', { kind: 'unread', symbol: undefined })],
      halts: [{ symbol: 'AUSDT', untilMs: 1_000, reason: 'rejected' }],
    }),
    check: run =>
      sentIn(run, first(run)).some(({ kind }) => kind === 'cancel-conditional')
        ? undefined
        : 'none was cancelled by itself',
  },
  {
    says: 'a read that is answered late does not bring back what a newer one no longer shows',
    schedule: calmSchedule({
      positions: [long('AUSDT', 1_000)],
      faults: [fault('positions', { kind: 'slow', thereMs: 0, backMs: 620 })],
    }),
    check: run => {
      const closes = closesIn(run, first(run)).length;
      return closes === 1 ? undefined : `${closes} orders went out`;
    },
  },
  {
    says: 'an entry that is not explained yet keeps FLAT from being said',
    schedule: calmSchedule({
      orders: [{ ...entry('AUSDT'), fillsAtMs: 25 }],
      exchange: { positionLagMs: 800, lagsUntilMs: 60_000 },
      faults: [fault('order', { kind: 'slow', thereMs: 0, backMs: 1_500 }, { times: 1_000 })],
      job: { timeoutMs: 12_000 },
    }),
    check: run => (closesIn(run, first(run)).length > 0 ? flatWithin(9_000)(run) : 'the first attempt closed nothing'),
  },
  ...LIMIT_EXAMPLES,
  ...READ_EXAMPLES,
];
