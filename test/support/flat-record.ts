/** The record of a liquidation of the whole account that ended FLAT. */

import { claimScope } from '../../lambda/core/invocation/liquidation-record.ts';
import type { LiquidationRecord } from '../../lambda/ports.ts';

export const flatRecord = (correlationId: string, botId: string, finishedAtMs: number): LiquidationRecord => ({
  ...{ correlationId, botId, state: 'completed', priorState: 'in_progress', attempts: 1, trigger: 'watchdog' },
  claimedFor: claimScope({ botId, symbols: undefined }),
  ...{ holder: 'holder', leaseUntilMs: finishedAtMs, firstStartedAtMs: finishedAtMs, startedAtMs: finishedAtMs },
  ...{ finishedAtMs, answer: undefined, seals: [], resumeAtMs: undefined, symbols: undefined, carried: undefined },
});
