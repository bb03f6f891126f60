/** What the control panel asks of the world: tables and the liquidator. No exchange, no keys, and no way into the audit log. */

import type { BotStore, RunRecords, SyncInvoker, UnfinishedRuns } from '../../ports.ts';
import type { LiquidatorPorts } from '../liquidator-ports.ts';

export interface PanelPorts extends Pick<LiquidatorPorts, 'clock' | 'random' | 'telemetry' | 'invoker' | 'version'> {
  readonly bots: BotStore;
  readonly runs: RunRecords;
  readonly unfinished: UnfinishedRuns;
  readonly liquidator: SyncInvoker;
}
