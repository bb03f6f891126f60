/** What each option of the drill is, in one table: for its help, and for the completion of shells. */

import { SCENARIO_NAMES } from '../../../simulator/scenarios/scenario.ts';
import { type Flag, MOST_POSITIONS, MOST_RTT_MS, USUAL_RTT_MS, USUAL_SCENARIO } from './options.ts';

export interface OptionWords {
  /** As in `--rtt MS`; undefined for a switch. */
  readonly takes?: string;
  readonly says: string;
  /** The values that there are, where they can be listed. */
  readonly choices?: readonly string[];
}

/** In the order in which help lists them. */
export const OPTION_TABLE: Readonly<Record<Flag, OptionWords>> = {
  scenario: {
    takes: 'NAME|all',
    says: `what is played (default ${USUAL_SCENARIO})`,
    choices: [...SCENARIO_NAMES, 'all'],
  },
  positions: { takes: 'N', says: `1 to ${MOST_POSITIONS} open positions` },
  hedge: { says: 'an account in hedge mode' },
  rtt: { takes: 'MS', says: `round trip to the exchange, 0 to ${MOST_RTT_MS} (default ${USUAL_RTT_MS})` },
  seed: { takes: 'N', says: 'the same market again (default 1)' },
  json: { says: 'one JSON document on stdout, progress on stderr' },
  help: { says: 'this page' },
};

/** Instead of playing a scenario; register-drill.ts tells them apart. */
export const MODE_TABLE = {
  serve: { says: 'keep the simulated exchange and the local cloud up' },
  panel: { says: 'keep them up, with the control panel in a browser' },
} as const satisfies Readonly<Record<string, OptionWords>>;
