/** The watchdog's handler: one run, each minute, by a rule of EventBridge. */

import type { Context } from 'aws-lambda';
import { type TickRefusal, type TickReport, watch } from '../app/watchdog/tick.ts';
import { watchdogContainer } from './watchdog-wiring.ts';

const container = watchdogContainer(process.env);

/** Accepts any event, refuses what is not a tick, and always answers. */
export async function handler(event: unknown, context: Context): Promise<TickReport | TickRefusal> {
  const ports = container.ports({ request_id: context.awsRequestId });
  return watch(ports, container.config, event, context.getRemainingTimeInMillis());
}
