/** The watcher's handler: called by its rule, every five minutes, in another region than the watchdog's. */

import type { Context } from 'aws-lambda';
import { checkWatchdog } from '../app/watcher/check-watchdog.ts';
import { watcherPorts } from './watcher-wiring.ts';

const ports = watcherPorts(process.env);

/** Accepts any event. Throws when the watched region does not answer. */
export const handler = async (_event: unknown, context: Context) =>
  checkWatchdog(ports({ request_id: context.awsRequestId }));
