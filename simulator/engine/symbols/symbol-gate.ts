/**
 * What a symbol's status allows. No code is documented for each status; a close on a symbol that does not trade is answered
 * -4141 and an opening -4140, whose sentences fit ("Error Codes").
 */

import { closesByForm, type OrderForm } from '../orders/closing.ts';
import { refusal } from '../rules/refusal.ts';
import type { UnconfirmedRules } from '../rules/unconfirmed.ts';
import type { SymbolState } from './symbols.ts';

export function checkMayTrade(symbol: SymbolState, order: OrderForm, rules: UnconfirmedRules): void {
  const closes = closesByForm(order);
  if (symbol.session === 'NO_TRADING' && rules.noTradingSessionRefuses) throw refusal(-4141);
  if (symbol.status === 'TRADING') {
    if (symbol.closingOnly && !closes) throw refusal(-4140);
    return;
  }
  if (symbol.status === 'SETTLING' && closes && rules.settlingAcceptsCloses) return;
  throw refusal(closes ? -4141 : -4140);
}

/** Cancels pass in every status (TRADING_CANCEL_ONLY is named for it); in a halt there is a switch. */
export function checkMayCancel(symbol: SymbolState, rules: UnconfirmedRules): void {
  if (symbol.status === 'TRADING_HALT' && rules.haltBlocksCancels) throw refusal(-4141);
}
