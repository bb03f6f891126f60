/**
 * Who gets the alerts, and the mail of the watcher in another region: the subscriptions of the topics that the health
 * check is deployed with.
 */

import type { LambdaClient } from '@aws-sdk/client-lambda';
import { SNSClient } from '@aws-sdk/client-sns';
import { createSubscriptions } from '../../lambda/adapters/aws/subscriptions.ts';
import { ENV } from '../../lambda/contract.ts';
import type { Subscriptions } from '../../lambda/views/messages/channels.ts';
import { askFunction } from './deployed-functions.ts';

export interface Subscribers {
  readonly alerts: Subscriptions;
  readonly watcher: { readonly region: string; readonly subscriptions: Subscriptions } | undefined;
}

const CONNECT_MS = 4_000;

/** Throws CliError (4). */
export async function askSubscribers(
  client: LambdaClient,
  functionName: string,
  place: Parameters<typeof askFunction>[2],
): Promise<Subscribers | undefined> {
  const { variables } = await askFunction(client, functionName, place);
  const alerts = subscribersOf(variables[ENV.alertTopic]);
  return alerts && { alerts: alerts.subscriptions, watcher: subscribersOf(variables[ENV.watcherTopic]) };
}

/** Undefined without an ARN. */
function subscribersOf(topicArn = ''): Subscribers['watcher'] {
  const region = topicArn.split(':')[3];
  if (region === undefined) return undefined;
  const sns = new SNSClient({ region, maxAttempts: 2, requestHandler: { connectionTimeout: CONNECT_MS } });
  return { region, subscriptions: createSubscriptions(sns, topicArn) };
}
