/** The positions of USDⓈ-M, in the two versions of the page. */

import { symbolOf } from '../../engine/world.ts';
import { type AccountEndpoint, type EndpointCall, signedEndpoint } from '../endpoint.ts';
import { breakEvenText, orderMarginText, type PositionRow, positionRows, positionTexts } from '../position-rows.ts';

/** v3: symbols with a position or with open orders. */
const positionRiskV3 = signedEndpoint({ method: 'GET', path: '/fapi/v3/positionRisk', weight: 5 }, call =>
  rowsOf(call, 'used').map(row => {
    const { unrealizedProfit: unRealizedProfit, ...texts } = positionTexts(call.world, row);
    return {
      ...texts,
      unRealizedProfit,
      breakEvenPrice: breakEvenText(row),
      ...{ liquidationPrice: '0', isolatedMargin: '0', isolatedWallet: '0' },
      openOrderInitialMargin: orderMarginText(row),
      marginAsset: row.symbol.marginAsset,
      positionInitialMargin: texts.initialMargin,
      adl: row.amount.eq(0) ? 0 : 2,
      ...{ bidNotional: '0', askNotional: '0' },
    };
  }),
);

/** v2: all symbols, with leverage and margin type. */
const positionRiskV2 = signedEndpoint({ method: 'GET', path: '/fapi/v2/positionRisk', weight: 5 }, call =>
  rowsOf(call, 'all').map(row => {
    const {
      unrealizedProfit: unRealizedProfit,
      initialMargin: _,
      maintMargin: __,
      ...texts
    } = positionTexts(call.world, row);
    return {
      ...{ ...texts, unRealizedProfit, breakEvenPrice: texts.entryPrice, liquidationPrice: '0' },
      ...{ leverage: String(call.account.leverage), maxNotionalValue: '20000000', marginType: 'cross' },
      ...{ isolatedMargin: '0.00000000', isolatedWallet: '0', isAutoAddMargin: 'false' },
    };
  }),
);

function rowsOf({ world, account, params, market }: EndpointCall, which: 'all' | 'used'): readonly PositionRow[] {
  const name = params.text('symbol');
  const only = name === undefined ? undefined : symbolOf(world, name);
  return positionRows(world, account, which, market).filter(({ symbol }) => only === undefined || symbol === only);
}

export const POSITIONS: readonly AccountEndpoint[] = [positionRiskV3, positionRiskV2];
