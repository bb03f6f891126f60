/** USDⓈ-M Futures, as the engine asks it. */

import type { ExchangeRequest } from '../../../core/exchange/request.ts';
import type { MarketApi } from '../market-api.ts';
import { isOfWallet, sendToWallet } from '../wallet-requests.ts';
import { answerTo } from './answers.ts';
import { sendToFapi } from './requests.ts';

/** A fifth of the liquidator's code. */
export const loadFapi = () => import('binance/lib/usdm-client.js');

export const fapi: MarketApi = {
  load: loadFapi,
  async open(make) {
    const { USDMClient } = await loadFapi();
    const [futures, keyless, wallet] = [make.signed(USDMClient), make.keyless(USDMClient), make.wallet(USDMClient)];
    return {
      ask: (request: ExchangeRequest, once) =>
        once(answerTo(request.kind), () =>
          isOfWallet(request) ? sendToWallet(wallet, request) : sendToFapi(futures, keyless, request),
        ),
    };
  },
};
