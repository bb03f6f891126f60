/**
 * The messenger's entrance: called by CloudWatch Logs with lines of the other functions' logs, and, where there is a
 * chat, by the topic with what goes out to people.
 */

import type { Context } from 'aws-lambda';
import { type CarryReport, carry } from '../app/messages/carry.ts';
import { messengerContainer } from './messenger-wiring.ts';

const container = messengerContainer(process.env);

/** Takes anything. Throws when a message was not delivered, so that Lambda repeats the invocation and counts the failure. */
export async function handler(event: unknown, context: Context): Promise<CarryReport> {
  const world = container.world({ request_id: context.awsRequestId });
  return carry(world, event, context.getRemainingTimeInMillis());
}
