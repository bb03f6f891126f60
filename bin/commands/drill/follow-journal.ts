/** Tells of each request of the venue's journal once it has its answer; of those that never get one, at the end. */

import type { Clock } from '../../../lambda/ports.ts';
import type { JournalEntry } from '../../../simulator/venue/venue.ts';
import type { Tell } from './progress.ts';

export interface Follower {
  stop(): Promise<void>;
}

const POLL_MS = 8;

export function followJournal(journal: readonly JournalEntry[], clock: Clock, tell: Tell): Follower {
  const over = new AbortController();
  let waiting: readonly JournalEntry[] = [];
  let read = 0;

  const look = (all: boolean): void => {
    waiting = [...waiting, ...journal.slice(read)];
    read = journal.length;
    const ready = waiting.filter(entry => all || entry.answeredAtMs !== undefined);
    waiting = waiting.filter(entry => !ready.includes(entry));
    for (const entry of ready) tell({ kind: 'request', entry, atMs: entry.answeredAtMs ?? clock.nowMs() });
  };
  const following = (async () => {
    while (!over.signal.aborted) {
      look(false);
      await clock.sleep(POLL_MS, over.signal);
    }
  })();

  return {
    stop: async () => {
      over.abort();
      await following;
      look(true);
    },
  };
}
