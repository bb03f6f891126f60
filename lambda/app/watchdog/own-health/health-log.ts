/**
 * What one tick knows of its own reads and writes (core/heartbeat/watchdog-health.ts). A failed call that is not about a bot
 * starts the span of all bots anew, one about a bot only that bot's: among ten thousand, some call always fails. A part of
 * the table may fail alone, so a bot could be heard only where a write to its own row has succeeded, and none about it has
 * failed since.
 */

import { WATCHDOG_ROW } from '../../../bot-row.ts';
import { afterWrite, type Health, heardSinceMs } from '../../../core/heartbeat/watchdog-health.ts';
import type { Clock } from '../../../ports.ts';

export interface HealthLog {
  /** Passes the result on; a failure is noted. `botId`: the row that it is about. */
  read<T>(botId: string, reading: Promise<T>): Promise<T>;
  /** As read; a success proves that beats can be stored. */
  write<T>(botId: string, write: () => Promise<T>): Promise<T>;
  current(): Health | undefined;
  /** When a call that concerns all bots failed last. */
  failedAtMs(): number | undefined;
  /** Since when writes to this bot's row have worked; undefined: none has, or one has failed since. */
  rowSinceMs(botId: string): number | undefined;
  /** Whether a call about any bot has failed in this tick. */
  hasFailedRows(): boolean;
  /** Since when beats of this bot would have been heard, up to now; undefined: they may be lost. */
  heardSinceMs(botId: string): number | undefined;
}

export function openHealthLog(clock: Clock): HealthLog {
  let health: Health | undefined;
  let failedAtMs: number | undefined;
  const rows = new Map<string, number>();
  const failedRows = new Map<string, number>();

  function fail(botId: string): void {
    if (botId !== WATCHDOG_ROW) {
      rows.delete(botId);
      failedRows.set(botId, clock.nowMs());
      return;
    }
    health = undefined;
    failedAtMs = clock.nowMs();
  }

  async function read<T>(botId: string, reading: Promise<T>): Promise<T> {
    try {
      return await reading;
    } catch (error) {
      fail(botId);
      throw error;
    }
  }

  return {
    read,
    write: async (botId, write) => {
      const fromMs = clock.nowMs();
      const result = await read(botId, write());
      // Begun before a failure, it says nothing about the time after it.
      if (failedAtMs === undefined || fromMs >= failedAtMs) health = afterWrite(health, fromMs, clock.nowMs());
      if (!rows.has(botId) && fromMs >= (failedRows.get(botId) ?? 0)) rows.set(botId, clock.nowMs());
      return result;
    },
    current: () => health,
    failedAtMs: () => failedAtMs,
    rowSinceMs: botId => rows.get(botId),
    hasFailedRows: () => failedRows.size > 0,
    heardSinceMs: botId => heardSinceMs(health, rows.get(botId), clock.nowMs()),
  };
}
