/** Publishes to the alert topic. Tries a few times within its time: a message that is late is better than none. */

import { PublishCommand, type SNSClient } from '@aws-sdk/client-sns';
import { StoreError } from '../../core/invocation/error-codes.ts';
import type { Topic } from '../../views/messages/channels.ts';
import { errorName } from '../connections/aws-errors.ts';

/** `client` repeats what may be repeated. Throws a StoreError when SNS did not accept the message. */
export function createTopic(client: SNSClient, topicArn: string): Topic {
  return {
    async publish({ subject, text, incidents }, timeoutMs) {
      if (!(timeoutMs > 0)) throw new StoreError('unreached', 'No time was left to publish the message.');
      const command = new PublishCommand({
        ...{ TopicArn: topicArn, Subject: subject, Message: text },
        // Not in a mail; in the queue of the chat beside the message.
        MessageAttributes: { incidents: { DataType: 'String', StringValue: JSON.stringify(incidents) } },
      });
      try {
        await client.send(command, { abortSignal: AbortSignal.timeout(Math.ceil(timeoutMs)) });
      } catch (error) {
        throw new StoreError(
          'unknown',
          `The topic did not accept the message within ${Math.round(timeoutMs)} ms (${errorName(error)}). Check the topic and the role's sns:Publish.`,
        );
      }
    },
  };
}
