/** The control panel's world: tables and the liquidator. No exchange, no keys, and no way into the trail. */

import type { CallOutcome } from '../../core/panel/call-outcome.ts';
import type { BotStore, RunRecords, UnfinishedRuns } from '../../ports.ts';
import type { World } from '../world.ts';

export interface PanelWorld extends Pick<World, 'clock' | 'random' | 'telemetry' | 'invoker'> {
  readonly bots: BotStore;
  readonly runs: RunRecords;
  readonly unfinished: Pick<UnfinishedRuns, 'due'>;
  readonly liquidator: LiquidatorLine;
}

export interface LiquidatorLine {
  /** Invokes the liquidator and waits for its answer. Never throws. */
  call(event: Readonly<Record<string, unknown>>, timeoutMs: number): Promise<CallOutcome>;
  /** Its environment as it is deployed now. Throws a StoreError. */
  environment(timeoutMs: number): Promise<Readonly<Record<string, string | undefined>>>;
}
