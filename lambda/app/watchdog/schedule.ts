/**
 * Stores when a bot is checked next, what was seen of its last heartbeat, and the configured times; only on change. After a
 * failed write the bot stays due. The tick that removes `late_told_for` logs bot_recovered.
 */

import { LONGEST_SNOOZE_MS } from '../../core/heartbeat/assess-bot.ts';
import type { BotRow, Observation } from '../../core/heartbeat/read-bot-row.ts';
import { askedIn, nextCheckAt, scheduleChange } from '../../core/heartbeat/watch-changes.ts';
import { configuredBot, type WatchTimes } from '../../core/heartbeat/watch-times.ts';
import { isoMicros } from '../../core/invocation/identity.ts';
import type { LogEvent } from '../../events.ts';
import { CALL_MS, logFailure, reportRowProblems } from './report-problem.ts';
import type { TickContext } from './tick-context.ts';

/** Never rejects. */
export async function schedule(
  tick: TickContext,
  row: BotRow,
  observation: Observation,
  wantedMs: number,
): Promise<void> {
  const nowMs = tick.ports.clock.nowMs();
  const nextCheckAtMs = nextCheckAt(wantedMs, nowMs);
  const configured = configuredBot(tick.config, row.botId);
  const exclusive = configured?.exclusive ?? row.isExclusive;
  const asked = configured !== undefined && !hasAsked(row, configured) ? configured : undefined;
  const snoozedUntilMs = tooLongSnooze(row, nowMs) ? nowMs + LONGEST_SNOOZE_MS : undefined;
  if (snoozedUntilMs !== undefined) reportRowProblems(tick, row, [SNOOZE_CUT]);
  const isBack = row.lateNotifiedFor !== undefined && row.lateNotifiedFor !== observation.beat;
  const isKnown = row.nextCheckAtMs === nextCheckAtMs && knows(row.seen, observation);
  if (isKnown && snoozedUntilMs === undefined && !isBack && exclusive === row.isExclusive && !asked) return;
  try {
    const change = scheduleChange(row, { nextCheckAtMs, observation, snoozedUntilMs, isBack, exclusive, asked });
    const done = await tick.bots.change(change, CALL_MS);
    if (isBack && done !== undefined) logBack(tick, row);
  } catch (error) {
    logFailure(tick, 'The next check of a bot was not stored', row.botId, error);
  }
}

/** A bot that declares the configured times need not be asked. */
function hasAsked({ fields, times }: BotRow, configured: WatchTimes): boolean {
  const asked = Object.entries(askedIn(configured));
  if (asked.every(([name]) => fields[name] === undefined) && (times === undefined || sameTimes(times, configured))) {
    return true;
  }
  return asked.every(([name, value]) => fields[name] === value);
}

const sameTimes = (one: WatchTimes, other: WatchTimes): boolean =>
  one.heartbeatMs === other.heartbeatMs &&
  one.lateAfterMs === other.lateAfterMs &&
  one.deadAfterMs === other.deadAfterMs;

function logBack({ ports }: TickContext, { botId, lastBeatAtMs }: BotRow): void {
  ports.telemetry.log('INFO', 'A bot that was late reports again', {
    event: 'bot_recovered',
    bot_id: botId,
    last_beat: lastBeatAtMs === undefined ? null : isoMicros(lastBeatAtMs),
  } satisfies LogEvent<'bot_recovered'>);
}

const SNOOZE_CUT = 'snoozed_until_ms is more than 24 hours away, and a snooze must end by itself: cut to 24 hours.';

const tooLongSnooze = ({ snoozedUntilMs = 0 }: BotRow, nowMs: number): boolean =>
  snoozedUntilMs > nowMs + LONGEST_SNOOZE_MS;

const knows = (stored: Observation | undefined, { beat, firstSeenAtMs, notBeforeMs }: Observation): boolean =>
  stored?.beat === beat && stored.firstSeenAtMs === firstSeenAtMs && stored.notBeforeMs === notBeforeMs;
