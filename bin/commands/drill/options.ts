/** What the drill is asked for. register-drill.ts reads it from the command line. */

import type { ScenarioName } from '../../../simulator/scenarios/scenario.ts';

export interface DrillOptions {
  readonly scenarios: readonly ScenarioName[];
  /** Undefined: as many as the scenario usually has. */
  readonly positions: number | undefined;
  readonly hedge: boolean;
  readonly rttMs: number;
  readonly seed: number;
  readonly json: boolean;
}
