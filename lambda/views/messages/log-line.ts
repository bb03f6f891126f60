/**
 * A log line of a function, as CloudWatch delivers it. A field that is not of the expected type is undefined. For a
 * line that is not a JSON object of flatline the result is undefined, and the caller passes its text on.
 */

import { BOT_ID_PATTERN, CORRELATION_ID_PATTERN } from '../../contract.ts';
import { type Fields, fieldsOf, instantOf, numberOf, objectIn, textOf } from '../../core/text/fields.ts';

export interface LogLine {
  readonly level: string;
  /** A code of lambda/events.ts, or any other text. Undefined: the line has no event that people are notified of. */
  readonly event: string | undefined;
  readonly message: string;
  /** When it happened, epoch ms; undefined when the line has no time. */
  readonly atMs: number | undefined;
  readonly service: string | undefined;
  readonly botId: string | undefined;
  readonly correlationId: string | undefined;
  readonly attempt: number;
  /** Of a problem: a code of error-codes.ts and its heading. */
  readonly code: string | undefined;
  readonly heading: string | undefined;
  /** The data of an audit record; empty for any other line. */
  readonly data: Fields;
  readonly fields: Fields;
}

export function readLogLine(text: string): LogLine | undefined {
  const fields = objectIn(text);
  const message = textOf(fields?.message);
  const level = textOf(fields?.level);
  if (fields === undefined || message === undefined || level === undefined) return undefined;
  return {
    level,
    event: textOf(fields.event),
    message,
    atMs: instantOf(fields.event_timestamp) ?? instantOf(fields.timestamp),
    service: textOf(fields.service),
    botId: nameIn(fields.bot_id, BOT_ID_PATTERN),
    correlationId: nameIn(fields.correlation_id, CORRELATION_ID_PATTERN),
    attempt: numberOf(fields.attempt) ?? 0,
    code: textOf(fields.code),
    heading: textOf(fields.heading),
    data: fieldsOf(fields.data),
    fields,
  };
}

/** The name is printed in commands that people copy into a shell, so anything but a valid bot name is undefined. */
function nameIn(value: unknown, pattern: RegExp): string | undefined {
  const text = textOf(value);
  return text !== undefined && pattern.test(text) ? text : undefined;
}
