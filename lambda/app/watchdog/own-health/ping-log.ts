/** What one tick knows of the pings that it sent itself: while they are taken, those of bots are. */

import { afterWrite, type Health, heardSinceMs } from '../../../core/heartbeat/watchdog-health.ts';
import type { Clock } from '../../../ports.ts';

export interface PingLog {
  /** Bots that need proof, and from when on. */
  readonly needs: Map<string, number>;
  /** Whether somebody proves already. */
  running: boolean;
  /** A ping that was sent at `fromMs` was taken. */
  taken(fromMs: number): void;
  refused(): void;
  /** Since when pings have been taken, up to now; undefined: they may be lost. */
  heardSinceMs(): number | undefined;
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
    heardSinceMs: () => heardSinceMs(health, health?.sinceMs, clock.nowMs()),
  };
}
