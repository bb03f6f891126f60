/** What the health check asks of the world: two tables and the topic's subscriptions. No exchange, no keys, no liquidator. */

import type { BotStore, Clock, RunRecords, Telemetry } from '../../ports.ts';
import type { Subscriptions } from '../../views/messages/channels.ts';

export interface HealthPorts {
  readonly clock: Clock;
  readonly telemetry: Telemetry;
  readonly bots: Pick<BotStore, 'read' | 'change' | 'list'>;
  readonly runs: Pick<RunRecords, 'lastPreflights'>;
  readonly subscriptions: Subscriptions;
}
