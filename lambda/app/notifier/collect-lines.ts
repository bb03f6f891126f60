/** Puts a delivery of log lines into the queue. If the queue cannot be reached, they are published at once. */

import { messageOf } from '../../core/invocation/answer-error.ts';
import { fieldsOf, rowsOf, textOf } from '../../core/text/fields.ts';
import { type DeliveredLine, queueParts } from '../../views/messages/queue-part.ts';
import type { NotifierPorts } from './ports.ts';
import { type PublishedLines, publishLines } from './publish-lines.ts';

const ENQUEUE_MS = 4_000;

interface CollectedLines extends PublishedLines {
  /** Lines put into the queue. */
  readonly queued: number;
}

/** Never rejects. */
export async function collectLines(ports: NotifierPorts, data: string, endAtMs: number): Promise<CollectedLines> {
  const delivered = linesIn(ports, data);
  const nothing = { lines: delivered.length, messages: 0, queued: 0, lost: [] };
  if (delivered.length === 0) return nothing;
  try {
    await ports.queue.send(queueParts(delivered), ENQUEUE_MS);
    return { ...nothing, queued: delivered.length };
  } catch (error) {
    const why = messageOf(error);
    ports.telemetry.log('ERROR', 'Log lines were not queued; they are published at once', { why });
    const texts = delivered.map(({ text }) => text);
    return { ...(await publishLines(ports, texts, endAtMs)), queued: 0 };
  }
}

function linesIn({ unpack, telemetry }: NotifierPorts, data: string): readonly DeliveredLine[] {
  try {
    const batch = fieldsOf(JSON.parse(unpack(data)));
    // CloudWatch Logs tests a new subscription with a CONTROL_MESSAGE.
    if (batch.messageType === 'CONTROL_MESSAGE') return [];
    return rowsOf(batch.logEvents).map(({ id, message }) => ({ id: textOf(id), text: textOf(message) ?? '' }));
  } catch (error) {
    const kind = error instanceof Error ? error.name : typeof error;
    telemetry.log('ERROR', 'A delivery of log lines could not be unpacked', { chars: data.length, why: kind });
    return [{ id: undefined, text: `A delivery of ${data.length} characters could not be unpacked (${kind}).` }];
  }
}
