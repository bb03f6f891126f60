/** Makes a schedule that breaks a rule smaller, as long as it still breaks it: what is left is what it takes. */

import type { Schedule } from './schedule.ts';

const LISTS = [
  'faults',
  'trades',
  'twapOrders',
  'halts',
  'limits',
  'clockSteps',
  'conditionals',
  'orders',
  'positions',
] as const;

export function shrink(schedule: Schedule, isBroken: (smaller: Schedule) => boolean): Schedule {
  let smallest = schedule;
  for (let again = true; again; ) {
    again = false;
    for (const smaller of smallerThan(smallest)) {
      if (!isBroken(smaller)) continue;
      smallest = smaller;
      again = true;
      break;
    }
  }
  return smallest;
}

function* smallerThan(schedule: Schedule): Generator<Schedule> {
  for (const list of LISTS) {
    const items: readonly unknown[] = schedule[list];
    for (let at = 0; at < items.length; at += 1) yield { ...schedule, [list]: items.toSpliced(at, 1) } as Schedule;
  }
  if (schedule.key) yield { ...schedule, key: undefined };
  const { exchange, job } = schedule;
  for (const [name, calm] of Object.entries(CALM_EXCHANGE)) {
    if (exchange[name as keyof typeof exchange] !== calm)
      yield { ...schedule, exchange: { ...exchange, [name]: calm } };
  }
  if (job.mayActAfterMs !== 0) yield { ...schedule, job: { ...job, mayActAfterMs: 0 } };
  if (job.symbols !== undefined) yield { ...schedule, job: { ...job, symbols: undefined } };
}

const CALM_EXCHANGE = {
  ...{ wireMs: 10, spreadMs: 0, positionLagMs: 0, listLagMs: 0, lagsUntilMs: 0, thinBook: undefined, emptyUntilMs: 0 },
  ...{ largestQuantity: undefined, documentedLargest: undefined, takenDigits: 3, writtenDigits: 3, queueMs: 0 },
  ...{ queueUntilMs: 0, receipts: 'full', emptyCancel: 'ok', weightUsed: 0, oversize: 'reject' },
} as const;
