/**
 * Tells what stands in a delivery of log lines, in their order. A line that cannot be read is passed on as it is, and so
 * is a delivery that cannot: what was worth a subscription is never dropped silently.
 */

import { ERROR_CODES } from '../../core/error-codes.ts';
import { fieldsOf, rowsOf, textOf } from '../../core/incident/fields.ts';
import { readLogLine } from '../../core/messages/log-line.ts';
import type { Notification } from '../../core/messages/notification.ts';
import { notificationOf } from '../../core/messages/notification-of.ts';
import { rawMessage } from '../../core/messages/raw-message.ts';
import type { NotifierPorts } from './ports.ts';

const PUBLISH_MS = 10_000;

export interface NotifiedLines {
  readonly lines: number;
  readonly told: number;
  /** Why something was not published. */
  readonly lost: readonly string[];
}

/** Never rejects. */
export async function notifyOfLines(world: NotifierPorts, data: string, endAtMs: number): Promise<NotifiedLines> {
  const lines = linesIn(world, data);
  const notifications = notificationsOf(world, lines);
  const lost: string[] = [];
  let told = 0;
  for (const notification of notifications) {
    const nowMs = world.clock.nowMs();
    // Asked one after the other: the line before may have said the same.
    if (!world.told.isNews(notification, nowMs)) continue;
    const why = await published(world, notification, Math.min(PUBLISH_MS, endAtMs - nowMs));
    if (why === undefined) told += 1;
    else lost.push(why);
  }
  return { lines: lines.length, told, lost };
}

function linesIn(world: NotifierPorts, data: string): readonly string[] {
  try {
    const batch = fieldsOf(JSON.parse(world.unpack(data)));
    // CloudWatch Logs tries a new subscription out with a CONTROL_MESSAGE.
    if (batch.messageType === 'CONTROL_MESSAGE') return [];
    return rowsOf(batch.logEvents).map(({ message }) => textOf(message) ?? '');
  } catch (error) {
    const kind = error instanceof Error ? error.name : typeof error;
    world.telemetry.log('ERROR', 'A delivery of log lines could not be unpacked', { chars: data.length, why: kind });
    return [`A delivery of ${data.length} characters could not be unpacked (${kind}).`];
  }
}

function notificationsOf(world: NotifierPorts, lines: readonly string[]): readonly Notification[] {
  const { about } = world;
  const notifications: Notification[] = [];
  const raw: string[] = [];
  for (const text of lines) {
    const line = readLogLine(text);
    if (line === undefined) {
      raw.push(text);
      continue;
    }
    try {
      const notification = notificationOf(line, about);
      if (notification !== undefined) notifications.push(notification);
    } catch (error) {
      world.telemetry.log('CRITICAL', 'A bug of the notifier', { error });
      raw.push(text);
    }
  }
  if (raw.length === 0) return notifications;
  const message = rawMessage('log lines of a function', raw, about.place);
  return [...notifications, { id: message.text, message }];
}

/** Gives why it was not. */
async function published(
  world: NotifierPorts,
  notification: Notification,
  timeoutMs: number,
): Promise<string | undefined> {
  const { telemetry, topic, told, clock } = world;
  const { subject } = notification.message;
  try {
    await topic.publish(notification.message, timeoutMs);
    told.note(notification, clock.nowMs());
    telemetry.log('INFO', 'A message was published', { subject });
    return undefined;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const { heading } = ERROR_CODES.MESSAGE_UNDELIVERED;
    telemetry.log('ERROR', 'A message was not published', { code: 'MESSAGE_UNDELIVERED', heading, subject, why });
    return why;
  }
}
