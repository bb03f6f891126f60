/** The liquidator's handler: called by the bot, by the watchdog, and by a person in the console. */

import type { Context } from 'aws-lambda';
import { execute } from '../app/liquidator/execute.ts';
import type { Answer, PreflightAnswer } from '../contract.ts';
import { openContainer } from './wiring.ts';

const container = openContainer(process.env, 'liquidator');

/** Accepts any event, refuses what is not a request of ours, and always answers. */
export async function handler(event: unknown, context: Context): Promise<Answer | PreflightAnswer> {
  const ports = container.ports({ request_id: context.awsRequestId });
  return execute(ports, container.config, event, context.getRemainingTimeInMillis(), context.invokedFunctionArn);
}
