/** What one tick knows of its own pings: while they are accepted, those of bots are. */

import { afterWrite, type Health, storableSinceMs } from '../../../core/heartbeat/watchdog-health.ts';
import type { Clock } from '../../../ports.ts';

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
