/** Every request of the port, and what must stand on the wire for it: from Binance's pages, not from the code under test. */

import type { ExchangeRequest } from '../../../lambda/core/exchange/request.ts';
import { CLOSE } from './rig.ts';

const ORDER = {
  symbol: '测试USDT',
  side: 'SELL',
  type: 'MARKET',
  quantity: '0.0000001',
  reduceOnly: 'true',
  newClientOrderId: 'fl-1',
  newOrderRespType: 'RESULT',
};
export const SYMBOL = 'BTCUSDT';
const LONG_ID = '12345678901234567890';

export type RequestRow = readonly [request: ExchangeRequest, line: string, params: Readonly<Record<string, string>>];

export const SIGNED: readonly RequestRow[] = [
  [{ kind: 'positions' }, 'GET /fapi/v3/positionRisk', {}],
  [{ kind: 'positions', older: true }, 'GET /fapi/v2/positionRisk', {}],
  [{ kind: 'open-orders' }, 'GET /fapi/v1/openOrders', {}],
  [{ kind: 'conditional-orders' }, 'GET /fapi/v1/openAlgoOrders', {}],
  [{ kind: 'twap-orders' }, 'GET /sapi/v1/algo/futures/openOrders', {}],
  [{ kind: 'close', order: CLOSE, recvWindowMs: 2_000 }, 'POST /fapi/v1/order', ORDER],
  [{ kind: 'cancel-orders', symbol: '测试USDT' }, 'DELETE /fapi/v1/allOpenOrders', { symbol: '测试USDT' }],
  [
    { kind: 'cancel-order', symbol: SYMBOL, orderId: LONG_ID },
    'DELETE /fapi/v1/order',
    { symbol: SYMBOL, orderId: LONG_ID },
  ],
  [{ kind: 'cancel-conditionals', symbol: SYMBOL }, 'DELETE /fapi/v1/algoOpenOrders', { symbol: SYMBOL }],
  [{ kind: 'cancel-conditional', symbol: SYMBOL, algoId: LONG_ID }, 'DELETE /fapi/v1/algoOrder', { algoId: LONG_ID }],
  [{ kind: 'cancel-twap-order', algoId: LONG_ID }, 'DELETE /sapi/v1/algo/futures/order', { algoId: LONG_ID }],
  [
    { kind: 'order', symbol: SYMBOL, by: { orderId: LONG_ID } },
    'GET /fapi/v1/order',
    { symbol: SYMBOL, orderId: LONG_ID },
  ],
  [
    { kind: 'order', symbol: SYMBOL, by: { clientOrderId: 'web_1' } },
    'GET /fapi/v1/order',
    { symbol: SYMBOL, origClientOrderId: 'web_1' },
  ],
  [{ kind: 'conditional-order', symbol: SYMBOL, algoId: LONG_ID }, 'GET /fapi/v1/algoOrder', { algoId: LONG_ID }],
  [
    { kind: 'fills', symbol: SYMBOL, from: { orderId: LONG_ID } },
    'GET /fapi/v1/userTrades',
    { symbol: SYMBOL, orderId: LONG_ID, limit: '1000' },
  ],
  [
    { kind: 'fills', symbol: SYMBOL, from: { fillId: LONG_ID } },
    'GET /fapi/v1/userTrades',
    { symbol: SYMBOL, fromId: LONG_ID, limit: '1000' },
  ],
  [
    { kind: 'fills', symbol: SYMBOL, from: { sinceMs: 1_700_000_000_000.75 } },
    'GET /fapi/v1/userTrades',
    { symbol: SYMBOL, startTime: '1700000000000', limit: '1000' },
  ],
  [{ kind: 'account-config' }, 'GET /fapi/v1/accountConfig', {}],
  [{ kind: 'test-order', order: CLOSE }, 'POST /fapi/v1/order/test', ORDER],
  [{ kind: 'key-permissions' }, 'GET /sapi/v1/account/apiRestrictions', {}],
];
export const PUBLIC: readonly RequestRow[] = [
  [{ kind: 'rules', newerThanMs: 0 }, 'GET /fapi/v1/exchangeInfo', {}],
  [{ kind: 'server-time' }, 'GET /fapi/v1/time', {}],
];
