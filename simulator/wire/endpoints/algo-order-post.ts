/** POST /fapi/v1/algoOrder: arms a conditional order. Weight 0 and one order since 2026-06-20 (change log). */

import Big from 'big.js';
import { type ConditionalAsk, placeConditional } from '../../engine/orders/arm-conditional.ts';
import { isConditionalType } from '../../engine/orders/conditional-state.ts';
import { refusal } from '../../engine/rules/refusal.ts';
import { symbolOf } from '../../engine/world.ts';
import { placedConditionalJson } from '../conditional-json.ts';
import { type Call, type Endpoint, oneOrder } from '../endpoint.ts';
import { readLifetime, readPositionSide, readSide, readTimeInForce } from '../order-ask.ts';
import { missing, type Params } from '../params.ts';

export const algoOrderPost: Endpoint = {
  method: 'POST',
  path: '/fapi/v1/algoOrder',
  security: 'signed',
  queue: 'conditionals',
  weight: 0,
  orders: oneOrder,
  answer: call => {
    const conditional = placeConditional(call.world, call.account, readConditional(call), 'POST /fapi/v1/algoOrder');
    return placedConditionalJson(call.world, conditional);
  },
};

function readConditional({ world, params }: Call): ConditionalAsk {
  if (params.required('algoType') !== 'CONDITIONAL')
    throw refusal(-1130, "Data sent for parameter 'algoType' is not valid.");
  const { symbol } = symbolOf(world, params.required('symbol'));
  const side = readSide(params);
  const type = params.required('type');
  if (!isConditionalType(type)) throw refusal(-1116);
  const trailing = type === 'TRAILING_STOP_MARKET';
  const limit = type === 'STOP' || type === 'TAKE_PROFIT';
  const closePosition = params.flag('closePosition') ?? false;
  const quantity = params.decimal('quantity');
  if (quantity === undefined && !closePosition) throw missing('quantity');
  return {
    symbol,
    side,
    type,
    positionSide: readPositionSide(params),
    reduceOnly: params.flag('reduceOnly'),
    closePosition,
    ...readLifetime(world, params, readTimeInForce(params) ?? 'GTC'),
    quantity,
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
  if (rate.lt(new Big('0.1')) || rate.gt(20))
    throw refusal(-1130, "Data sent for parameter 'callbackRate' is not valid.");
  return rate;
}
