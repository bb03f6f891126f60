/**
 * The liquidator of the fleet: the real check of the trip, the real lock, and an attempt that takes
 * time. Some attempts end partial and are resumed by the watchdog, some die; so a re-arm may come in the middle.
 */

import { checkTrip } from '../../lambda/app/liquidator/check-trip.ts';
import type { BotStore, Clock } from '../../lambda/ports.ts';
import type { MemoryLockStore } from '../../simulator/stores/lock-store.ts';
import { claimOf, conclusionOf } from '../support/stored-records.ts';

const LATEST_BEGIN_MS = 400;
export const ATTEMPT_MS = 900;
const LEASE_MS = 30_000;
const CHECK_MS = 150;
const DIES = 0.02;
const ENDS_PARTIAL = 0.2;
const MOST_ATTEMPTS = 4;
const RESUMED_WITHIN_MS = 120_000;

/** An attempt that has the lock. Milliseconds since the beginning. */
export interface Attempt {
  readonly atMs: number;
  readonly botId: string;
  readonly correlationId: string;
  /** 1 for the first. */
  readonly attempt: number;
}

export interface FleetLiquidator {
  readonly attempts: Attempt[];
  /** Calls that found the lock taken, or the work done; calls whose trip was over. */
  readonly tally: { duplicates: number; gone: number };
  /** Never rejects. */
  liquidate(event: Readonly<Record<string, unknown>>): Promise<void>;
}

export function fleetLiquidator(
  clock: Clock,
  random: () => number,
  locks: MemoryLockStore,
  bots: Pick<BotStore, 'read'>,
): FleetLiquidator {
  const startMs = clock.nowMs();
  const attempts: Attempt[] = [];
  const tally = { duplicates: 0, gone: 0 };

  async function liquidate({ bot_id, correlation_id, trip, resume }: Readonly<Record<string, unknown>>): Promise<void> {
    const [botId, correlationId] = [String(bot_id), String(correlation_id)];
    await clock.sleep(random() * LATEST_BEGIN_MS);
    const ports = { bots, records: { read: locks.readRecord }, telemetry: { log: () => undefined } };
    const served = typeof trip === 'string' ? trip : undefined;
    const asked = { botId, correlationId, trip: served, trigger: 'watchdog', resume: resume as never } as const;
    if ((await checkTrip(ports, asked, CHECK_MS)).kind === 'invalid') {
      tally.gone += 1;
      return;
    }
    const nowMs = clock.nowMs();
    const holder = `holder-${attempts.length}`;
    const claim = {
      botId,
      trigger: 'watchdog',
      trip: String(trip),
      holder,
      nowMs,
      leaseUntilMs: nowMs + LEASE_MS,
    } as const;
    const taken = await locks.claim(claimOf(correlationId, claim), 1_000);
    if (taken.kind !== 'taken') {
      tally.duplicates += 1;
      return;
    }
    const { attempt } = taken;
    attempts.push({ atMs: nowMs - startMs, botId, correlationId, attempt });
    await clock.sleep(ATTEMPT_MS);
    const lot = attempt < MOST_ATTEMPTS ? random() : 1;
    if (lot < DIES) return;
    const isPartial = lot < DIES + ENDS_PARTIAL;
    await locks.conclude(
      conclusionOf(correlationId, {
        ...{ attempt, holder, nowMs: clock.nowMs(), state: isPartial ? 'partial' : 'completed' },
        resumeAtMs: isPartial ? clock.nowMs() + random() * RESUMED_WITHIN_MS : undefined,
      }),
      1_000,
    );
  }
  return { attempts, tally, liquidate };
}
