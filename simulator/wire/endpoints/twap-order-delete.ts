/** DELETE /sapi/v1/algo/futures/order: by algoId, or by clientAlgoId since 2026-08-25. On the wallet's host. */

import { cancelTwap } from '../../engine/orders/twap.ts';
import { refusal } from '../../engine/rules/refusal.ts';
import { checkMayTradeFutures } from '../authenticate.ts';
import type { Endpoint } from '../endpoint.ts';
import { exactNumber } from '../exact-number.ts';

export const twapOrderDelete: Endpoint = {
  method: 'DELETE',
  path: '/sapi/v1/algo/futures/order',
  security: 'signed',
  weight: 1,
  answer: ({ world, account, params }) => {
    checkMayTradeFutures(account);
    const algoId = params.text('algoId');
    const clientAlgoId = params.id('clientAlgoId');
    if (algoId === undefined && clientAlgoId === undefined) {
      throw refusal(-1102, "Param 'algoId' or 'clientAlgoId' must be sent, but both were empty/null!");
    }
    const twap = account.twaps.find(one =>
      algoId === undefined ? one.clientAlgoId === clientAlgoId : one.algoId === algoId,
    );
    if (!cancelTwap(world, account, twap)) throw refusal(-20124);
    return { algoId: exactNumber(twap.algoId), success: true, code: 0, msg: 'OK' };
  },
};
