/** GET /sapi/v1/account/apiRestrictions: what the key may do. A wallet endpoint, on the same port here ("Get API Key Permission"). */

import { toExchangeTime } from '../../engine/world.ts';
import type { Endpoint } from '../endpoint.ts';

export const apiRestrictions: Endpoint = {
  method: 'GET',
  path: '/sapi/v1/account/apiRestrictions',
  security: 'signed',
  weight: 1,
  answer: ({ world, account }) => ({
    ipRestrict: account.ipRestricted,
    createTime: toExchangeTime(world, account.createdAtMs),
    enableReading: true,
    enableSpotAndMarginTrading: false,
    enableWithdrawals: account.canWithdraw,
    enableInternalTransfer: false,
    permitsUniversalTransfer: false,
    enableVanillaOptions: false,
    enableMargin: false,
    // Portfolio margin takes this right from every key ("Get API Key Permission").
    enableFutures: account.enableFutures && !account.portfolioMargin,
    enablePortfolioMarginTrading: account.portfolioMargin,
    enableFixApiTrade: false,
    enableFixReadOnly: false,
  }),
};
