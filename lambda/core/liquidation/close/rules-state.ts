/** What is known of the exchange's rules, and whether newer ones are wanted. */

import type { ExchangeRules } from '../../exchange/model.ts';

export interface RulesState {
  readonly known: ExchangeRules | undefined;
  /** A refusal asks for rules that are newer than this. */
  readonly wantedSinceMs: number | undefined;
  readonly failures: number;
  readonly notBeforeMs: number;
}
