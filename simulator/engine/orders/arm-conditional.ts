/**
 * A new conditional order. It is not checked for margin or for a position before its trigger (change log of
 * 2025-11-06), so a stop that would open a position is accepted like any other.
 */

import Big from 'big.js';
import type { AccountState } from '../accounts/account.ts';
import { announce, changeConditional } from '../accounts/account-listeners.ts';
import { checkMode } from '../accounts/position-mode.ts';
import { refusalOf } from '../rules/refusal.ts';
import { randomId } from '../seeded-random.ts';
import { symbolOf, type World } from '../world.ts';
import { type ConditionalTerms, type ExchangeConditional, isWaiting } from './conditional-state.ts';
import { checkMayTrade, checkQuantity } from './filters.ts';
import { checkClientIdForm, checkLifetime, checkMayOrder } from './place-order.ts';
import { isTriggered } from './trigger-rule.ts';

type SentFields = 'positionSide' | 'reduceOnly' | 'quantity' | 'triggerPrice' | 'price' | 'clientAlgoId';

/** As a client sends it. `undefined` is "not sent". */
export type ConditionalAsk = Omit<ConditionalTerms, SentFields> & {
  readonly [Field in SentFields]: ConditionalTerms[Field] | undefined;
};

/** Open conditional orders per account, over all symbols (change log of 2025-12-29). */
const MAX_OPEN_CONDITIONALS = 200;

/** Checks and records. Throws a Refusal and changes nothing when a rule refuses it. */
export function placeConditional(
  world: World,
  account: AccountState,
  ask: ConditionalAsk,
  origin: string,
): ExchangeConditional {
  const symbol = symbolOf(world, ask.symbol);
  const positionSide = checkMode(account.hedgeMode, ask);
  const form = { side: ask.side, positionSide, reduceOnly: ask.reduceOnly ?? false };
  checkClosePosition(ask);
  checkMayOrder(account);
  if (ask.clientAlgoId !== undefined) checkClientIdForm(ask.clientAlgoId);
  const waiting = account.conditionals.filter(isWaiting);
  if (waiting.some(other => other.clientAlgoId === ask.clientAlgoId)) throw refusalOf(-4116);
  if (waiting.length >= MAX_OPEN_CONDITIONALS) throw refusalOf(-4045);
  checkMayTrade(symbol, { ...form, reduceOnly: form.reduceOnly || ask.closePosition }, world.rules);
  if (ask.timeInForce === 'GTD') checkLifetime(world, account, ask, positionSide);
  if (ask.quantity !== undefined) checkQuantity(symbol, 'LIMIT', ask.quantity, world.rules);
  const conditional = newConditional(world, account, { ...ask, ...form, origin });
  if (isTriggered(conditional, symbol.mark)) throw refusalOf(-2021);
  list(account, conditional);
  if (ask.goodTillMs !== undefined) {
    world.schedule.at(ask.goodTillMs, atMs => {
      if (conditional.status === 'NEW') changeConditional(account, conditional, 'EXPIRED', atMs);
    });
  }
  return conditional;
}

export function list(account: AccountState, conditional: ExchangeConditional): void {
  account.conditionals.push(conditional);
  announce(account, { kind: 'conditional', conditional, atMs: conditional.createdAtMs });
}

/** A record under the next algo id, not yet on the account's list. */
export function newConditional(
  world: World,
  account: AccountState,
  ask: ConditionalAsk &
    Pick<ConditionalTerms, 'positionSide' | 'reduceOnly'> & { readonly origin: string; readonly older?: boolean },
): ExchangeConditional {
  const nowMs = world.clock.nowMs();
  const zero = new Big(0);
  world.lastAlgoId += 1n;
  const overTheWire = ask.origin !== 'set-up';
  return {
    ...{ older: false, ...ask },
    algoId: String(world.lastAlgoId),
    clientAlgoId: ask.clientAlgoId ?? randomId(world.random),
    ...{ quantity: ask.quantity ?? zero, triggerPrice: ask.triggerPrice ?? zero, price: ask.price ?? zero },
    ...{ overTheWire, watched: account.watching && overTheWire, status: 'NEW', createdAtMs: nowMs, updatedAtMs: nowMs },
    extreme: ask.activatePrice === undefined ? symbolOf(world, ask.symbol).mark : undefined,
    ...{ actualOrderId: '', triggeredAtMs: undefined },
  };
}

/** "Error Codes" -4136 … -4138 and -1106: closePosition goes with two types, without quantity and reduceOnly. */
function checkClosePosition(ask: ConditionalAsk): void {
  if (!ask.closePosition) return;
  if (ask.type !== 'STOP_MARKET' && ask.type !== 'TAKE_PROFIT_MARKET') {
    throw refusalOf(-4136, `Target strategy invalid for orderType ${ask.type},closePosition true`);
  }
  if (ask.quantity !== undefined) throw refusalOf(-4137);
  if (ask.reduceOnly === true) throw refusalOf(-1106, "Parameter 'reduceonly' sent when not required.");
  if (ask.reduceOnly === false) throw refusalOf(-4138);
}
