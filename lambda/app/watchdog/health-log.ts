/**
 * What one tick knows of its own reads, writes and pings (core/heartbeat/watchdog-health.ts). A failed call about one bot
 * restarts only that bot's span, because among ten thousand some call always fails; any other failed call restarts the span of
 * all. A part of the table may fail alone, so heartbeats count as storable only for a bot whose own row was written since.
 * While the watchdog's own pings are accepted, those of bots are.
 */

import { WATCHDOG_ROW } from '../../bot-row.ts';
import { afterWrite, type Health, storableSinceMs } from '../../core/heartbeat/watchdog-health.ts';
import type { Clock } from '../../ports.ts';

export interface HealthLog {
  /** Passes the result on and notes a failure. `botId`: the row that it is about. */
  read<T>(botId: string, reading: Promise<T>): Promise<T>;
  /** As `read`; a success proves that heartbeats can be stored. */
  write<T>(botId: string, write: () => Promise<T>): Promise<T>;
  current(): Health | undefined;
  /** When a call that concerns all bots failed last. */
  failedAtMs(): number | undefined;
  /** Since when writes to this bot's row have worked; undefined: none has, or one has failed since. */
  rowSinceMs(botId: string): number | undefined;
  /** Whether a call about any bot failed in this tick. */
  hasFailedRows(): boolean;
  /** Since when heartbeats of this bot would have been stored, up to now; undefined: they may be lost. */
  storableSinceMs(botId: string): number | undefined;
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
      // A write that began before a failure says nothing about the time after it.
      if (failedAtMs === undefined || fromMs >= failedAtMs) health = afterWrite(health, fromMs, clock.nowMs());
      if (!rows.has(botId) && fromMs >= (failedRows.get(botId) ?? 0)) rows.set(botId, clock.nowMs());
      return result;
    },
    current: () => health,
    failedAtMs: () => failedAtMs,
    rowSinceMs: botId => rows.get(botId),
    hasFailedRows: () => failedRows.size > 0,
    storableSinceMs: botId => storableSinceMs(health, rows.get(botId), clock.nowMs()),
  };
}

export interface PingLog {
  /** Bots that need proof, and from when on. */
  readonly needs: Map<string, number>;
  /** Whether the proof is running. */
  running: boolean;
  /** A ping sent at `fromMs` was accepted. */
  taken(fromMs: number): void;
  refused(): void;
  /** Since when pings have been accepted, up to now; undefined: they may be lost. */
  storableSinceMs(): number | undefined;
}

export function openPingLog(clock: Clock): PingLog {
  let health: Health | undefined;
  return {
    needs: new Map(),
    running: false,
    taken: fromMs => {
      health = afterWrite(health, fromMs, clock.nowMs());
    },
    refused: () => {
      health = undefined;
    },
    storableSinceMs: () => storableSinceMs(health, health?.sinceMs, clock.nowMs()),
  };
}
