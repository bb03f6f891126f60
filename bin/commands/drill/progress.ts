/** Progress of a running scenario: for the screen only, never for the checks. */

import type { Truth } from '../../../simulator/engine/accounts/truth.ts';
import type { JournalEntry } from '../../../simulator/exchange.ts';
import type { BeatEvidence, FunctionLogLine } from '../../../simulator/scenarios/evidence.ts';
import type { FunctionLabel } from '../../../simulator/scenarios/stage.ts';

/** The writer of a log: a deployment of the liquidator, or another function. */
export type Speaker = FunctionLabel | 'watchdog' | 'ping';

/** `atMs` is epoch ms of the drill's clock. */
export type Progress = { readonly atMs: number } & (
  | {
      readonly kind: 'set';
      readonly before: Truth;
      readonly timeoutMs: number;
      readonly rttMs: number;
      readonly hedge: boolean;
      /** How many bots send heartbeats. */
      readonly bots: number;
    }
  | { readonly kind: 'called'; readonly call: string; readonly correlationId: string }
  | { readonly kind: 'said'; readonly on: Speaker; readonly line: FunctionLogLine }
  /** A request that has its answer. */
  | { readonly kind: 'request'; readonly entry: JournalEntry }
  | {
      readonly kind: 'ended';
      readonly call: string;
      readonly tookMs: number;
      readonly headline: string | undefined;
    }
  | {
      readonly kind: 'beat';
      readonly botId: string;
      readonly number: number;
      readonly outcome: BeatEvidence['outcome'];
    }
  | { readonly kind: 'staged'; readonly says: string }
  /** What is waited for, repeated with the remaining time. */
  | { readonly kind: 'waiting'; readonly says: string }
  /** The last step is done; these requests never had an answer. */
  | { readonly kind: 'over'; readonly unanswered: readonly JournalEntry[] }
);

export type ReportProgress = (progress: Progress) => void;
