/**
 * What people must know of a bot before a trip: it only restarts, it sends heartbeats less often than configured, or it
 * reported a failure that is over. Once for each; the row notes what they know.
 */

import { type BotRow, STARTS_IGNORED_FROM } from '../../../core/heartbeat/read-bot-row.ts';
import { failureOutdatedChange, notifiedChange } from '../../../core/heartbeat/watch-changes.ts';
import { allowedTimes, configuredBot, timesProblem } from '../../../core/heartbeat/watch-times.ts';
import { isoMicros, isoMicrosOrNull } from '../../../core/invocation/identity.ts';
import type { LogEvent } from '../../../events.ts';
import { reportProblem } from '../report-problem.ts';
import { CALL_MS, logFailure } from '../retry.ts';
import type { TickContext } from '../tick-context.ts';

/** One restart may be an operator's. */
const RESTARTS_NOTIFIED_FROM = STARTS_IGNORED_FROM + 1;

export function notifyOfRestarts(tick: TickContext, row: BotRow, deadAtMs: number): void {
  const { botId, unprovenStarts, beat, workedAtMs, notifiedOf } = row;
  if (unprovenStarts < RESTARTS_NOTIFIED_FROM || beat === undefined || notifiedOf.restarts === beat) return;
  const message = `The bot ${botId} has been started ${unprovenStarts} times without a proof of work in between. Starts no longer count as heartbeats: it is liquidated at its deadline.`;
  once(tick, notifiedChange(row, 'told_restarts_for', beat), () =>
    reportProblem(tick, 'CRITICAL', 'BOT_RESTARTING', message, {
      event: 'bot_restarting',
      ...{ bot_id: botId, restarts: unprovenStarts, since: isoMicrosOrNull(workedAtMs), dead_at: isoMicros(deadAtMs) },
    } satisfies LogEvent<'bot_restarting'>),
  );
}

export function notifyOfTimes(tick: TickContext, row: BotRow): void {
  const { botId, times, notifiedOf } = row;
  const configured = configuredBot(tick.config, botId);
  const problem = configured && timesProblem(configured, times);
  if (problem === undefined || configured === undefined || times === undefined) return;
  const name = `${times.heartbeatMs}/${configured.heartbeatMs}`;
  if (notifiedOf.times === name) return;
  once(tick, notifiedChange(row, 'told_times_for', name), () =>
    reportProblem(tick, 'CRITICAL', 'BOT_TIMES_DIFFER', `The bot ${botId}: ${problem}`, {
      event: 'bot_times_differ',
      ...{ bot_id: botId, configured_dead_after_ms: configured.deadAfterMs, bot_heartbeat_ms: times.heartbeatMs },
      used_dead_after_ms: allowedTimes(configured, times).deadAfterMs,
    } satisfies LogEvent<'bot_times_differ'>),
  );
}

/** True when the failure was removed from the row. Never rejects. */
export async function notifyOfOutdatedFailure(tick: TickContext, row: BotRow): Promise<boolean> {
  const { botId, failure, lastBeatAtMs } = row;
  try {
    if ((await tick.bots.change(failureOutdatedChange(row), CALL_MS)) === undefined) return true;
  } catch (error) {
    const message = 'An outdated failure could not be removed from the row; the next check tries again';
    logFailure(tick, message, botId, error);
    return false;
  }
  const at = failure?.atMs === undefined ? '' : ` at ${isoMicros(failure.atMs)}`;
  const since = lastBeatAtMs === undefined ? '' : `, last at ${isoMicros(lastBeatAtMs)}`;
  const message = `The bot ${botId} reported its own failure${at} (${failure?.reason}), and has sent heartbeats since${since}. Its account is not liquidated for this report. Check the account.`;
  reportProblem(tick, 'CRITICAL', 'FAILURE_OUTDATED', message, {
    event: 'bot_report_outdated',
    ...{ bot_id: botId, reported_at: isoMicrosOrNull(failure?.atMs), reason: failure?.reason ?? 'no reason given' },
  } satisfies LogEvent<'bot_report_outdated'>);
  return true;
}

/** Whoever stores the mark notifies; if the table does not answer, the next check does. */
function once(tick: TickContext, change: ReturnType<typeof notifiedChange>, notify: () => void): void {
  const message = 'The mark of a notification could not be stored; the next check tries again, and then notifies';
  const noting = tick.bots.change(change, CALL_MS).then(
    noted => noted && notify(),
    error => logFailure(tick, message, change.botId, error),
  );
  tick.tally.background.push(noting.then(() => undefined));
}
