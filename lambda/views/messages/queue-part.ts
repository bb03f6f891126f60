/**
 * Log lines in the notifier's queue. A delivery of CloudWatch Logs is split into parts that each fit into one SQS
 * message. The same delivery gives the same parts, so SQS drops a repeated delivery by its ID.
 */

import { createHash } from 'node:crypto';
import { boundedText } from '../../core/text/fields.ts';

export interface QueuePart {
  /** The deduplication ID, valid for five minutes (Amazon SQS, "FIFO queues: message deduplication"). */
  readonly id: string;
  readonly body: string;
}

export interface DeliveredLine {
  /** The ID that CloudWatch Logs gives each event. */
  readonly id: string | undefined;
  readonly text: string;
}

/** Amazon SQS accepts 256 KiB in every region; the rest is room for the JSON around the lines. */
const PART_MAX_BYTES = 200_000;
/** UTF-8 of a UTF-16 code unit, escaped in JSON: `\u0000`. */
const CHAR_MAX_BYTES = 6;
const LINE_MAX_CHARS = Math.floor(PART_MAX_BYTES / CHAR_MAX_BYTES);

export function queueParts(lines: readonly DeliveredLine[]): readonly QueuePart[] {
  const parts: DeliveredLine[][] = [];
  let roomBytes = 0;
  for (const line of lines) {
    const bounded = { id: line.id, text: boundedLine(line.text) };
    const bytes = Buffer.byteLength(JSON.stringify(bounded.text));
    if (bytes > roomBytes) {
      parts.push([]);
      roomBytes = PART_MAX_BYTES;
    }
    parts.at(-1)?.push(bounded);
    roomBytes -= bytes + 1;
  }
  return parts.map(part => ({
    id: createHash('sha256')
      .update(JSON.stringify(part.map(({ id, text }) => id ?? text)))
      .digest('hex'),
    body: JSON.stringify({ lines: part.map(({ text }) => text) }),
  }));
}

const boundedLine = (text: string): string =>
  Buffer.byteLength(JSON.stringify(text)) <= PART_MAX_BYTES ? text : boundedText(text, LINE_MAX_CHARS);
