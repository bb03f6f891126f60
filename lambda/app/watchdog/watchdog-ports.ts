/** The watchdog's ports. It has no exchange and no keys; it can only call the liquidator. */

import type { BotStore, PingProbe, RunRecords, UnfinishedRuns } from '../../ports.ts';
import type { LiquidatorPorts } from '../liquidator-ports.ts';

export interface WatchdogPorts
  extends Pick<LiquidatorPorts, 'clock' | 'random' | 'locks' | 'audit' | 'telemetry' | 'invoker'> {
  readonly bots: BotStore;
  readonly unfinished: UnfinishedRuns;
  /** To read how the liquidation of a tripped bot ended. */
  readonly records: Pick<RunRecords, 'read'>;
  /** Undefined without a ping URL. */
  readonly pings?: PingProbe | undefined;
}
