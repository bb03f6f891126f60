/**
 * What this container has notified people of: a line that AWS delivers twice is one notification, and an unchanged state is
 * not repeated for an hour. Another container may notify again. A stage holds what is being published; what could not be
 * published is new again.
 */
import type { Notification } from '../../views/messages/notification.ts';

type Known = Pick<Notification, 'id' | 'standing'>;

export interface Deduplicator {
  isNews(notification: Known, nowMs: number): boolean;
  note(notification: Known, nowMs: number): void;
  /** A deduplicator that also knows what this one knows; its own notes stay in it. */
  stage(): Deduplicator;
}

const REMIND_AFTER_MS = 3_600_000;
const KEPT_MAX = 10_000;

interface Memory {
  readonly ids: Map<string, number>;
  readonly standings: Map<string, { readonly is: string; readonly atMs: number }>;
}

export const createDeduplicator = (): Deduplicator => over([]);

function over(below: readonly Memory[]): Deduplicator {
  const own: Memory = { ids: new Map(), standings: new Map() };
  const all = [own, ...below];
  return {
    isNews({ id, standing }, nowMs) {
      if (all.some(({ ids }) => ids.has(id))) return false;
      if (standing?.quiet !== true) return true;
      const before = all.find(({ standings }) => standings.has(standing.of))?.standings.get(standing.of);
      return before === undefined || before.is !== standing.is || nowMs - before.atMs >= REMIND_AFTER_MS;
    },
    note({ id, standing }, nowMs) {
      keep(own.ids, id, nowMs);
      if (standing !== undefined) keep(own.standings, standing.of, { is: standing.is, atMs: nowMs });
    },
    stage: () => over(all),
  };
}

/** Drops the oldest. */
function keep<T>(map: Map<string, T>, key: string, value: T): void {
  map.delete(key);
  map.set(key, value);
  const [oldest] = map.keys();
  if (map.size > KEPT_MAX && oldest !== undefined) map.delete(oldest);
}
