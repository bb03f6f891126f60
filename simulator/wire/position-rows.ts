/**
 * The positions that REST shows, lagging behind the fills, and which symbols get a row: v3 those with a position or an
 * open order, v2 all. Hedge accounts have a row per side, also for the empty one.
 */

import Big from 'big.js';
import type { AccountState } from '../engine/accounts/account.ts';
import { type PositionView, profitOf, visible } from '../engine/accounts/positions.ts';
import { isWaiting } from '../engine/orders/conditional-state.ts';
import { type ExchangeOrder, type HeldSide, isOpenOrder, remaining } from '../engine/orders/order-state.ts';
import { type MarketCode, marginValue, type SymbolState } from '../engine/symbols/symbols.ts';
import { symbolOf, toExchangeTime, type World } from '../engine/world.ts';
import { amountInDigits } from './order-json.ts';

export interface PositionRow {
  readonly symbol: SymbolState;
  readonly positionSide: HeldSide;
  readonly amount: Big;
  readonly entryPrice: Big;
  readonly notional: Big;
  readonly unrealizedPnl: Big;
  /** notional ÷ leverage. */
  readonly initialMargin: Big;
  /** What the open orders need beyond that. */
  readonly orderMargin: Big;
  readonly maintenanceMargin: Big;
  /** Undefined when there never was a position. */
  readonly updatedAtMs: number | undefined;
}

const MAINTENANCE_RATE = '0.004';

/** `which`: all symbols, or only those in use, in the order of the list. */
export function positionRows(
  world: World,
  account: AccountState,
  which: 'all' | 'used',
  market: MarketCode,
): readonly PositionRow[] {
  const sides: readonly HeldSide[] = account.hedgeMode ? ['LONG', 'SHORT'] : ['BOTH'];
  const nowMs = world.clock.nowMs();
  const symbols = which === 'all' ? world.symbols.all(market) : symbolsInUse(world, account, market, nowMs);
  return symbols.flatMap(symbol =>
    sides.map(side => {
      const position = account.positions.get(`${symbol.symbol} ${side}`);
      return row(account, symbol, side, position === undefined ? undefined : visible(position, nowMs));
    }),
  );
}

function symbolsInUse(world: World, account: AccountState, market: MarketCode, nowMs: number): readonly SymbolState[] {
  const names = new Set(symbolsWithOrders(world, account));
  for (const position of account.positions.values()) {
    if (visible(position, nowMs)?.amount.eq(0) === false) names.add(position.symbol);
  }
  return world.symbols
    .inOrder(names)
    .map(name => symbolOf(world, name))
    .filter(symbol => symbol.market === market);
}

function symbolsWithOrders(world: World, account: AccountState): ReadonlySet<string> {
  const conditionals = world.rules.conditionalsMakePositionRows ? account.conditionals.filter(isWaiting) : [];
  return new Set([...account.orders.filter(isOpenOrder), ...conditionals].map(({ symbol }) => symbol));
}

function row(
  account: AccountState,
  symbol: SymbolState,
  positionSide: HeldSide,
  view: PositionView | undefined,
): PositionRow {
  const amount = view?.amount ?? new Big(0);
  const entryPrice = view?.entryPrice ?? new Big(0);
  const notional = marginValue(symbol, amount, symbol.mark);
  return {
    symbol,
    positionSide,
    amount,
    entryPrice,
    notional,
    unrealizedPnl: amount.eq(0) ? new Big(0) : profitOf(symbol.contractSize, amount, entryPrice, symbol.mark),
    initialMargin: notional.abs().div(account.leverage),
    orderMargin: orderMargin(account, symbol, positionSide, notional),
    maintenanceMargin: notional.abs().times(MAINTENANCE_RATE),
    updatedAtMs: view?.updatedAtMs,
  };
}

/** The fields of a row as the exchange writes them. Each page shows some of them. */
export function positionTexts(world: World, row: PositionRow) {
  const { symbol, amount, updatedAtMs } = row;
  return {
    symbol: symbol.symbol,
    positionSide: row.positionSide,
    positionAmt: amountInDigits(symbol, amount),
    entryPrice: entryText(row),
    markPrice: symbol.mark.toFixed(8),
    unrealizedProfit: row.unrealizedPnl.toFixed(8),
    notional: amount.eq(0) ? '0' : row.notional.toFixed(8),
    initialMargin: row.initialMargin.toFixed(8),
    maintMargin: row.maintenanceMargin.toFixed(8),
    updateTime: updatedAtMs === undefined ? 0 : toExchangeTime(world, updatedAtMs),
  };
}

export const entryText = ({ entryPrice }: Pick<PositionView, 'entryPrice'>): string =>
  entryPrice.eq(0) ? '0.0' : entryPrice.round(8).toFixed();

/** The entry price with the opening commission on top. */
export const breakEvenText = ({ entryPrice, amount }: Pick<PositionView, 'entryPrice' | 'amount'>): string =>
  entryText({ entryPrice: entryPrice.times(amount.lt(0) ? '0.9995' : '1.0005') });

/** What the larger side would need once its orders have filled, less what is needed now. Reducing orders need none. */
function orderMargin(account: AccountState, symbol: SymbolState, positionSide: HeldSide, notional: Big): Big {
  const open = account.orders.filter(
    order =>
      isOpenOrder(order) && !order.reduceOnly && order.symbol === symbol.symbol && order.positionSide === positionSide,
  );
  const sum = (side: ExchangeOrder['side']): Big =>
    open
      .filter(order => order.side === side)
      .reduce((total, order) => total.plus(marginValue(symbol, remaining(order), order.price)), new Big(0));
  const [long, short] = [notional.plus(sum('BUY')).abs(), notional.minus(sum('SELL')).abs()];
  const most = long.gt(short) ? long : short;
  return most.gt(notional.abs()) ? most.minus(notional.abs()).div(account.leverage) : new Big(0);
}

export const orderMarginText = ({ orderMargin: margin }: PositionRow): string =>
  margin.eq(0) ? '0' : margin.toFixed(8);

/** Of the symbols that are settled in an asset. */
export const orderMarginIn = (rows: readonly PositionRow[], asset: string): string =>
  rows
    .filter(({ symbol }) => symbol.marginAsset === asset)
    .reduce((sum, row) => sum.plus(row.orderMargin), new Big(0))
    .toFixed(8);
