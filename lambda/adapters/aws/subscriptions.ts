/** Who is subscribed to the alert topic, and whether AWS has their confirmation. */

import {
  GetSubscriptionAttributesCommand,
  ListSubscriptionsByTopicCommand,
  type SNSClient,
  type Subscription as SnsSubscription,
} from '@aws-sdk/client-sns';
import type { Subscription, Subscriptions } from '../../views/messages/channels.ts';
import { awsErrorKind, errorName } from '../connections/aws-errors.ts';

/** Amazon SNS, "ListSubscriptionsByTopic": the value in place of an ARN until it is confirmed. */
const PENDING = 'PendingConfirmation';

export function createSubscriptions(client: SNSClient, topicArn: string): Subscriptions {
  return {
    async list(timeoutMs) {
      const abortSignal = AbortSignal.timeout(Math.ceil(timeoutMs));
      const all = await allOf(client, topicArn, abortSignal);
      if (all === undefined) return undefined;
      return Promise.all(
        all.map(async ({ Protocol = '?', SubscriptionArn = PENDING, Endpoint }): Promise<Subscription> => {
          const isConfirmed = SubscriptionArn.startsWith('arn:');
          const isMail = isConfirmed && Protocol === 'email';
          const isAuthenticated = isMail ? await authenticated(client, SubscriptionArn, abortSignal) : undefined;
          return { protocol: Protocol, endpoint: Endpoint, isConfirmed, isAuthenticated };
        }),
      );
    },
  };
}

/** SNS gives a hundred at a time. Undefined: there is no such topic. */
async function allOf(
  client: SNSClient,
  TopicArn: string,
  abortSignal: AbortSignal,
): Promise<readonly SnsSubscription[] | undefined> {
  const all: SnsSubscription[] = [];
  let NextToken: string | undefined;
  do {
    const command = new ListSubscriptionsByTopicCommand({ TopicArn, NextToken });
    const page = await client.send(command, { abortSignal }).catch((error: unknown) => {
      if (awsErrorKind(errorName(error)) === 'missing') return undefined;
      throw error;
    });
    if (page === undefined) return undefined;
    all.push(...(page.Subscriptions ?? []));
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
  return all;
}

/** Undefined when SNS does not say: nothing is concluded from that. */
async function authenticated(
  client: SNSClient,
  SubscriptionArn: string,
  abortSignal: AbortSignal,
): Promise<boolean | undefined> {
  try {
    const { Attributes } = await client.send(new GetSubscriptionAttributesCommand({ SubscriptionArn }), {
      abortSignal,
    });
    const value = Attributes?.ConfirmationWasAuthenticated;
    return value === undefined ? undefined : value === 'true';
  } catch {
    return undefined;
  }
}
