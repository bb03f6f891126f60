/**
 * The watch proper: find who is due, prove that the table can be written, watch each bot that is due, and prove it again.
 *
 *   own row read ─┬─ own row written ──────────────────────────────────────────────────── own row written
 *   due bots ─────┴─ each of them checked ── proof each second where a deadline is near ─┘
 */

import { METRICS } from '../../contract.ts';
import { timesDigest } from '../../core/heartbeat/watch-times.ts';
import { findDue } from './find-due.ts';
import { noteTick, type OwnRow, proveWhileNeeded, readOwnRow } from './prove-health.ts';
import { reportProblem } from './report-problem.ts';
import type { TickContext } from './tick-context.ts';
import { watchBot } from './watch-bot.ts';

export async function watchBots(tick: TickContext): Promise<void> {
  const own = await readOwnRow(tick);
  const isNews = areTimesNews(tick, own);
  // Who is not due yet was scheduled by the old times, five minutes ahead at most.
  const untilMs = isNews ? Number.MAX_SAFE_INTEGER : Math.floor(tick.horizonMs);
  const [shards] = await Promise.all([findDue(tick, untilMs), noteTick(tick, own)]);
  const bots = shards.flatMap((found = []) => found);
  tick.tally.due = bots.length;
  const over = new AbortController();
  const proof = proveWhileNeeded(tick, own, over.signal);
  await Promise.all(bots.map(botId => watchBot(tick, botId, proof)));
  over.abort();
  const allFound = !shards.includes(undefined);
  await noteTick(tick, own, isNews && allFound ? timesDigest(tick.config) : undefined);
  reportUnproven(tick);
}

/** True once after a deploy that changed the times of a bot, and in the first tick. */
function areTimesNews({ config }: TickContext, own: OwnRow): boolean {
  return !config.isFallback && own?.times_digest !== timesDigest(config);
}

/** Rings each tick, so that nobody's silence is forgotten. */
function reportUnproven(tick: TickContext): void {
  const bots = [...tick.tally.unproven].sort();
  if (bots.length === 0) return;
  tick.ports.telemetry.metric(METRICS.watchdogBlind, 1, 'Count');
  const shown = bots.slice(0, MOST_SHOWN).join(', ');
  const others = bots.length > MOST_SHOWN ? ` and ${bots.length - MOST_SHOWN} more` : '';
  const message = `Nobody can say whether ${bots.length} silent bots are dead, because their table has not worked for long enough: ${shown}${others}. They are not liquidated. If they are dead: flatline liquidate --all-silent.`;
  reportProblem(tick, 'CRITICAL', 'WATCHDOG_BLIND', message, { bots: bots.slice(0, MOST_LOGGED) });
}

const MOST_SHOWN = 10;
const MOST_LOGGED = 1_000;
