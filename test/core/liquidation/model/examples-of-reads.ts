/** Schedules by hand for what is read, and how often. */

import { calmSchedule } from './calm-schedule.ts';
import { type Example, fault, first, flatWithin, long, sentIn } from './example-parts.ts';

export const READ_EXAMPLES: readonly Example[] = [
  {
    says: 'a read that hangs is asked for a second time',
    schedule: calmSchedule({
      positions: [long('AUSDT', 1_000)],
      faults: [fault('positions', { kind: 'lost', says: 'silence', afterMs: 0 })],
    }),
    check: flatWithin(1_500),
  },
  {
    says: 'a read that is never answered is asked for three times and no more',
    schedule: calmSchedule({
      faults: [fault('positions', { kind: 'lost', says: 'silence', afterMs: 0 }, { times: 1_000, untilMs: 6_000 })],
    }),
    check: run => {
      const reads = sentIn(run, first(run)).filter(({ kind }) => kind === 'positions').length;
      return reads === 3 ? undefined : `${reads} reads went out`;
    },
  },
  {
    says: 'a position that the first read hides is found by the older endpoint, before the second read',
    schedule: calmSchedule({
      positions: [long('AUSDT', 1_000)],
      faults: [fault('positions', { kind: 'hides', symbol: undefined })],
    }),
    check: flatWithin(900),
  },
  {
    says: 'the lists of orders are not polled while a close is on its way',
    schedule: calmSchedule({
      positions: [long('AUSDT', 1_000)],
      exchange: { queueMs: 1_500, queueUntilMs: 20_000 },
    }),
    check: run => {
      const reads = sentIn(run, first(run)).filter(({ kind }) => kind === 'open-orders').length;
      return reads <= 3 ? undefined : `they were read ${reads} times`;
    },
  },
];
