/** Sends to the notifier's queue, a FIFO queue of one group: what was sent first is published first, one batch at a time. */

import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { StoreError } from '../../core/invocation/error-codes.ts';
import type { LineQueue } from '../../views/messages/channels.ts';
import { errorName } from '../connections/aws-errors.ts';

const GROUP = 'notifications';

/** `client` repeats what may be repeated. Throws a StoreError when SQS did not accept a part; repeating is harmless, because parts are deduplicated by their ID. */
export function createQueue(client: SQSClient, queueUrl: string): LineQueue {
  return {
    async send(parts, timeoutMs) {
      const signal = AbortSignal.timeout(Math.ceil(timeoutMs));
      for (const { id, body } of parts) {
        const command = new SendMessageCommand({
          ...{ QueueUrl: queueUrl, MessageBody: body, MessageGroupId: GROUP, MessageDeduplicationId: id },
        });
        try {
          await client.send(command, { abortSignal: signal });
        } catch (error) {
          throw new StoreError(
            'unknown',
            `The queue did not accept the lines within ${Math.round(timeoutMs)} ms (${errorName(error)}). Check the queue and the role's sqs:SendMessage.`,
          );
        }
      }
    },
  };
}
