/**
 * A log line of a function, as CloudWatch delivers it. A field that is not of the expected type is undefined. For a
 * line that is not a JSON object of flatline the result is undefined, and the caller passes its text on.
 */

import { BOT_ID_PATTERN, CORRELATION_ID_PATTERN } from '../../contract.ts';
import { fieldsOf, instantOf, numberOf, objectIn, textOf } from '../../core/text/fields.ts';

export type LogLine = NonNullable<ReturnType<typeof readLogLine>>;

export function readLogLine(text: string) {
  const fields = objectIn(text);
  const message = textOf(fields?.message);
  const level = textOf(fields?.level);
  if (fields === undefined || message === undefined || level === undefined) return undefined;
  return {
    level,
    /** A code of lambda/events.ts, or any other text. Undefined: the line has no event that people are notified of. */
    event: textOf(fields.event),
    message,
    /** When it happened. */
    atMs: instantOf(fields.event_timestamp) ?? instantOf(fields.timestamp),
    service: textOf(fields.service),
    botId: nameIn(fields.bot_id, BOT_ID_PATTERN),
    correlationId: nameIn(fields.correlation_id, CORRELATION_ID_PATTERN),
    attempt: numberOf(fields.attempt) ?? 0,
    /** Of a problem: a code of error-codes.ts and its heading. */
    code: textOf(fields.code),
    heading: textOf(fields.heading),
    /** The data of an audit record; empty for any other line. */
    data: fieldsOf(fields.data),
    fields,
  };
}

/** The name is printed in commands that people copy into a shell, so anything but a valid bot name is undefined. */
function nameIn(value: unknown, pattern: RegExp): string | undefined {
  const text = textOf(value);
  return text !== undefined && pattern.test(text) ? text : undefined;
}
