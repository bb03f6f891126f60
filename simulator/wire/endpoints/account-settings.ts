/**
 * What bots set before they trade: leverage, margin type, one or several assets as margin, and the fees that they ask for.
 * The account stands as it was made: what is already so is said to be so, as the exchange does.
 */

import { refusal } from '../../engine/rules/refusal.ts';
import { symbolOf } from '../../engine/world.ts';
import type { Endpoint } from '../endpoint.ts';

const leverage: Endpoint = {
  method: 'POST',
  path: '/fapi/v1/leverage',
  security: 'signed',
  weight: 1,
  answer: ({ world, params }) => {
    const { symbol } = symbolOf(world, params.required('symbol'));
    const wanted = params.integer('leverage') ?? 0;
    if (wanted < 1 || wanted > 125) throw refusal(-4028, `Leverage ${wanted} is not valid`);
    return { leverage: wanted, maxNotionalValue: '1000000', symbol };
  },
};

/** Every symbol of the simulated account is crossed. */
const marginType: Endpoint = {
  method: 'POST',
  path: '/fapi/v1/marginType',
  security: 'signed',
  weight: 1,
  answer: ({ world, params }) => {
    symbolOf(world, params.required('symbol'));
    if (params.required('marginType') === 'CROSSED') throw refusal(-4046, 'No need to change margin type.');
    return { code: 200, msg: 'success' };
  },
};

const multiAssets: Endpoint = {
  method: 'GET',
  path: '/fapi/v1/multiAssetsMargin',
  security: 'signed',
  weight: 30,
  answer: () => ({ multiAssetsMargin: false }),
};

const setPositionSide: Endpoint = {
  method: 'POST',
  path: '/fapi/v1/positionSide/dual',
  security: 'signed',
  weight: 1,
  answer: ({ account, params }) => {
    if (params.flag('dualSidePosition') === account.hedgeMode) throw refusal(-4059, 'No need to change position side.');
    throw refusal(-4068, 'Position side cannot be changed if there exists position.');
  },
};

const commissionRate: Endpoint = {
  method: 'GET',
  path: '/fapi/v1/commissionRate',
  security: 'signed',
  weight: 20,
  answer: ({ world, params }) => ({
    ...{ symbol: symbolOf(world, params.required('symbol')).symbol },
    ...{ makerCommissionRate: '0.000200', takerCommissionRate: '0.000500' },
  }),
};

export const ACCOUNT_SETTINGS: readonly Endpoint[] = [
  leverage,
  marginType,
  multiAssets,
  setPositionSide,
  commissionRate,
];
