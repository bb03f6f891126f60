/** The liquidator's operations at the exchange, their endpoints, and when they are used. */

import type { Fault } from '../../simulator/exchange.ts';

export type OperationName =
  | 'positions'
  | 'open orders'
  | 'open conditional orders'
  | 'cancel all orders of a symbol'
  | 'cancel all conditional orders of a symbol'
  | 'cancel one conditional order'
  | 'close order'
  | 'query order'
  | 'trades of an order'
  | 'exchange rules'
  | 'server time'
  | 'account configuration'
  | 'test order'
  | 'key permissions';

export interface Operation {
  readonly name: OperationName;
  readonly does: 'read' | 'cancel' | 'order';
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly path: string;
  readonly asked: 'liquidation' | 'preflight' | 'both';
  /** What makes it necessary, if an ordinary liquidation does not use it. */
  readonly needs?: { readonly clockSkewMs: number } | { readonly fault: Fault };
}

const read = (name: OperationName, path: string, asked: Operation['asked']): Operation => ({
  ...{ name, path, asked, does: 'read', method: 'GET' },
});
const cancel = (name: OperationName, path: string): Operation => ({
  ...{ name, path, does: 'cancel', method: 'DELETE', asked: 'liquidation' },
});

export const ORDER_PATH = '/fapi/v1/order';

export const OPERATIONS: readonly Operation[] = [
  read('positions', '/fapi/v3/positionRisk', 'both'),
  read('open orders', '/fapi/v1/openOrders', 'both'),
  read('open conditional orders', '/fapi/v1/openAlgoOrders', 'both'),
  cancel('cancel all orders of a symbol', '/fapi/v1/allOpenOrders'),
  cancel('cancel all conditional orders of a symbol', '/fapi/v1/algoOpenOrders'),
  cancel('cancel one conditional order', '/fapi/v1/algoOrder'),
  { name: 'close order', does: 'order', method: 'POST', path: ORDER_PATH, asked: 'liquidation' },
  read('trades of an order', '/fapi/v1/userTrades', 'liquidation'),
  // Rules are read only after a refusal.
  {
    ...read('exchange rules', '/fapi/v1/exchangeInfo', 'liquidation'),
    needs: { fault: { kind: 'refuse', code: -1111 } },
  },
  { ...read('server time', '/fapi/v1/time', 'both'), needs: { clockSkewMs: 8_000 } },
  read('account configuration', '/fapi/v1/accountConfig', 'preflight'),
  { name: 'test order', does: 'order', method: 'POST', path: '/fapi/v1/order/test', asked: 'preflight' },
  read('key permissions', '/sapi/v1/account/apiRestrictions', 'preflight'),
];
