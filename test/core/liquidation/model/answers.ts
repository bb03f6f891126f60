/** What the model answers to each kind of request, once it is executed. */

import type {
  CloseOrder,
  ConditionalOrder,
  OpenOrder,
  Position,
  Receipt,
  Rows,
} from '../../../../lambda/core/exchange/model.ts';
import { DEFAULT_LIMITS, type ExchangeRequest } from '../../../../lambda/core/exchange/request.ts';
import type { EngineAnswer } from '../../../../lambda/core/liquidation/reduce.ts';
import { type BookOrder, type Books, signOf } from './books.ts';
import { refused } from './failed.ts';
import { digitsOf, textOf, thousandthsOf } from './quantity.ts';
import type { Fate, Schedule } from './schedule.ts';

/** The model at the instant at which the request is executed. */
export interface ModelNow {
  readonly schedule: Schedule;
  readonly books: Books;
  readonly nowMs: number;
  /** Since the start of the run. */
  readonly sinceMs: number;
  /** The network delivers what it delivered before: the name is known already. */
  readonly isRepeat: boolean;
}

export function answerTo(
  model: ModelNow,
  request: ExchangeRequest,
  sentAtMs: number,
  fate: Fate | undefined,
): EngineAnswer {
  switch (request.kind) {
    case 'positions':
      return passed(listed(positionRows(model), fate));
    case 'open-orders':
      return passed(listed(orderRows(model, 'order'), fate));
    case 'conditional-orders':
      return passed(listed(orderRows(model, 'conditional'), fate));
    case 'twap-orders': {
      const rows = model.books.twapOrders.filter(one => one.live).map(({ id, symbol }) => ({ algoId: id, symbol }));
      return passed(listed(rows, fate));
    }
    case 'close':
      return takeClose(model, request.order);
    case 'cancel-orders':
      return cancelAll(model, request.symbol, 'order');
    case 'cancel-conditionals':
      return cancelAll(model, request.symbol, 'conditional');
    case 'cancel-order':
      return cancelOne(model, request.orderId);
    case 'cancel-conditional':
      return cancelOne(model, request.algoId);
    case 'cancel-twap-order': {
      const twapOrder = model.books.twapOrders.find(one => one.id === request.algoId && one.live);
      if (twapOrder === undefined) return UNKNOWN_ORDER;
      twapOrder.live = false;
      return passed(null);
    }
    case 'order':
    case 'conditional-order':
      return lookedUp(model, request);
    case 'rules':
      return passed(rulesOf(model, sentAtMs));
    case 'server-time':
      return passed(0);
    default:
      throw new Error(`the engine does not ask for ${request.kind}`);
  }
}

const passed = (value: unknown): EngineAnswer => ({ ok: true, value: value as never });
const UNKNOWN_ORDER = refused({ certainty: 'refused', subject: 'request', reason: 'nothing-there' });

const lagOf = (model: ModelNow, lagMs: number): number =>
  model.sinceMs < model.schedule.exchange.lagsUntilMs ? lagMs : 0;

function positionRows(model: ModelNow): readonly Position[] {
  const { positionLagMs, writtenDigits } = model.schedule.exchange;
  const lagMs = lagOf(model, positionLagMs);
  const rows: Position[] = [];
  for (const { symbol, side, amount, updatedAtMs, history } of model.books.positions.values()) {
    const seen = lagMs === 0 ? { amount, updatedAtMs } : history.findLast(one => one.atMs <= model.nowMs - lagMs);
    if (seen === undefined || seen.amount === 0) continue;
    const notional = textOf(seen.amount * 10);
    rows.push({
      ...{ symbol, positionSide: side, amount: textOf(seen.amount, writtenDigits), entryPrice: '10', markPrice: '10' },
      ...{ notional, unrealizedPnl: '0', marginAsset: 'USDT', updatedAtMs: seen.updatedAtMs },
    });
  }
  return rows;
}

function orderRows(model: ModelNow, kind: BookOrder['kind']): readonly (OpenOrder | ConditionalOrder)[] {
  const lagMs = lagOf(model, model.schedule.exchange.listLagMs);
  const atMs = model.nowMs - lagMs;
  const rows: (OpenOrder | ConditionalOrder)[] = [];
  for (const order of model.books.orders) {
    if (order.kind !== kind || order.openedAtMs > atMs || order.goneAtMs <= atMs) continue;
    const { id, symbol, side, positionSide, reduceOnly, closePosition } = order;
    const quantity = textOf(order.quantity);
    const base = { symbol, side, positionSide, quantity, reduceOnly };
    rows.push(
      kind === 'order'
        ? { ...base, orderId: id, clientOrderId: id, executedQuantity: '0' }
        : { ...base, algoId: id, clientAlgoId: id, type: 'STOP_MARKET', triggerPrice: '5', closePosition },
    );
  }
  return rows;
}

function listed<Row extends { readonly symbol: string }>(all: readonly Row[], fate: Fate | undefined): Rows<Row> {
  if (fate?.kind === 'hides') {
    const { symbol } = fate;
    return { rows: symbol === undefined ? [] : all.filter(row => row.symbol !== symbol), unread: [] };
  }
  if (fate?.kind === 'unread') {
    const { symbol } = fate;
    const rows = symbol === undefined ? all.slice(1) : all.filter(row => row.symbol !== symbol);
    if (rows.length === all.length) return { rows, unread: [] };
    return { rows, unread: [{ symbol, problem: 'a field is missing' }] };
  }
  return { rows: all, unread: [] };
}

const target = (
  reason: 'too-many-digits' | 'too-large' | 'too-small' | 'reduce-only-rejected' | 'mode-mismatch' | 'thin-book',
) => refused({ certainty: 'refused', subject: 'target', reason });

function takeClose(model: ModelNow, order: CloseOrder): EngineAnswer {
  const { books, schedule, nowMs } = model;
  const { exchange, hedge } = schedule;
  const { symbol, side, positionSide, reduceOnly, clientOrderId } = order;
  const halt = schedule.halts.find(one => one.symbol === symbol && model.sinceMs < one.untilMs);
  if (halt) return refused({ certainty: 'refused', subject: 'symbol', reason: halt.reason });
  if ((positionSide === 'BOTH') === hedge) return target('mode-mismatch');
  if (reduceOnly === hedge) books.say('safe', `${clientOrderId}: reduce-only flag in the wrong mode`);
  const quantity = thousandthsOf(order.quantity);
  if (digitsOf(order.quantity) > exchange.takenDigits || quantity === undefined) return target('too-many-digits');
  if (hedge && quantity < exchange.leastQuantity) return target('too-small');
  if (exchange.largestQuantity !== undefined && quantity > exchange.largestQuantity) return target('too-large');
  if (books.executedNames.has(clientOrderId)) {
    if (!model.isRepeat) books.say('name', `${clientOrderId} was sent again after it was executed`);
    else if (schedule.seed % 2 === 0)
      return refused({ certainty: 'refused', subject: 'request', reason: 'already-sent' });
  }

  const held = books.position(symbol, positionSide)?.amount ?? 0;
  const opens = hedge ? (positionSide === 'LONG') === (side === 'BUY') : !reduceOnly;
  if (opens) {
    // Without the flag, or with its own side, nothing keeps an order from opening.
    books.close(symbol, positionSide, side, quantity, nowMs, clientOrderId);
    return passed(receipt(model, clientOrderId, 'FILLED', quantity));
  }
  const open = Math.sign(held) === -signOf(side) ? Math.abs(held) : 0;
  if (open === 0) return target('reduce-only-rejected');
  const left = open - reserved(model, order);
  if (quantity > left && (left < Math.min(quantity, open) || hedge || exchange.oversize === 'reject'))
    return target('reduce-only-rejected');

  const isEmpty = model.sinceMs < exchange.emptyUntilMs && order.price === undefined;
  if (isEmpty && exchange.receipts === 'full') return target('thin-book');
  const executed = isEmpty ? 0 : Math.min(quantity, open, exchange.thinBook ?? quantity);
  if (executed > 0) books.close(symbol, positionSide, side, executed, nowMs, clientOrderId);
  const status = executed === quantity ? 'FILLED' : 'EXPIRED';
  return passed(receipt(model, clientOrderId, status, executed));
}

function receipt(model: ModelNow, orderId: string, status: string, executed: number): Receipt {
  const base = { orderId, averagePrice: undefined, updatedAtMs: model.nowMs };
  switch (model.schedule.exchange.receipts) {
    case 'full':
      return { ...base, status, executedQuantity: textOf(executed) };
    case 'new':
      return { ...base, status: 'NEW', executedQuantity: '0' };
    case 'bare':
      return { ...base, status: undefined, executedQuantity: undefined };
  }
}

/** What resting orders of the closing side keep of a position. */
function reserved(model: ModelNow, { symbol, side, positionSide }: CloseOrder): number {
  const isAll = model.schedule.exchange.reservedBy === 'all-same-side';
  let sum = 0;
  for (const order of model.books.orders) {
    if (order.kind !== 'order' || order.status !== 'NEW' || order.symbol !== symbol || order.side !== side) continue;
    if (order.positionSide === positionSide && (isAll || order.reduceOnly || positionSide !== 'BOTH'))
      sum += order.quantity;
  }
  return sum;
}

function cancelOne({ books, nowMs }: ModelNow, id: string): EngineAnswer {
  const order = books.orders.find(one => one.id === id && one.status === 'NEW');
  if (order === undefined) return UNKNOWN_ORDER;
  if (order.fillsOnCancel) books.fill(order, nowMs);
  else books.end(order, 'CANCELED', nowMs);
  return passed(null);
}

function cancelAll(model: ModelNow, symbol: string, kind: BookOrder['kind']): EngineAnswer {
  const { books, nowMs } = model;
  const open = books.orders.filter(one => one.kind === kind && one.symbol === symbol && one.status === 'NEW');
  for (const order of open) {
    if (order.fillsOnCancel) books.fill(order, nowMs);
    else books.end(order, 'CANCELED', nowMs);
  }
  return open.length === 0 && model.schedule.exchange.emptyCancel === 'unknown-order' ? UNKNOWN_ORDER : passed(null);
}

function lookedUp(
  { books }: ModelNow,
  request: Extract<ExchangeRequest, { kind: 'order' | 'conditional-order' }>,
): EngineAnswer {
  const id =
    request.kind === 'conditional-order'
      ? request.algoId
      : 'orderId' in request.by
        ? request.by.orderId
        : request.by.clientOrderId;
  const order = books.orders.find(one => one.id === id);
  if (order === undefined) return UNKNOWN_ORDER;
  const { status, updatedAtMs, executed, childOrderId } = order;
  return request.kind === 'order'
    ? passed({ orderId: id, status, executedQuantity: textOf(executed), updatedAtMs })
    : passed({ status, childOrderId });
}

function rulesOf({ schedule, sinceMs }: ModelNow, askedAtMs: number) {
  const { exchange, halts } = schedule;
  const names = new Set(schedule.positions.map(one => one.symbol));
  const largest = exchange.documentedLargest === undefined ? undefined : textOf(exchange.documentedLargest);
  const symbols = [...names].map(symbol => {
    const isHalted = halts.some(one => one.symbol === symbol && one.reason === 'not-trading' && sinceMs < one.untilMs);
    const rules = {
      ...{ symbol, status: isHalted ? 'PENDING_TRADING' : 'TRADING' },
      ...{
        marketStepSize: textOf(10 ** (3 - (exchange.documentedDigits ?? exchange.takenDigits))),
        marketMinQuantity: undefined,
      },
      ...{
        marketMaxQuantity: largest,
        limitStepSize: undefined,
        limitMinQuantity: undefined,
        limitMaxQuantity: undefined,
        minNotional: exchange.leastQuantity === 0 ? undefined : textOf(exchange.leastQuantity * 10),
      },
      ...{ tickSize: '0.01', priceMultiplierUp: '1.1', priceMultiplierDown: '0.9' },
    };
    return [symbol, rules] as const;
  });
  return { symbols: new Map(symbols), limits: DEFAULT_LIMITS, askedAtMs };
}
