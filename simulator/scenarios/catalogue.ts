/** All scenarios, in the order in which `all` plays them. */

import { normal } from './normal.ts';
import type { Scenario } from './scenario.ts';

export const SCENARIOS: readonly Scenario[] = [normal];
