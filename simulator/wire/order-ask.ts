/**
 * Reads an order from parameters: the form checks of "New Order", before any rule of the market. Shared by POST order,
 * order/test and the items of a batch.
 */

import Big from 'big.js';
import { isConditionalType } from '../venue/conditional-state.ts';
import type { PositionSide, Side, TimeInForce } from '../venue/order-state.ts';
import type { OrderAsk } from '../venue/place-order.ts';
import { refusal } from '../venue/refusal.ts';
import { symbolOf, type World } from '../venue/world.ts';
import { missing, type Params } from './params.ts';

/** Throws -1102 … -1121, -4060, -4120. */
export function readOrder(world: World, params: Params): OrderAsk {
  const { symbol } = symbolOf(world, params.required('symbol'));
  const side = readSide(params);
  const type = readType(params);
  const form = {
    symbol,
    side,
    type,
    positionSide: readPositionSide(params),
    reduceOnly: params.flag('reduceOnly'),
    closePosition: params.flag('closePosition'),
    clientOrderId: params.text('newClientOrderId'),
  };
  if (type === 'LIMIT') {
    const timeInForce = readTimeInForce(params);
    if (timeInForce === undefined) throw missing('timeInForce');
    return {
      ...form,
      timeInForce,
      quantity: params.requiredDecimal('quantity'),
      price: params.requiredDecimal('price'),
    };
  }
  for (const name of ['price', 'timeInForce']) {
    if (params.has(name)) throw refusal(-1106, `Parameter '${name.toLowerCase()}' sent when not required.`);
  }
  // With closePosition the quantity may be missing; the market rules then refuse the order by its own code (-4136).
  const quantity = form.closePosition === true ? params.decimal('quantity') : params.requiredDecimal('quantity');
  return { ...form, timeInForce: 'GTC', quantity: quantity ?? new Big(0), price: new Big(0) };
}

export function readSide(params: Params): Side {
  const side = params.required('side');
  if (side !== 'BUY' && side !== 'SELL') throw refusal(-1117);
  return side;
}

export function readPositionSide(params: Params): PositionSide | undefined {
  const side = params.text('positionSide');
  if (side !== undefined && side !== 'BOTH' && side !== 'LONG' && side !== 'SHORT') throw refusal(-4060);
  return side;
}

export function readTimeInForce(params: Params): TimeInForce | undefined {
  const timeInForce = params.text('timeInForce');
  switch (timeInForce) {
    case undefined:
    case 'GTC':
    case 'IOC':
    case 'FOK':
    case 'GTX':
      return timeInForce;
    default:
      throw refusal(-1115);
  }
}

function readType(params: Params): 'LIMIT' | 'MARKET' {
  const type = params.required('type');
  if (isConditionalType(type)) throw refusal(-4120);
  if (type !== 'LIMIT' && type !== 'MARKET') throw refusal(-1116);
  return type;
}
