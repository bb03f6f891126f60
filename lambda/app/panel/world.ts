/** The control panel's world: tables and the liquidator. No exchange, no keys, and no way into the trail. */

import type { BotStore, LiquidatorLine, RunRecords, UnfinishedRuns } from '../../ports.ts';
import type { World } from '../world.ts';

export interface PanelWorld extends Pick<World, 'clock' | 'random' | 'telemetry' | 'invoker' | 'version'> {
  readonly bots: BotStore;
  readonly runs: RunRecords;
  readonly unfinished: UnfinishedRuns;
  readonly liquidator: LiquidatorLine;
}
