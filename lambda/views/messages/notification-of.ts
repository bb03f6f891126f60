/** Returns the notification for a log line, if there is one. Pure: same line, same notification. */

import { isCanary } from '../../core/heartbeat/canary.ts';
import { type EventCode, NOT_NOTIFIED } from '../../events.ts';
import { changeMessage } from './change-message.ts';
import { dailyMessage } from './daily-message.ts';
import { endMessage } from './end-message.ts';
import type { LogLine } from './log-line.ts';
import { compose } from './message.ts';
import { refusalMessage, skippedMessage } from './nothing-done-message.ts';
import type { About, Notification, NotificationDraft } from './notification.ts';
import { notReadyMessage, readyAgainMessage } from './preflight-message.ts';
import { criticalMessage, problemMessage } from './problem-message.ts';
import { deadMessage, lateMessage, recoveredMessage } from './silence-message.ts';
import { blindMessage, reportOutdatedMessage, restartingMessage, timesDifferMessage } from './watch-message.ts';

type Composer = (line: LogLine, about: About) => NotificationDraft | undefined;

/** Undefined: no notification. A critical line without a code is passed on in its own words. */
export function notificationOf(line: LogLine, about: About): Notification | undefined {
  const { event } = line;
  // The canary dies each day; the daily message reports its result.
  if (isCanary(line.botId)) return undefined;
  const composer = event !== undefined && Object.hasOwn(COMPOSERS, event) ? COMPOSERS[event as EventCode] : undefined;
  if (composer === undefined && event === undefined && line.level !== 'CRITICAL') return undefined;
  const draft = (composer ?? criticalMessage)(line, about);
  if (draft === undefined) return undefined;
  const { id, standing } = draft;
  const kind = composer === undefined ? 'critical' : String(event);
  return { id, kind, message: compose(draft, about.place), ...(standing && { standing }) };
}

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
  [NOT_NOTIFIED]: () => undefined,
} satisfies Readonly<Record<EventCode, Composer>>;
