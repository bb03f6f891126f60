/**
 * What one tick knows of its own reads and writes (core/heartbeat/watchdog-health.ts). A failed call that is not about a bot
 * starts the span of all bots anew, one about a bot only that bot's: among ten thousand, some call always fails.
 */

import { WATCHDOG_ROW } from '../../bot-row.ts';
import { afterWrite, type Health, heardSinceMs } from '../../core/heartbeat/watchdog-health.ts';
import type { Clock } from '../../ports.ts';

export interface HealthLog {
  /** Passes the result on; a failure is noted. `botId`: the row that it is about. */
  read<T>(botId: string, reading: Promise<T>): Promise<T>;
  /** As read; a success proves that beats can be stored. */
  write<T>(botId: string, write: () => Promise<T>): Promise<T>;
  current(): Health | undefined;
  /** When a call that concerns all bots failed last. */
  failedAtMs(): number | undefined;
  /** Since when beats of this bot would have been heard, up to now; undefined: they may be lost. */
  heardSinceMs(botId: string): number | undefined;
}

export function openHealthLog(clock: Clock): HealthLog {
  let health: Health | undefined;
  let failedAtMs: number | undefined;
  const failedBots = new Map<string, number>();

  function fail(botId: string): void {
    if (botId !== WATCHDOG_ROW) {
      failedBots.set(botId, clock.nowMs());
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
      return result;
    },
    current: () => health,
    failedAtMs: () => failedAtMs,
    heardSinceMs: botId => heardSinceMs(health, failedBots.get(botId), clock.nowMs()),
  };
}
