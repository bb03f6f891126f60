/** GET /fapi/v2/balance and /fapi/v3/balance: one row per margin asset. */

import type { Call, Endpoint } from '../endpoint.ts';
import { walletRows } from '../wallet-rows.ts';

const answer = (call: Call): unknown =>
  walletRows(call).map(({ asset, amount, updateTime }) => ({
    accountAlias: 'SgsR',
    asset,
    balance: amount.toFixed(8),
    crossWalletBalance: amount.toFixed(8),
    crossUnPnl: '0.00000000',
    availableBalance: amount.toFixed(8),
    maxWithdrawAmount: amount.toFixed(8),
    marginAvailable: true,
    updateTime,
  }));

export const balanceV2: Endpoint = { method: 'GET', path: '/fapi/v2/balance', security: 'signed', weight: 5, answer };
export const balanceV3: Endpoint = { method: 'GET', path: '/fapi/v3/balance', security: 'signed', weight: 5, answer };
