/** GET /fapi/v1/accountConfig: position mode, multi-assets mode and the right to trade, in one call. */

import type { Endpoint } from '../endpoint.ts';

export const accountConfig: Endpoint = {
  method: 'GET',
  path: '/fapi/v1/accountConfig',
  security: 'signed',
  weight: 5,
  answer: ({ account }) => ({
    feeTier: 0,
    canTrade: account.canTrade,
    canDeposit: true,
    canWithdraw: account.canWithdraw,
    dualSidePosition: account.hedgeMode,
    updateTime: 0,
    multiAssetsMargin: account.multiAssetsMargin,
    tradeGroupId: -1,
  }),
};
