/** What the health check asks of the world: two tables, the subscriptions of its topic and of the watcher's. No exchange, no keys, no liquidator. */

import type { BotStore, Clock, RunRecords, Telemetry } from '../../ports.ts';
import type { Subscriptions } from '../../views/messages/channels.ts';

export interface HealthPorts {
  readonly clock: Clock;
  readonly telemetry: Telemetry;
  readonly bots: Pick<BotStore, 'read' | 'change' | 'list'>;
  readonly runs: Pick<RunRecords, 'lastPreflights'>;
  readonly subscriptions: Subscriptions;
  /** Of the watcher in another region; undefined: none is configured. */
  readonly watcher: { readonly region: string; readonly subscriptions: Subscriptions } | undefined;
}
