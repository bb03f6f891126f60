/**
 * The notifier's handler: called by CloudWatch Logs with lines of the other functions' logs, and, where there is a
 * chat, by the topic with what goes out to people.
 */

import type { Context } from 'aws-lambda';
import { type NotifyReport, notify } from '../app/notifier/notify.ts';
import { notifierContainer } from './notifier-wiring.ts';

const container = notifierContainer(process.env);

/** Accepts any event. Throws when a message was not delivered, so that Lambda repeats the invocation and counts the failure. */
export async function handler(event: unknown, context: Context): Promise<NotifyReport> {
  const ports = container.ports({ request_id: context.awsRequestId });
  return notify(ports, event, context.getRemainingTimeInMillis());
}
