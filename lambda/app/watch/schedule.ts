/**
 * Notes when a bot must be looked at next, and what we saw of its last beat. Written only when something changed. A write
 * that fails leaves the bot due, and the next tick looks again. Whose write ends a lateness says so, once.
 */

import type { BotRow, Sighting } from '../../core/heartbeat/bot-row.ts';
import { LONGEST_SNOOZE_MS } from '../../core/heartbeat/judge.ts';
import { putOffChange } from '../../core/heartbeat/watch-changes.ts';
import { isoMicros } from '../../core/identity.ts';
import type { LogEvent } from '../../events.ts';
import { complainOfRow } from './complain.ts';
import { CALL_MS, whyOf } from './insist.ts';
import type { Round } from './round.ts';

/** Never rejects. */
export async function schedule(round: Round, row: BotRow, sighting: Sighting, nextCheckAtMs: number): Promise<void> {
  const nowMs = round.world.clock.nowMs();
  const snoozedUntilMs = tooLongSnooze(row, nowMs) ? nowMs + LONGEST_SNOOZE_MS : undefined;
  if (snoozedUntilMs !== undefined) complainOfRow(round, row, [SNOOZE_CUT]);
  const isBack = row.lateToldFor !== undefined && row.lateToldFor !== sighting.beat;
  const isKnown = row.nextCheckAtMs === nextCheckAtMs && knows(row.seen, sighting);
  if (isKnown && snoozedUntilMs === undefined && !isBack) return;
  try {
    const change = putOffChange(row, { nextCheckAtMs, sighting, snoozedUntilMs, isBack });
    const done = await round.bots.change(change, CALL_MS);
    if (isBack && done !== undefined) tellBack(round, row);
  } catch (error) {
    round.world.telemetry.log('WARN', 'The next look at a bot was not noted', { bot_id: row.botId, why: whyOf(error) });
  }
}

function tellBack({ world }: Round, { botId, lastBeatAtMs }: BotRow): void {
  world.telemetry.log('INFO', 'A bot that was late reports again', {
    event: 'bot_recovered',
    bot_id: botId,
    last_beat: lastBeatAtMs === undefined ? null : isoMicros(lastBeatAtMs),
  } satisfies LogEvent<'bot_recovered'>);
}

const SNOOZE_CUT = 'snoozed_until_ms is more than 24 hours away, and a snooze must end by itself: cut to 24 hours.';

const tooLongSnooze = ({ snoozedUntilMs = 0 }: BotRow, nowMs: number): boolean =>
  snoozedUntilMs > nowMs + LONGEST_SNOOZE_MS;

const knows = (stored: Sighting | undefined, { beat, firstSeenAtMs, notBeforeMs }: Sighting): boolean =>
  stored?.beat === beat && stored.firstSeenAtMs === firstSeenAtMs && stored.notBeforeMs === notBeforeMs;
