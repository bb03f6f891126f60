/** Reports each request of the exchange's journal when it has its answer. */

import type { Clock } from '../../../lambda/ports.ts';
import type { JournalEntry } from '../../../simulator/exchange.ts';
import { poll } from './poll.ts';
import type { ReportProgress } from './progress.ts';

export interface JournalFollower {
  /** Returns the requests without an answer so far. */
  stop(): Promise<readonly JournalEntry[]>;
}

const POLL_MS = 8;

/** `from`: the number of entries to skip. */
export function followJournal(
  journal: readonly JournalEntry[],
  clock: Clock,
  reportProgress: ReportProgress,
  from = 0,
): JournalFollower {
  let waiting: readonly JournalEntry[] = [];
  let read = from;

  const look = (): void => {
    waiting = [...waiting, ...journal.slice(read)];
    read = journal.length;
    const ready = waiting.filter(entry => entry.answeredAtMs !== undefined);
    waiting = waiting.filter(entry => entry.answeredAtMs === undefined);
    for (const entry of ready) reportProgress({ kind: 'request', entry, atMs: entry.answeredAtMs ?? clock.nowMs() });
  };
  const end = poll(clock, POLL_MS, look);

  return {
    stop: async () => {
      await end();
      return waiting;
    },
  };
}
