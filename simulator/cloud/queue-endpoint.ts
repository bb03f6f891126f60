/** Amazon SQS on loopback: SendMessage as the SDK speaks it. Functions reach it with AWS_ENDPOINT_URL_SQS. */

import { createHash, randomUUID } from 'node:crypto';
import type { SimulatorClock } from '../engine/clock.ts';
import { awsJson, type LoopbackService, sendJson, startLoopbackService } from './loopback-service.ts';
import { openQueue, type Queue, type QueueOptions } from './queue.ts';

export interface QueueEndpoint extends LoopbackService {
  create(name: string, options: QueueOptions): Queue;
  /** Waits until every queue with a mapping is empty. */
  idle(): Promise<void>;
}

const MESSAGE_MAX_BYTES = 262_144;

const PROTOCOL = awsJson(({ QueueUrl }) => String(QueueUrl ?? '').replace(/^.*\//, ''));

export async function startQueueEndpoint({ clock }: { readonly clock: SimulatorClock }): Promise<QueueEndpoint> {
  const queues = new Map<string, Queue>();
  const closing = new AbortController();
  const service = await startLoopbackService(clock, PROTOCOL, (_request, response, text, { target }) => {
    const body = JSON.parse(text) as Readonly<Record<string, string | undefined>>;
    const refuse = (code: string, message: string): void =>
      PROTOCOL.refuse(response, 400, `com.amazonaws.sqs#${code}`, message);
    const queue = queues.get(target);
    const content = body.MessageBody ?? '';
    if (queue === undefined) return refuse('QueueDoesNotExist', 'The specified queue does not exist.');
    if (content === '' || Buffer.byteLength(content) > MESSAGE_MAX_BYTES)
      return refuse('InvalidParameterValue', 'The message must be between 1 and 262144 bytes long.');
    queue.put(content, body.MessageDeduplicationId);
    const MD5OfMessageBody = createHash('md5').update(content).digest('hex');
    sendJson(response, 200, { MessageId: randomUUID(), MD5OfMessageBody });
  });
  return {
    ...service,
    create(name, options) {
      const queue = openQueue(`${service.url}/000000000000/${name}`, options, clock, closing.signal);
      queues.set(name, queue);
      return queue;
    },
    async idle() {
      for (let busy = true; busy; ) {
        const work = [...queues.values()].flatMap(queue => [...queue.working]);
        busy = work.length > 0;
        await Promise.all(work);
      }
    },
    async close() {
      closing.abort();
      await service.close();
    },
  };
}
