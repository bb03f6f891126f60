/** What the steps of a scenario need. */

import type { ConcurrencyLimiter } from '../../../lambda/app/watchdog/tick-context.ts';
import type { BotStore, Clock } from '../../../lambda/ports.ts';
import type { FunctionHost } from '../../../simulator/cloud/function-host.ts';
import type { FunctionUrl } from '../../../simulator/cloud/function-url.ts';
import type { LocalCloud } from '../../../simulator/cloud/local-cloud.ts';
import type { CallEvidence, FunctionLogLine } from '../../../simulator/scenarios/evidence.ts';
import type { FunctionLabel, ScenarioStage } from '../../../simulator/scenarios/stage.ts';
import type { Bot } from './bot.ts';
import type { DrillStores } from './evidence.ts';
import type { ReportProgress } from './progress.ts';
import type { RequestCounter } from './request-counter.ts';

/** A running function, and the proxy to the exchange that only it uses. */
export interface Deployed {
  readonly host: FunctionHost;
  readonly counter: RequestCounter;
}

export interface PlayContext {
  readonly clock: Clock;
  readonly reportProgress: ReportProgress;
  readonly stage: ScenarioStage;
  readonly functions: ReadonlyMap<FunctionLabel, Deployed>;
  readonly stores: DrillStores;
  readonly rows: BotStore;
  readonly calls: CallEvidence[];
  /** Correlation IDs by label. */
  readonly ids: Map<string, string>;
  readonly running: Map<string, Promise<void>>;
  readonly cloud: Pick<LocalCloud, 'lambda' | 'tables'>;
  /** By ID. */
  readonly bots: ReadonlyMap<string, Bot>;
  /** Of a scenario whose bots ping. */
  readonly pingUrl?: Pick<FunctionUrl, 'flood'> | undefined;
  /** This many bots write at a time: each has a second for its heartbeat, and this process runs all of them. */
  readonly botLimiter: ConcurrencyLimiter;
  /** Aborts when the last step is done. */
  readonly signal: AbortSignal;
  /** What the functions have logged so far. */
  readonly heard: readonly FunctionLogLine[];
}
