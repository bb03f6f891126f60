/**
 * The watchdog's own writes: one at the start of a tick, one at its end, and one each second while a bot is silent whose
 * deadline is near. However many bots there are, they are the same few writes.
 */

import { WATCHDOG_ROW } from '../../bot-row.ts';
import type { BotFields } from '../../core/heartbeat/row-change.ts';
import { afterWrite, PROBE_EVERY_MS, probeChange, shownHealth } from '../../core/heartbeat/watchdog-health.ts';
import { reportProblem } from './report-problem.ts';
import { CALL_MS, retry, whyOf } from './retry.ts';
import type { TickContext } from './tick-context.ts';

/** What the watchdog's own row said when the tick began; undefined where it could not be read, or there was none. */
export type OwnRow = BotFields | undefined;

/** Never rejects. */
export async function readOwnRow(tick: TickContext): Promise<OwnRow> {
  try {
    return await retry(tick, () => tick.bots.read(WATCHDOG_ROW, CALL_MS));
  } catch (error) {
    tick.tally.sawAll = false;
    const message = `The watchdog's own row could not be read. ${whyOf(error)}`;
    reportProblem(tick, 'CRITICAL', 'BOTS_UNREADABLE', message);
    return undefined;
  }
}

/** At the start and at the end of a tick, with retries. False when it could not be written; that has been reported. */
export async function noteTick(tick: TickContext, own: OwnRow, timesDigest?: string): Promise<boolean> {
  try {
    await retry(tick, () => probe(tick, own, timesDigest));
    return true;
  } catch (error) {
    tick.tally.sawAll = false;
    const message = `The table of bots cannot be written: beats may be lost, so no bot is tripped for its silence until it can. ${whyOf(error)}`;
    reportProblem(tick, 'CRITICAL', 'BOTS_UNWRITABLE', message);
    return false;
  }
}

async function probe(tick: TickContext, own: OwnRow, timesDigest?: string): Promise<void> {
  const { health, bots, ports, startedAtMs } = tick;
  const nowMs = ports.clock.nowMs();
  const ours = afterWrite(health.current(), nowMs, nowMs);
  // For screens the span goes on from tick to tick, as long as none of them has seen a failure.
  const before = health.failedAtMs() === undefined ? shownHealth(own, startedAtMs) : undefined;
  const span = { sinceMs: Math.min(before?.sinceMs ?? ours.sinceMs, ours.sinceMs), lastMs: nowMs };
  await bots.change(probeChange(span, nowMs, timesDigest), CALL_MS);
}

/** From when on proof is needed, by bot. */
export interface ProofNeeds {
  /** `fromMs` undefined: no more for this bot. */
  need(botId: string, fromMs: number | undefined): void;
}

/** Proves while somebody needs it, until `isOver`. Never rejects, as `owning` does not. */
export function proveWhileNeeded(tick: TickContext, owning: Promise<OwnRow>, isOver: AbortSignal): ProofNeeds {
  const { clock } = tick.ports;
  const needs = new Map<string, number>();
  let running = false;

  async function run(): Promise<void> {
    const own = await owning;
    while (needs.size > 0 && !isOver.aborted && clock.nowMs() < tick.stopAtMs) {
      const fromMs = earliest(needs);
      if (fromMs <= clock.nowMs()) await probe(tick, own).catch(() => undefined);
      await clock.sleep(PROBE_EVERY_MS, isOver);
    }
    running = false;
  }

  return {
    need: (botId, fromMs) => {
      if (fromMs === undefined) needs.delete(botId);
      else needs.set(botId, fromMs);
      if (running || needs.size === 0 || isOver.aborted) return;
      running = true;
      void run();
    },
  };
}

const earliest = (needs: ReadonlyMap<string, number>): number => {
  let first = Number.POSITIVE_INFINITY;
  for (const fromMs of needs.values()) first = Math.min(first, fromMs);
  return first;
};
