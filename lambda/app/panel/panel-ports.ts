/** The control panel's ports. It has no exchange and no keys, and cannot write the audit log. */

import type { BotStore, RunRecords, SyncInvoker, UnfinishedRuns } from '../../ports.ts';
import type { LiquidatorPorts } from '../liquidator-ports.ts';

export interface PanelPorts extends Pick<LiquidatorPorts, 'clock' | 'random' | 'telemetry' | 'invoker' | 'version'> {
  readonly bots: BotStore;
  readonly runs: RunRecords;
  readonly unfinished: UnfinishedRuns;
  readonly liquidator: SyncInvoker;
}
