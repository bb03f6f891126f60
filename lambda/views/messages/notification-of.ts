/** Returns the notification for a log line, if there is one. Pure: same line, same notification. */

import { isCanary } from '../../core/heartbeat/canary.ts';
import type { EventCode } from '../../events.ts';
import { changeMessage } from './change-message.ts';
import { dailyMessage } from './daily-message.ts';
import { endMessage } from './end-message.ts';
import type { LogLine } from './log-line.ts';
import type { About, Composed, Notification } from './notification.ts';
import { notReadyMessage, readyAgainMessage } from './preflight-message.ts';
import { criticalMessage, problemMessage } from './problem-message.ts';
import { refusalMessage } from './refusal-message.ts';
import { deadMessage, lateMessage, recoveredMessage } from './silence-message.ts';
import { skippedMessage } from './skipped-message.ts';
import { blindMessage, reportOutdatedMessage, restartingMessage, timesDifferMessage } from './watch-message.ts';

type Composer = (line: LogLine, about: About) => Composed | undefined;

/** Undefined: no notification. A critical line without a code is passed on in its own words. */
export function notificationOf(line: LogLine, about: About): Notification | undefined {
  const { event } = line;
  // The canary dies each day; the daily message reports its result.
  if (isCanary(line.botId)) return undefined;
  const composer = event !== undefined && Object.hasOwn(COMPOSERS, event) ? COMPOSERS[event as EventCode] : undefined;
  const isNotified = line.level === 'CRITICAL' || event !== undefined;
  const composed =
    composer !== undefined ? composer(line, about) : isNotified ? criticalMessage(line, about) : undefined;
  return composed && { ...composed, kind: composer === undefined ? 'critical' : String(event) };
}

const nothing: Composer = () => undefined;

const COMPOSERS = {
  liquidation_completed: endMessage,
  liquidation_partial: endMessage,
  liquidation_failed: endMessage,
  liquidation_skipped: skippedMessage,
  bot_late: lateMessage,
  bot_recovered: recoveredMessage,
  bot_dead: deadMessage,
  bot_armed: changeMessage,
  bot_disarmed: changeMessage,
  bot_rearmed: changeMessage,
  bot_snoozed: changeMessage,
  bot_snooze_planned: changeMessage,
  bot_acknowledged: changeMessage,
  preflight_not_ready: notReadyMessage,
  preflight_recovered: readyAgainMessage,
  event_refused: refusalMessage,
  watchdog_problem: problemMessage,
  liquidator_failed: problemMessage,
  configuration_invalid: problemMessage,
  deployment_incomplete: problemMessage,
  canary_failed: problemMessage,
  daily_status: dailyMessage,
  bot_restarting: restartingMessage,
  bot_times_differ: timesDifferMessage,
  bot_report_outdated: reportOutdatedMessage,
  watchdog_blind: blindMessage,
  detail: nothing,
} satisfies Readonly<Record<EventCode, Composer>>;
