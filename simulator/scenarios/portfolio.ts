/**
 * The account that scenarios begin with: long and short in turn, orders of every kind that an emergency must clear
 * around them (an entry, a reduce-only take-profit, a protective stop, a stop entry), then the exchange's watch is set.
 */

import Big from 'big.js';
import type { HeldSide, OrderSide } from '../engine/orders/order-state.ts';
import { DEFAULT_SYMBOLS, loadSymbols } from '../engine/symbols/default-symbols.ts';
import type { SymbolSpec } from '../engine/symbols/symbols.ts';
import { decimals } from '../engine/symbols/symbols.ts';
import type { ScenarioStage } from './stage.ts';

/** A position's worth, in the symbol's quote asset: about so much. */
const NOTIONAL = 15_000;
const AMOUNTS: Readonly<Record<string, string>> = { BTCUSDT: '0.500', ETHUSDT: '4.000', SOLUSDT: '120.00' };

/** Gives the symbols that hold a position now. */
export function openPortfolio(stage: ScenarioStage): readonly string[] {
  const listed = symbolsOf(stage);
  stage.exchange.addManySymbols(Math.max(0, stage.positions - LISTED.length));
  openPositions(stage);
  for (const [index, spec] of listed.slice(0, WITH_ORDERS).entries())
    surround(stage, spec, isLong(index) ? 'SELL' : 'BUY');
  stage.account.watch();
  return listed.map(({ symbol }) => symbol);
}

/** The same positions once more, without orders: as a bot that trades on would. */
export function openPositions(stage: ScenarioStage): void {
  for (const [index, spec] of symbolsOf(stage).entries()) {
    stage.account.open(spec.symbol, `${isLong(index) ? '' : '-'}${amountOf(spec)}`);
  }
  // In hedge mode a symbol can be held both ways at once.
  if (stage.hedge) stage.account.open('BTCUSDT', '-0.200');
}

/**
 * COIN-M beside it: a perpetual with its stop, once in the list of today and once in the one of before, an entry, and a
 * delivery contract that market orders close only in pieces.
 */
export function openCoins({ account, hedge }: ScenarioStage): void {
  const long = { symbol: 'BTCUSD_PERP', side: 'SELL', type: 'STOP_MARKET', quantity: '250' } as const;
  const positionSide = positionSideOf({ hedge }, 'SELL');
  account.open('BTCUSD_PERP', '250');
  account.arm({ ...long, triggerPrice: '54000', positionSide, reduceOnly: !hedge });
  account.arm({ ...long, triggerPrice: '53000', positionSide, reduceOnly: !hedge, older: true });
  account.rest({ symbol: 'ETHUSD_PERP', side: 'BUY', type: 'LIMIT', quantity: '40', price: '2900', positionSide });
  account.open('BTCUSD_261225', '-2500');
}

/**
 * One position for each account, in a symbol of its own, so that the truth of all accounts together is still one table.
 * Each has a stop that ends with it; every `surroundedEvery`th has orders of every kind.
 */
export function openOneEach(
  stage: ScenarioStage,
  { surroundedEvery = 1 }: { readonly surroundedEvery?: number } = {},
): void {
  const { accounts, exchange } = stage;
  const more = loadSymbols(Math.max(0, accounts.length - LISTED.length));
  exchange.addManySymbols(more.length);
  const specs = [...LISTED, ...more];
  for (const [index, account] of accounts.entries()) {
    const spec = specs[index];
    if (spec === undefined) throw new Error(`There is no symbol left for ${account.name}.`);
    const closing: OrderSide = isLong(index) ? 'SELL' : 'BUY';
    account.open(spec.symbol, `${isLong(index) ? '' : '-'}${amountOf(spec)}`);
    if (index % surroundedEvery === 0) surround({ ...stage, account }, spec, closing);
    else {
      const triggerPrice = priceAt(spec, closing === 'SELL' ? 0.8 : 1.2);
      const positionSide = positionSideOf(stage, closing);
      account.arm({
        ...{ symbol: spec.symbol, side: closing, type: 'STOP_MARKET', triggerPrice, positionSide },
        closePosition: true,
      });
    }
    account.watch();
  }
}

/** Of the position that an order of this side closes. */
function positionSideOf({ hedge }: Pick<ScenarioStage, 'hedge'>, closing: OrderSide): HeldSide {
  const held = closing === 'SELL' ? 'LONG' : 'SHORT';
  return hedge ? held : 'BOTH';
}

const isLong = (index: number): boolean => index % 2 === 0;

const symbolsOf = ({ positions }: ScenarioStage): readonly SymbolSpec[] =>
  [...LISTED, ...loadSymbols(Math.max(0, positions - LISTED.length))].slice(0, positions);

/** Beyond these a position has no orders: 300 positions shall not need 1200 cancels. */
const WITH_ORDERS = 40;

/** Those that settle in BTC, deliver or trade thinly are other tests' business. */
const LISTED: readonly SymbolSpec[] = DEFAULT_SYMBOLS.filter(
  ({ quoteAsset, contractType }) => quoteAsset !== 'BTC' && contractType === undefined,
);

/**
 *   long position:   stop ▼       ── mark ──       entry ▲ would be a second one
 *                    entry (limit, far below)      take-profit (limit, above)
 */
function surround({ account, hedge }: ScenarioStage, spec: SymbolSpec, closing: OrderSide): void {
  const { symbol } = spec;
  const quantity = amountOf(spec);
  const opening: OrderSide = closing === 'SELL' ? 'BUY' : 'SELL';
  const positionSide = positionSideOf({ hedge }, closing);
  const better = (share: number): string => priceAt(spec, closing === 'SELL' ? 1 + share : 1 - share);
  const worse = (share: number): string => priceAt(spec, closing === 'SELL' ? 1 - share : 1 + share);
  account.rest({ symbol, side: opening, type: 'LIMIT', quantity, price: worse(0.1), positionSide });
  account.rest({
    symbol,
    side: closing,
    type: 'LIMIT',
    quantity,
    price: better(0.1),
    positionSide,
    reduceOnly: !hedge,
  });
  account.arm({
    ...{ symbol, side: closing, type: 'STOP_MARKET', triggerPrice: worse(0.2), positionSide },
    closePosition: true,
  });
  account.arm({ symbol, side: opening, type: 'STOP_MARKET', quantity, triggerPrice: better(0.2), positionSide });
}

function amountOf({ symbol, markPrice, stepSize = '0.1' }: SymbolSpec): string {
  return (
    AMOUNTS[symbol] ??
    new Big(NOTIONAL).div(markPrice).div(stepSize).round(0).times(stepSize).toFixed(decimals(stepSize))
  );
}

function priceAt({ markPrice, tickSize = '0.0001' }: SymbolSpec, ratio: number): string {
  return new Big(markPrice).times(ratio).div(tickSize).round(0).times(tickSize).toFixed(decimals(tickSize));
}
