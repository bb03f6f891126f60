/** Accounts at which nothing goes wrong: what must hold of them on top of everything else. */

import { play } from './play.ts';
import { randomSchedule } from './random-schedule.ts';
import type { Schedule } from './schedule.ts';
import type { Violation } from './violations.ts';

export function calmAccount(seed: number): Schedule {
  const { exchange, orders, conditionals, job, ...rest } = randomSchedule(seed, { positions: 12, faults: 0 });
  const { wireMs, spreadMs, reservedBy, oversize, emptyCancel } = exchange;
  return {
    ...rest,
    ...{ trades: [], twapOrders: [], faults: [], halts: [], limits: [], clockSteps: [], key: undefined },
    orders: orders.map(one => ({ ...one, fillsAtMs: undefined, fillsOnCancel: false })),
    conditionals: conditionals.map(one => ({ ...one, triggersAtMs: undefined })),
    exchange: {
      ...{ wireMs, spreadMs, reservedBy, oversize, emptyCancel, positionLagMs: 0, listLagMs: 0, lagsUntilMs: 0 },
      ...{
        thinBook: undefined,
        emptyUntilMs: 0,
        largestQuantity: undefined,
        documentedLargest: undefined,
        leastQuantity: 0,
      },
      ...{ takenDigits: 3, writtenDigits: 3, queueMs: 0, queueUntilMs: 0, receipts: 'full', weightUsed: 0 },
    },
    job: { ...job, timeoutMs: 12_000, closePositions: true, cancelOrders: true, symbols: undefined },
  };
}

export function calmViolations(seed: number): readonly Violation[] {
  const schedule = calmAccount(seed);
  const { attempts, watch, violations } = play(schedule);
  // A slow answer is asked for a second time, and an order goes out before a slow list: it may be refused once.
  const isSlow = schedule.exchange.wireMs + schedule.exchange.spreadMs > 75;
  const [first] = attempts;
  const found: Violation[] = [...violations];
  const say = (rule: Violation['rule'], says: string): void => {
    found.push({ rule, says: `seed ${seed}: ${says}` });
  };
  if (first?.end.kind !== 'flat' || attempts.length !== 2) say('calm', `the first attempt ended as ${first?.end.kind}`);
  const closes = watch.sent.filter(({ request }) => request.kind === 'close').length;
  if (!isSlow && closes !== schedule.positions.length)
    say('calm', `${closes} orders for ${schedule.positions.length} positions`);
  const endedAtMs = first?.endedAtMs ?? 0;
  for (const kind of ['open-orders', 'conditional-orders'] as const) {
    const reads = watch.sent.filter(({ request, atMs }) => request.kind === kind && atMs <= endedAtMs).length;
    // The first plan, after cancels, and the two of the proof; stops are cancelled later than entries.
    if (reads > (isSlow ? 8 : schedule.conditionals.length > 1 ? 5 : 4))
      say('lists', `${kind} were read ${reads} times`);
  }
  return found;
}
