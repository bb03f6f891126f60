/** Conditional orders, of the algo service. */

import Big from 'big.js';
import { type ConditionalAsk, placeConditional } from '../../engine/orders/arm-conditional.ts';
import { cancelAllConditionals as cancelAll, cancelConditional } from '../../engine/orders/cancel.ts';
import { isConditionalType, shownConditional } from '../../engine/orders/conditional-state.ts';
import { refusalOf } from '../../engine/rules/refusal.ts';
import { isOf, symbolOf, toExchangeTime } from '../../engine/world.ts';
import { openConditionalJson, placedConditionalJson, queriedConditionalJson } from '../conditional-json.ts';
import {
  type AccountEndpoint,
  bySymbol,
  CANCELLED_ALL,
  type EndpointCall,
  oneOrder,
  signedEndpoint,
} from '../endpoint.ts';
import { findConditional } from '../find-order.ts';
import { invalid, missing, type Params } from '../params.ts';
import { readLifetime, readPositionSide, readSide, readTimeInForce } from '../read-order.ts';
import { exactNumber } from '../wire.ts';
import { readLimit, readTimeSpan } from './history.ts';

const PATH = '/fapi/v1/algoOrder';

/** Weight 0 and one order since 2026-06-20 (change log). */
export const algoOrderPost = signedEndpoint(
  { method: 'POST', path: PATH, weight: 0, queue: 'conditionals', orders: oneOrder },
  call =>
    placedConditionalJson(
      call.world,
      placeConditional(call.world, call.account, readConditional(call), `POST ${PATH}`),
    ),
);

function readConditional({ world, params }: EndpointCall): ConditionalAsk {
  if (params.required('algoType') !== 'CONDITIONAL') throw invalid('algoType');
  const { symbol } = symbolOf(world, params.required('symbol'));
  const side = readSide(params);
  const type = params.required('type');
  if (!isConditionalType(type)) throw refusalOf(-1116);
  const trailing = type === 'TRAILING_STOP_MARKET';
  const limit = type === 'STOP' || type === 'TAKE_PROFIT';
  const closePosition = params.flag('closePosition') ?? false;
  const quantity = params.decimal('quantity');
  if (quantity === undefined && !closePosition) throw missing('quantity');
  return {
    ...{ symbol, side, type, closePosition, quantity },
    positionSide: readPositionSide(params),
    reduceOnly: params.flag('reduceOnly'),
    ...readLifetime(world, params, readTimeInForce(params) ?? 'GTC'),
    triggerPrice: trailing ? undefined : params.requiredDecimal('triggerPrice'),
    price: limit ? params.requiredDecimal('price') : undefined,
    workingType: params.text('workingType') === 'MARK_PRICE' ? 'MARK_PRICE' : 'CONTRACT_PRICE',
    priceProtect: params.flag('priceProtect') ?? false,
    activatePrice: trailing ? params.decimal('activatePrice') : undefined,
    callbackRate: trailing ? readCallbackRate(params) : undefined,
    clientAlgoId: params.id('clientAlgoId'),
  };
}

/** Percent, at most 20 since 2026-10-23 (change log). */
function readCallbackRate(params: Params): Big {
  const rate = params.requiredDecimal('callbackRate');
  if (rate.lt(new Big('0.1')) || rate.gt(20)) throw invalid('callbackRate');
  return rate;
}

/** Needs no symbol; its `code` is a string, unlike that of the cancel-all. */
export const algoOrderDelete = signedEndpoint(
  { method: 'DELETE', path: PATH, weight: 1, queue: 'conditionals' },
  call => {
    const { algoId, clientAlgoId } = cancelConditional(call.world, call.account, findConditional(call));
    return { algoId: exactNumber(algoId), clientAlgoId, code: '200', msg: 'success' };
  },
);

/** One conditional order, in any state. */
export const algoOrderGet = signedEndpoint({ method: 'GET', path: PATH, weight: 1 }, call => {
  const conditional = findConditional(call);
  if (conditional === undefined) throw refusalOf(-2013);
  return queriedConditionalJson(call.world, call.account, conditional);
});

/** The conditional orders that wait for their trigger; all parameters are optional. */
export const openAlgoOrdersGet = signedEndpoint(
  { method: 'GET', path: '/fapi/v1/openAlgoOrders', weight: bySymbol(1, 40) },
  ({ world, account, params, market }) => {
    const name = params.text('symbol');
    const algoId = params.text('algoId');
    if (name !== undefined) symbolOf(world, name);
    const nowMs = world.clock.nowMs();
    return account.conditionals
      .filter(one => (name ?? one.symbol) === one.symbol && (algoId ?? one.algoId) === one.algoId)
      .filter(one => !one.older && isOf(world, market, one.symbol))
      .flatMap(one => shownConditional(one, nowMs, world.listLag.conditionalsMs) ?? [])
      .map(one => openConditionalJson(world, one));
  },
);

/** The conditional orders of a symbol in any state, oldest first. */
export const allAlgoOrdersGet = signedEndpoint(
  { method: 'GET', path: '/fapi/v1/allAlgoOrders', weight: 5 },
  ({ world, account, params }) => {
    const { symbol } = symbolOf(world, params.required('symbol'));
    const algoId = params.text('algoId');
    const { startMs, endMs } = readTimeSpan(world, params);
    const limit = readLimit(params);
    const page = params.integer('page') ?? 0;
    return account.conditionals
      .filter(one => {
        if (one.symbol !== symbol) return false;
        if (algoId !== undefined) return BigInt(one.algoId) >= BigInt(algoId);
        const createdMs = toExchangeTime(world, one.createdAtMs);
        return createdMs >= startMs && createdMs <= endMs;
      })
      .slice(page * limit, (page + 1) * limit)
      .map(one => openConditionalJson(world, one));
  },
);

/** Of one symbol. */
export const algoOpenOrdersDelete = signedEndpoint(
  { method: 'DELETE', path: '/fapi/v1/algoOpenOrders', weight: 1, queue: 'conditionals' },
  ({ world, account, params }) => {
    const cancelled = cancelAll(world, account, symbolOf(world, params.required('symbol')).symbol);
    if (cancelled === 0 && world.rules.emptyConditionalCancelAll === 'unknown-order') throw refusalOf(-2011);
    return CANCELLED_ALL;
  },
);

export const CONDITIONALS: readonly AccountEndpoint[] = [
  ...[algoOrderPost, algoOrderGet, algoOrderDelete, openAlgoOrdersGet, allAlgoOrdersGet, algoOpenOrdersDelete],
];
