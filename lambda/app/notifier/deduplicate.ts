/**
 * What this container has told: a line that AWS delivers twice is told once, and what stands as it was told is not
 * told again for an hour. Nothing depends on it but quiet: another container, or a new one, tells rather twice than never.
 */

import type { Notification } from '../../core/messages/notification.ts';

export interface Deduplicator {
  isNews(notification: Notification, nowMs: number): boolean;
  /** After it was delivered. */
  note(notification: Notification, nowMs: number): void;
}

const REMIND_AFTER_MS = 3_600_000;
const MOST_KEPT = 1_000;

export function createDeduplicator(): Deduplicator {
  const ids = new Map<string, number>();
  const standings = new Map<string, { readonly is: string; readonly atMs: number }>();
  return {
    isNews({ id, standing }, nowMs) {
      if (ids.has(id)) return false;
      if (standing?.quiet !== true) return true;
      const before = standings.get(standing.of);
      return before === undefined || before.is !== standing.is || nowMs - before.atMs >= REMIND_AFTER_MS;
    },
    note({ id, standing }, nowMs) {
      keep(ids, id, nowMs);
      if (standing !== undefined) keep(standings, standing.of, { is: standing.is, atMs: nowMs });
    },
  };
}

/** The oldest goes. */
function keep<T>(map: Map<string, T>, key: string, value: T): void {
  map.delete(key);
  map.set(key, value);
  const [oldest] = map.keys();
  if (map.size > MOST_KEPT && oldest !== undefined) map.delete(oldest);
}
