/**
 * A queue of Amazon SQS with the event source mapping that hands its messages to a function. A FIFO queue gives one
 * batch of its group at a time, in order, and drops what it got within five minutes; a standard queue gives as many
 * batches as its mapping allows. A batch whose function fails comes again after the visibility timeout, and goes to the
 * dead letters after so many times.
 */

import { randomUUID } from 'node:crypto';
import type { SimulatorClock } from '../engine/clock.ts';

export interface QueueOptions {
  readonly isFifo: boolean;
  readonly visibilityMs: number;
  readonly receivesMax: number;
}

/** AWS Lambda, "Using Lambda with Amazon SQS". */
interface Mapping {
  readonly batchSize: number;
  /** Functions at once; a FIFO queue of one group has one. */
  readonly concurrencyMax: number;
  /** Gives whether the function answered without an error. */
  readonly invoke: (event: QueueEvent) => Promise<boolean>;
}

interface QueueEvent {
  readonly Records: readonly { readonly eventSource: 'aws:sqs'; readonly messageId: string; readonly body: string }[];
}

interface QueuedMessage {
  readonly messageId: string;
  readonly body: string;
  receives: number;
}

export interface Queue {
  readonly url: string;
  /** Puts a message in, as SNS does. A repeated deduplication ID is dropped. */
  put(body: string, deduplicationId?: string): void;
  map(mapping: Mapping): void;
  /** Bodies that were given up. */
  readonly deadLetters: readonly string[];
  /** Batches that are with functions, or wait to be visible again. */
  readonly working: ReadonlySet<Promise<void>>;
}

/** Amazon SQS, "FIFO queues: deduplication interval". */
const DEDUPLICATION_MS = 300_000;

export function openQueue(url: string, options: QueueOptions, clock: SimulatorClock, closing: AbortSignal): Queue {
  const { isFifo, visibilityMs, receivesMax } = options;
  let waiting: QueuedMessage[] = [];
  let mapping: Mapping | undefined;
  let running = 0;
  const seen = new Map<string, number>();
  const deadLetters: string[] = [];
  const working = new Set<Promise<void>>();

  function pump(): void {
    if (mapping === undefined || closing.aborted) return;
    const most = isFifo ? 1 : mapping.concurrencyMax;
    while (running < most && waiting.length > 0) {
      const batch = waiting.slice(0, mapping.batchSize);
      waiting = waiting.slice(batch.length);
      running += 1;
      const work = handOver(mapping, batch).finally(() => {
        running -= 1;
        working.delete(work);
        pump();
      });
      working.add(work);
    }
  }

  async function handOver({ invoke }: Mapping, batch: readonly QueuedMessage[]): Promise<void> {
    const Records = batch.map(({ messageId, body }) => ({ eventSource: 'aws:sqs', messageId, body }) as const);
    for (const message of batch) message.receives += 1;
    if (await invoke({ Records })) return;
    await clock.sleep(visibilityMs, closing);
    const again = batch.filter(({ receives }) => receives < receivesMax);
    deadLetters.push(...batch.filter(one => !again.includes(one)).map(({ body }) => body));
    waiting = [...again, ...waiting];
  }

  return {
    ...{ url, deadLetters, working },
    put(body: string, deduplicationId?: string) {
      const nowMs = clock.nowMs();
      if (isFifo && deduplicationId !== undefined) {
        const before = seen.get(deduplicationId);
        if (before !== undefined && nowMs - before < DEDUPLICATION_MS) return;
        seen.set(deduplicationId, nowMs);
      }
      waiting.push({ messageId: randomUUID(), body, receives: 0 });
      pump();
    },
    map(to: Mapping) {
      mapping = to;
      pump();
    },
  };
}
