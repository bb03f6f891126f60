/**
 * Reads an order from parameters: the form checks of "New Order", before any rule of the market. Shared by POST order,
 * order/test and the items of a batch.
 */

import Big from 'big.js';
import { isConditionalType } from '../engine/orders/conditional-state.ts';
import { type HeldSide, type OrderSide, TIMES_IN_FORCE, type TimeInForce } from '../engine/orders/order-state.ts';
import type { OrderAsk } from '../engine/orders/place-order.ts';
import { refusalOf } from '../engine/rules/refusal.ts';
import { symbolOf, type World } from '../engine/world.ts';
import { missing, type Params } from './params.ts';
import { matchedPrice, readPriceMatch } from './price-match.ts';

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
    clientOrderId: params.id('newClientOrderId'),
    quantityDigits: params.all.quantity?.split('.')[1]?.length ?? 0,
  };
  if (params.has('stopPrice')) throw notRequired('stopPrice');
  return type === 'LIMIT' ? readLimit(world, params, form) : readMarket(params, form);
}

type Form = Omit<OrderAsk, 'timeInForce' | 'goodTillMs' | 'quantity' | 'price'>;

function readLimit(world: World, params: Params, form: Form): OrderAsk {
  const timeInForce = readTimeInForce(params);
  if (timeInForce === undefined) throw missing('timeInForce');
  const quantity = params.requiredDecimal('quantity');
  const match = readPriceMatch(params);
  if (match !== undefined && params.has('price')) throw notRequired('price');
  const price = match === undefined ? params.requiredDecimal('price') : matchedPrice(world, form, match);
  return { ...form, ...readLifetime(world, params, timeInForce), quantity, price };
}

/** Parameters of other types: they are refused, not ignored ("Error Codes" -1106). */
const NOT_FOR_MARKET = 'price timeInForce priceMatch goodTillDate activationPrice callbackRate'.split(' ');

function readMarket(params: Params, form: Form): OrderAsk {
  for (const name of NOT_FOR_MARKET) if (params.has(name)) throw notRequired(name);
  // With closePosition the quantity may be missing; the market rules then refuse the order by its own code (-4136).
  const quantity = form.closePosition === true ? params.decimal('quantity') : params.requiredDecimal('quantity');
  return { ...form, timeInForce: 'GTC', goodTillMs: undefined, quantity: quantity ?? new Big(0), price: new Big(0) };
}

const notRequired = (name: string) => refusalOf(-1106, `Parameter '${name.toLowerCase()}' sent when not required.`);

export function readSide(params: Params): OrderSide {
  const side = params.required('side');
  if (side !== 'BUY' && side !== 'SELL') throw refusalOf(-1117);
  return side;
}

export function readPositionSide(params: Params): HeldSide | undefined {
  const side = params.text('positionSide');
  if (side !== undefined && side !== 'BOTH' && side !== 'LONG' && side !== 'SHORT') throw refusalOf(-4060);
  return side;
}

export function readTimeInForce(params: Params): TimeInForce | undefined {
  const sent = params.text('timeInForce');
  const known = TIMES_IN_FORCE.find(one => one === sent);
  if (sent !== undefined && known === undefined) throw refusalOf(-1115);
  return known;
}

/** GTD needs its goodTillDate, in the exchange's time and full seconds; with any other it means nothing ("New Order"). */
export function readLifetime(
  world: World,
  params: Params,
  timeInForce: TimeInForce,
): Pick<OrderAsk, 'timeInForce' | 'goodTillMs'> {
  if (timeInForce !== 'GTD') return { timeInForce, goodTillMs: undefined };
  params.required('goodTillDate');
  const date = params.integer('goodTillDate') ?? 0;
  return { timeInForce, goodTillMs: Math.floor(date / 1000) * 1000 - world.clockSkewMs };
}

function readType(params: Params): 'LIMIT' | 'MARKET' {
  const type = params.required('type');
  if (isConditionalType(type)) throw refusalOf(-4120);
  if (type !== 'LIMIT' && type !== 'MARKET') throw refusalOf(-1116);
  return type;
}
