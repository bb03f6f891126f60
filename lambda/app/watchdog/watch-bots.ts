/**
 * Finds the bots that are due, proves that the table can be written, checks each bot, and proves it again.
 *
 *   own row read ── own row written ── new times? all bots ──────────────────── own row written
 *   due bots ────── each of them checked ── proof each second where a deadline is near ─┘
 *
 * All bots are checked in parallel, each again and again until the index brings it back. While a bot's row cannot be read the
 * check is repeated until the time is up; then an operator is notified.
 */

import { BOT_ID_PATTERN, METRICS, WATCH_SHARDS } from '../../contract.ts';
import { shownJson } from '../../core/config/shown-value.ts';
import type { Observation } from '../../core/heartbeat/read-bot-row.ts';
import { timesDigest } from '../../core/heartbeat/watch-times.ts';
import { isAheadOf } from '../../core/heartbeat/watchdog-health.ts';
import { StoreError } from '../../core/invocation/error-codes.ts';
import { isoMicros } from '../../core/invocation/identity.ts';
import type { LogEvent } from '../../events.ts';
import { check } from './check/check.ts';
import { UNPROVEN_FOR_MS } from './check/check-armed.ts';
import type { NextCheck } from './check/next-check.ts';
import { needPings, noteTick, type OwnRow, type ProofNeeds, proveWhileNeeded, readOwnRow } from './prove-health.ts';
import { CALL_MS, reportProblem, reportRowProblems, retry, whyOf } from './report-problem.ts';
import type { TickContext } from './tick-context.ts';

export async function watchBots(tick: TickContext): Promise<void> {
  const over = new AbortController();
  // Nothing waits for the own row: a table that is slow for it may answer for the bots.
  const owning = readOwnRow(tick);
  const proof = proveWhileNeeded(tick, owning, over.signal);
  const watched = new Set<string>();
  const watch = async (untilMs: number): Promise<boolean> => {
    const shards = await findDue(tick, untilMs);
    const bots = shards.flatMap((found = []) => found).filter(botId => !watched.has(botId));
    for (const botId of bots) watched.add(botId);
    tick.tally.due = watched.size;
    await Promise.all(bots.map(botId => watchBot(tick, botId, proof)));
    return !shards.includes(undefined);
  };
  /** Bots that are not due yet were scheduled by the old times, five minutes ahead at most. True: all bots were found. */
  const watchAllIfNews = async (): Promise<boolean> =>
    mayBeScheduledWrong(tick, await owning) && watch(Number.MAX_SAFE_INTEGER);
  const [, , isNews] = await Promise.all([
    owning.then(own => noteTick(tick, own)),
    watch(Math.floor(tick.horizonMs)),
    watchAllIfNews(),
  ]);
  over.abort();
  const digest = isNews && !tick.config.isFallback ? timesDigest(tick.config) : undefined;
  const isWritten = await noteTick(tick, await owning, digest);
  if (!isWritten) addThoseNeverSeen(tick);
  reportUnproven(tick);
}

/** By shard: the IDs of the bots that are due by `untilMs`; undefined where the table did not answer. */
async function findDue(tick: TickContext, untilMs: number): Promise<readonly (readonly string[] | undefined)[]> {
  return Promise.all(Array.from({ length: WATCH_SHARDS }, (_, shard) => queryShard(tick, shard, untilMs)));
}

async function queryShard(tick: TickContext, shard: number, untilMs: number): Promise<readonly string[] | undefined> {
  try {
    const due = await retry(tick, () => tick.bots.due(shard, untilMs, QUERY_MS));
    return due.map(({ botId }) => botId);
  } catch (error) {
    tick.tally.sawAll = false;
    const message = `Part ${shard} of the table of bots could not be read: its bots are not watched in this run. ${whyOf(error)}`;
    reportProblem(tick, 'CRITICAL', 'BOTS_UNREADABLE', message, { shard });
    return undefined;
  }
}

/** A shard may have pages. */
const QUERY_MS = 3 * CALL_MS;

/** In the first tick after a deployment that changed the times of a bot, and after a tick whose clock was ahead. */
function mayBeScheduledWrong({ config, ports }: TickContext, own: OwnRow): boolean {
  const areTimesNews = !config.isFallback && own?.times_digest !== timesDigest(config);
  return areTimesNews || isAheadOf(own, ports.clock.nowMs());
}

/**
 * While no write succeeds the watchdog cannot store what it saw, so each tick sees a bot as if for the first time. Here the
 * bot's own clock counts: to report the bot as unproven, never to trip it.
 */
function addThoseNeverSeen({ tally, ports }: TickContext): void {
  const nowMs = ports.clock.nowMs();
  for (const [botId, { deadByOwnClockMs }] of tally.silences) {
    if (deadByOwnClockMs === undefined || nowMs < deadByOwnClockMs + UNPROVEN_FOR_MS) continue;
    if (!tally.unproven.has(botId)) tally.unproven.set(botId, deadByOwnClockMs);
  }
}

/** Reported in each tick. */
function reportUnproven(tick: TickContext): void {
  const bots = [...tick.tally.unproven.keys()].sort();
  if (bots.length === 0) return;
  tick.ports.telemetry.metric(METRICS.watchdogBlind, 1, 'Count');
  const shown = bots.slice(0, MOST_SHOWN).join(', ');
  const others = bots.length > MOST_SHOWN ? ` and ${bots.length - MOST_SHOWN} more` : '';
  const message = `It is not known whether ${bots.length} silent bots are dead, because recent writes to their table failed: ${shown}${others}. They are not liquidated. If they are dead: flatline liquidate --all-silent.`;
  reportProblem(tick, 'CRITICAL', 'WATCHDOG_BLIND', message, {
    event: 'watchdog_blind',
    since: isoMicros(Math.min(...tick.tally.unproven.values())),
    bot_ids: bots.slice(0, MOST_LOGGED),
    why: 'The table of bots did not store everything, so heartbeats may be lost.',
  } satisfies LogEvent<'watchdog_blind'>);
}

const MOST_SHOWN = 10;
const MOST_LOGGED = 1_000;

/** Never rejects. */
export async function watchBot(tick: TickContext, botId: string, proof: ProofNeeds): Promise<void> {
  const { clock } = tick.ports;
  if (!BOT_ID_PATTERN.test(botId)) {
    const problem = `bot_id = ${shownJson(botId)}: is no bot's ID, so nobody can liquidate it; delete the row.`;
    reportRowProblems(tick, { botId }, [problem]);
    return;
  }
  let memory: Observation | undefined;
  try {
    for (let failures = 0; ; ) {
      let next: NextCheck;
      try {
        next = await check(tick, { botId, memory });
        failures = 0;
      } catch (error) {
        failures += 1;
        const atMs = clock.nowMs() + Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (failures - 1));
        if (!(error instanceof StoreError) || atMs > tick.stopAtMs) return giveUp(tick, botId, error);
        next = { kind: 'at', atMs, urgent: true };
      }
      if (next.kind === 'none') return;
      memory = next.memory ?? memory;
      if (next.atMs > (next.urgent ? tick.stopAtMs : tick.horizonMs)) return;
      proof.need(botId, next);
      await clock.sleep(Math.max(0, next.atMs - clock.nowMs()));
    }
  } finally {
    proof.need(botId, {});
    needPings(tick, botId, undefined);
  }
}

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 2_000;

/** The table does not answer, or there is a bug of ours. */
function giveUp(tick: TickContext, botId: string, error: unknown): void {
  if (!(error instanceof StoreError))
    tick.ports.telemetry.log('CRITICAL', 'The watchdog failed unexpectedly', { bot_id: botId, error });
  const message = `The watchdog could not check the bot ${botId}. ${whyOf(error)}`;
  reportProblem(tick, 'CRITICAL', 'BOT_NOT_JUDGED', message, { bot_id: botId });
}
