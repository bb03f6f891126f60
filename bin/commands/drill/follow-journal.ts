/** Reports each request of the exchange's journal when it has its answer. */

import type { Clock } from '../../../lambda/ports.ts';
import type { JournalEntry } from '../../../simulator/exchange.ts';
import { poll } from './poll.ts';
import type { ReportProgress } from './progress.ts';

const POLL_MS = 8;

/** Skips the first `from` entries. Returns the function that stops it and gives the requests without an answer. */
export function followJournal(
  journal: readonly JournalEntry[],
  clock: Clock,
  reportProgress: ReportProgress,
  from = 0,
): () => Promise<readonly JournalEntry[]> {
  let waiting: readonly JournalEntry[] = [];
  let read = from;

  const readOn = (): void => {
    waiting = [...waiting, ...journal.slice(read)];
    read = journal.length;
    const ready = waiting.filter(entry => entry.answeredAtMs !== undefined);
    waiting = waiting.filter(entry => entry.answeredAtMs === undefined);
    for (const entry of ready) reportProgress({ kind: 'request', entry, atMs: entry.answeredAtMs ?? clock.nowMs() });
  };
  const end = poll(clock, POLL_MS, readOn);

  return async () => {
    await end();
    return waiting;
  };
}
