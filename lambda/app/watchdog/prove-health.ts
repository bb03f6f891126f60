/**
 * The watchdog's own writes, which prove that heartbeats could be stored: at the start and the end of a tick, and each second
 * while a bot may be late or dead soon. A silent bot's own row is written too, four times per heartbeat, because a part of the
 * table may fail alone: each second after a failure, and only once if many bots are silent.
 *
 * While a bot that pings is silent and its deadline is near, the watchdog also pings each second, at the same URL, to prove that
 * pings are accepted. A ping that is throttled or fails restarts the span, so no bot is tripped for pings that were refused.
 */

import { WATCHDOG_ROW } from '../../bot-row.ts';
import type { BotFields } from '../../core/heartbeat/row-change.ts';
import {
  afterWrite,
  PROBE_EVERY_MS,
  probeChange,
  rowProbeChange,
  shownHealth,
} from '../../core/heartbeat/watchdog-health.ts';
import { messageOf } from '../../core/invocation/answer-error.ts';
import { CALL_MS, reportProblem, retry, whyOf } from './report-problem.ts';
import type { TickContext } from './tick-context.ts';

/** The watchdog's own row when the tick began; undefined if it could not be read, or did not exist. */
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

/** At the start and the end of a tick, with retries. False when it could not be written, which is reported. */
export async function noteTick(tick: TickContext, own: OwnRow, timesDigest?: string): Promise<boolean> {
  try {
    await retry(tick, () => probe(tick, own, timesDigest));
    return true;
  } catch (error) {
    tick.tally.sawAll = false;
    const message = `The table of bots cannot be written: heartbeats may be lost, so no silent bot is liquidated until writes work. ${whyOf(error)}`;
    reportProblem(tick, 'CRITICAL', 'BOTS_UNWRITABLE', message);
    return false;
  }
}

async function probe(tick: TickContext, own: OwnRow, timesDigest?: string): Promise<void> {
  const { health, bots, ports, startedAtMs } = tick;
  const nowMs = ports.clock.nowMs();
  const ours = afterWrite(health.current(), nowMs, nowMs);
  // The stored span is only for people: it continues from tick to tick while no tick sees a failure.
  const before = health.failedAtMs() === undefined ? shownHealth(own, startedAtMs) : undefined;
  const span = { sinceMs: Math.min(before?.sinceMs ?? ours.sinceMs, ours.sinceMs), lastMs: nowMs };
  await bots.change(probeChange(span, nowMs, timesDigest), CALL_MS);
}

interface ProofNeed {
  /** From when proof is needed; undefined: no longer. */
  readonly proveFromMs?: number;
  /** How often the bot's own row is written too. */
  readonly proveRowEveryMs?: number;
}

export interface ProofNeeds {
  need(botId: string, need: ProofNeed): void;
}

/** Proves while it is needed, until `isOver`. Never rejects, as `owning` does not. */
export function proveWhileNeeded(tick: TickContext, owning: Promise<OwnRow>, isOver: AbortSignal): ProofNeeds {
  const { clock } = tick.ports;
  const needs = new Map<string, Required<Pick<ProofNeed, 'proveFromMs'>> & ProofNeed>();
  const rows = openRowProbes(tick);
  let running = false;

  async function run(): Promise<void> {
    const own = await owning;
    while (needs.size > 0 && !isOver.aborted && clock.nowMs() < tick.stopAtMs) {
      const nowMs = clock.nowMs();
      const due = [...needs].filter(([, { proveFromMs }]) => proveFromMs <= nowMs);
      for (const [botId, { proveRowEveryMs }] of due) rows.probe(botId, proveRowEveryMs, needs.size);
      if (due.length > 0) await probe(tick, own).catch(() => undefined);
      await clock.sleep(PROBE_EVERY_MS, isOver);
    }
    running = false;
  }

  return {
    need: (botId, { proveFromMs, proveRowEveryMs }) => {
      if (proveFromMs === undefined) needs.delete(botId);
      else needs.set(botId, { proveFromMs, ...(proveRowEveryMs === undefined ? {} : { proveRowEveryMs }) });
      if (needs.size === 0 || isOver.aborted) return;
      if ((proveFromMs ?? Number.POSITIVE_INFINITY) <= clock.nowMs()) rows.probe(botId, proveRowEveryMs, needs.size);
      if (running) return;
      running = true;
      void run();
    },
  };
}

/** If more bots are silent, a row is not probed again after its first success, to spare the table. */
const MOST_PROBED_OFTEN = 200;

function openRowProbes(tick: TickContext) {
  const { clock } = tick.ports;
  const probedAtMs = new Map<string, number>();
  const underway = new Set<string>();

  async function write(botId: string): Promise<void> {
    underway.add(botId);
    probedAtMs.set(botId, clock.nowMs());
    // The tick's health log notes a failure.
    await tick.prove(rowProbeChange(botId, clock.nowMs()), CALL_MS).catch(() => undefined);
    underway.delete(botId);
  }

  return {
    /** `everyMs` undefined: the bot is not silent, and its row is not probed. */
    probe(botId: string, everyMs: number | undefined, silent: number): void {
      if (everyMs === undefined || underway.has(botId)) return;
      const isWorking = tick.health.rowSinceMs(botId) !== undefined;
      const lastMs = probedAtMs.get(botId);
      // After any failed call about a bot, silent bots' rows are probed each second in this tick.
      const pauseMs = tick.health.hasFailedRows() ? Math.min(everyMs, PROBE_EVERY_MS) : everyMs;
      const isEnough = lastMs !== undefined && (silent > MOST_PROBED_OFTEN || clock.nowMs() - lastMs < pauseMs);
      if (isWorking && isEnough) return;
      void write(botId);
    },
  };
}

const PROBE_MS = 2_000;

/** From when proof is needed for a bot; undefined: no longer. */
export function needPings(tick: TickContext, botId: string, fromMs: number | undefined): void {
  const { pings } = tick;
  if (fromMs === undefined) pings.needs.delete(botId);
  else pings.needs.set(botId, fromMs);
  if (pings.running || pings.needs.size === 0) return;
  pings.running = true;
  void provePings(tick);
}

/** Never rejects. */
async function provePings(tick: TickContext): Promise<void> {
  const { pings, ports, stopAtMs } = tick;
  const { clock } = ports;
  while (pings.needs.size > 0 && clock.nowMs() < stopAtMs) {
    if (Math.min(...pings.needs.values()) <= clock.nowMs()) await pingOnce(tick);
    await clock.sleep(PROBE_EVERY_MS);
  }
  pings.running = false;
}

async function pingOnce(tick: TickContext): Promise<void> {
  const { pings, ports, tally } = tick;
  const fromMs = ports.clock.nowMs();
  try {
    if (ports.pings === undefined) throw new Error('there is no ping URL; set ping_url = true and deploy.');
    await ports.pings.probe(PROBE_MS);
    pings.taken(fromMs);
  } catch (error) {
    pings.refused();
    if (tally.reported.has(PINGS_REFUSED)) return;
    tally.reported.add(PINGS_REFUSED);
    const message = `Pings are not accepted: ${messageOf(error)}`;
    reportProblem(tick, 'CRITICAL', 'PINGS_REFUSED', message);
  }
}

const PINGS_REFUSED = 'pings refused';
