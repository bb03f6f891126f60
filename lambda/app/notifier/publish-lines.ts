/** Publishes the new log lines, combined, one message a second at most. A line that cannot be read is published as it is. */

import { METRICS } from '../../contract.ts';
import { messageOf } from '../../core/invocation/answer-error.ts';
import { ERROR_CODES } from '../../core/invocation/error-codes.ts';
import type { EventCode } from '../../events.ts';
import { isWatcherUnheard } from '../../views/check-words.ts';
import { type Combined, combine } from '../../views/messages/combine.ts';
import { incidentsOf } from '../../views/messages/incidents.ts';
import { readLogLine } from '../../views/messages/log-line.ts';
import type { Notification } from '../../views/messages/notification.ts';
import { notificationOf } from '../../views/messages/notification-of.ts';
import { rawMessage } from '../../views/messages/raw-message.ts';
import type { NotifierPorts } from './ports.ts';

const DAILY = 'daily_status' satisfies EventCode;
const PUBLISH_MS = 5_000;
/** Amazon SNS, "Quotas": beyond ten messages a second a mailbox's subscription is switched off. Alarms use the topic too. */
const PACE_MS = 1_000;

export interface PublishedLines {
  readonly lines: number;
  readonly messages: number;
  /** Why something was not published. */
  readonly lost: readonly string[];
}

/** Never rejects. */
export async function publishLines(
  ports: NotifierPorts,
  lines: readonly string[],
  endAtMs: number,
): Promise<PublishedLines> {
  const news = newsIn(ports, notificationsIn(ports, lines));
  const lost: string[] = [];
  let messages = 0;
  for (const combined of combine(news, ports.about.place)) {
    const why = await published(ports, combined, endAtMs);
    if (why === undefined) messages += 1;
    else lost.push(why);
  }
  return { lines: lines.length, messages, lost };
}

/** In order, because a line before may say the same. */
function newsIn({ deduplicator, clock }: NotifierPorts, all: readonly Notification[]): readonly Notification[] {
  const stage = deduplicator.stage();
  const nowMs = clock.nowMs();
  return all.filter(notification => {
    if (!stage.isNews(notification, nowMs)) return false;
    stage.note(notification, nowMs);
    return true;
  });
}

function notificationsIn(ports: NotifierPorts, lines: readonly string[]): readonly Notification[] {
  const { about, telemetry, wantsDailyMessage } = ports;
  const notifications: Notification[] = [];
  const raw: string[] = [];
  for (const text of lines) {
    const line = readLogLine(text);
    if (line === undefined) {
      raw.push(text);
      continue;
    }
    try {
      if (line.event === DAILY && !wantsDailyMessage && !isWatcherUnheard(line.fields.watcher)) {
        telemetry.metric(METRICS.dailyMessages, 1, 'Count');
        continue;
      }
      const notification = notificationOf(line, about);
      if (notification !== undefined) notifications.push(notification);
    } catch (error) {
      telemetry.log('CRITICAL', 'The notifier failed unexpectedly', { error });
      raw.push(text);
    }
  }
  if (raw.length === 0) return notifications;
  const message = rawMessage('log lines of a function', raw, about.place);
  return [...notifications, { id: message.text, kind: 'raw', message }];
}

/** Returns why it was not published. */
async function published(
  { telemetry, topic, deduplicator, clock, pace }: NotifierPorts,
  { message, of }: Combined,
  endAtMs: number,
): Promise<string | undefined> {
  const { subject } = message;
  try {
    const waitMs = Math.min(PACE_MS, (pace.publishedAtMs ?? 0) + PACE_MS - clock.nowMs());
    if (waitMs > 0) await clock.sleep(waitMs);
    pace.publishedAtMs = clock.nowMs();
    const incidents = incidentsOf(of, subject);
    await topic.publish({ ...message, incidents }, Math.min(PUBLISH_MS, endAtMs - clock.nowMs()));
    for (const notification of of) deduplicator.note(notification, clock.nowMs());
    if (of.some(({ kind }) => kind === DAILY)) telemetry.metric(METRICS.dailyMessages, 1, 'Count');
    telemetry.log('INFO', 'A message was published', { subject, notifications: of.length });
    return undefined;
  } catch (error) {
    const why = messageOf(error);
    const { heading } = ERROR_CODES.MESSAGE_UNDELIVERED;
    telemetry.log('ERROR', 'A message was not published', { code: 'MESSAGE_UNDELIVERED', heading, subject, why });
    return why;
  }
}
