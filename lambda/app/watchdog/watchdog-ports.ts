/** The watchdog's ports. There is no exchange and there are no keys in it: it can call the liquidator, and nothing else. */

import type { BotStore, PingProbe, RunRecords, UnfinishedRuns } from '../../ports.ts';
import type { LiquidatorPorts } from '../liquidator-ports.ts';

export interface WatchdogPorts
  extends Pick<LiquidatorPorts, 'clock' | 'random' | 'locks' | 'audit' | 'telemetry' | 'invoker'> {
  readonly bots: BotStore;
  readonly unfinished: UnfinishedRuns;
  /** To see how the liquidation of a tripped bot ended. */
  readonly records: Pick<RunRecords, 'read'>;
  /** Undefined where there is no ping URL. */
  readonly pings?: PingProbe | undefined;
}
