/**
 * What a scenario is: a stage to set, steps to play, a promise, and the checks that show it kept. Plain descriptions;
 * bin/commands/drill plays them against the bundled functions.
 */

import type { Evidence } from './evidence.ts';
import type { FunctionLabel, Stage } from './stage.ts';

export const SCENARIO_NAMES = [
  'normal',
  'disabled',
  'timeout',
  'partial',
  'crash',
  'hedge',
  'overload',
  'duplicate',
] as const;
export type ScenarioName = (typeof SCENARIO_NAMES)[number];

export interface Scenario {
  readonly name: ScenarioName;
  readonly title: string;
  /** One sentence. */
  readonly promise: string;
  /** How many positions it has unless asked otherwise, how many it needs to make sense, and how many it can take. */
  readonly positions: { readonly usual: number; readonly least: number; readonly most?: number };
  /** True when it is about hedge mode whatever was asked. */
  readonly alwaysHedge?: true;
  readonly settings?: SettingsChanges;
  /** Variables of the function's environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** Puts positions, orders and faults in place. */
  prepare(stage: Stage): void;
  readonly steps: readonly Step[];
  readonly checks: readonly Check[];
}

/** As many as asked for, within what the scenario takes. */
export function positionsOf({ positions }: Scenario, asked: number | undefined): number {
  const { usual, least, most = Number.POSITIVE_INFINITY } = positions;
  return Math.min(most, Math.max(least, asked ?? usual));
}

/** What differs from the default configuration. */
export interface SettingsChanges {
  /** At least; a slow line or a large account get more. */
  readonly timeoutMs?: number;
  /** Exactly: the scenario is about it. */
  readonly fixedTimeoutMs?: number;
  readonly maxRetries?: number;
  readonly retryDelayMs?: number;
}

/** `call` names the call for the checks; `id` is the label of its correlation ID: same label, same ID. */
export type Step =
  /** An environment of the function is started by an event that it refuses. */
  | { readonly kind: 'warm'; readonly on: FunctionLabel }
  /** Calls and goes on at once. */
  | { readonly kind: 'call'; readonly call: string; readonly id: string; readonly on: FunctionLabel }
  /** Waits for the answers of these calls. */
  | { readonly kind: 'answered'; readonly calls: readonly string[] }
  /** Waits until the venue shows it; `says` ends the sentence "until …". */
  | { readonly kind: 'until'; readonly says: string; readonly holds: (stage: Stage) => boolean }
  /** SIGKILL to whatever runs. */
  | { readonly kind: 'kill'; readonly on: FunctionLabel; readonly says: string }
  /** Waits until the lease on this correlation ID has run out. */
  | { readonly kind: 'lease-end'; readonly id: string }
  /** Changes something at the venue. */
  | { readonly kind: 'change'; readonly says: string; readonly make: (stage: Stage) => void };

/** One sentence that is true or not. `judge` gives what contradicts it; nothing means that it holds. */
export interface Check {
  readonly sentence: string;
  judge(evidence: Evidence): readonly string[];
}
