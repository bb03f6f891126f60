/**
 * Tells what stands in a delivery of log lines, in their order. A line that cannot be read is passed on as it is, and so
 * is a delivery that cannot: what was worth a subscription is never dropped silently.
 */

import { ERROR_CODES } from '../../core/error-codes.ts';
import { fieldsOf, rowsOf, textOf } from '../../core/incident/fields.ts';
import { readLogLine } from '../../core/messages/log-line.ts';
import { tellRaw } from '../../core/messages/tell-raw.ts';
import type { Telling } from '../../core/messages/telling.ts';
import { tellingOf } from '../../core/messages/telling-of.ts';
import type { MessengerWorld } from './world.ts';

const PUBLISH_MS = 10_000;

export interface ToldLines {
  readonly lines: number;
  readonly told: number;
  /** Why something was not published. */
  readonly lost: readonly string[];
}

/** Never rejects. */
export async function tellLines(world: MessengerWorld, data: string, endAtMs: number): Promise<ToldLines> {
  const lines = linesIn(world, data);
  const tellings = tellingsOf(world, lines);
  const lost: string[] = [];
  let told = 0;
  for (const telling of tellings) {
    const nowMs = world.clock.nowMs();
    // Asked one after the other: the line before may have said the same.
    if (!world.told.isNews(telling, nowMs)) continue;
    const why = await published(world, telling, Math.min(PUBLISH_MS, endAtMs - nowMs));
    if (why === undefined) told += 1;
    else lost.push(why);
  }
  return { lines: lines.length, told, lost };
}

function linesIn(world: MessengerWorld, data: string): readonly string[] {
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

function tellingsOf(world: MessengerWorld, lines: readonly string[]): readonly Telling[] {
  const { about } = world;
  const tellings: Telling[] = [];
  const raw: string[] = [];
  for (const text of lines) {
    const line = readLogLine(text);
    if (line === undefined) {
      raw.push(text);
      continue;
    }
    try {
      const telling = tellingOf(line, about);
      if (telling !== undefined) tellings.push(telling);
    } catch (error) {
      world.telemetry.log('CRITICAL', 'A bug of the messenger', { error });
      raw.push(text);
    }
  }
  if (raw.length === 0) return tellings;
  const message = tellRaw('log lines of a function', raw, about.place);
  return [...tellings, { id: message.text, message }];
}

/** Gives why it was not. */
async function published(world: MessengerWorld, telling: Telling, timeoutMs: number): Promise<string | undefined> {
  const { telemetry, topic, told, clock } = world;
  const { subject } = telling.message;
  try {
    await topic.publish(telling.message, timeoutMs);
    told.note(telling, clock.nowMs());
    telemetry.log('INFO', 'A message was published', { subject });
    return undefined;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const { heading } = ERROR_CODES.MESSAGE_UNDELIVERED;
    telemetry.log('ERROR', 'A message was not published', { code: 'MESSAGE_UNDELIVERED', heading, subject, why });
    return why;
  }
}
