/** Amazon SQS on loopback: SendMessage as the SDK speaks it. Functions reach it with AWS_ENDPOINT_URL_SQS. */

import { createHash, randomUUID } from 'node:crypto';
import { type CloudClock, type CloudFaults, createCloudFaults } from './faults.ts';
import { sendJson, startLoopbackService } from './loopback-service.ts';
import { type OpenQueue, openQueue, type Queue, type QueueOptions } from './queue.ts';

export interface QueueEndpoint {
  readonly url: string;
  readonly faults: CloudFaults;
  create(name: string, options: QueueOptions): Queue;
  /** Waits until every queue with a mapping is empty. */
  idle(): Promise<void>;
  close(): Promise<void>;
}

const MESSAGE_MAX_BYTES = 262_144;

export async function startQueueEndpoint({ clock }: { readonly clock: CloudClock }): Promise<QueueEndpoint> {
  const faults = createCloudFaults(clock);
  const queues = new Map<string, OpenQueue>();
  const closing = new AbortController();
  const service = await startLoopbackService({
    clock,
    faults,
    targetOf: ({ QueueUrl }) => String(QueueUrl ?? '').replace(/^.*\//, ''),
    serve: (_request, response, text) => {
      const body = JSON.parse(text) as Readonly<Record<string, string | undefined>>;
      const queue = queues.get(String(body.QueueUrl ?? '').replace(/^.*\//, ''));
      const content = body.MessageBody ?? '';
      if (queue === undefined) return refuse(response, 'QueueDoesNotExist', 'The specified queue does not exist.');
      if (content === '' || Buffer.byteLength(content) > MESSAGE_MAX_BYTES)
        return refuse(response, 'InvalidParameterValue', 'The message must be between 1 and 262144 bytes long.');
      queue.put(content, body.MessageDeduplicationId);
      const MD5OfMessageBody = createHash('md5').update(content).digest('hex');
      sendJson(response, 200, { MessageId: randomUUID(), MD5OfMessageBody });
    },
  });
  return {
    url: service.url,
    faults,
    create(name, options) {
      const queue = openQueue(`${service.url}/000000000000/${name}`, options, clock, closing.signal);
      queues.set(name, queue);
      return queue;
    },
    async idle() {
      for (let busy = true; busy; ) {
        const work = [...queues.values()].flatMap(queue => [...queue.working()]);
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

type Response = Parameters<typeof sendJson>[0];

const refuse = (response: Response, code: string, message: string): void =>
  sendJson(response, 400, { __type: `com.amazonaws.sqs#${code}`, message });
