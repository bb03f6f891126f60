import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type Params, type Stage, stage } from '../stage.ts';

const COIN = 'BTCUSD_PERP';
const FOLDER = new URL('../../fixtures/binance/', import.meta.url);

/** Every fixture and how to make the simulator give the same reply. */
const ASKED: Readonly<Record<string, (set: Stage) => Promise<string>>> = {
  'check-server-time': get('/fapi/v1/time'),
  'exchange-information': get('/fapi/v1/exchangeInfo'),
  'mark-price': get('/fapi/v1/premiumIndex', { symbol: 'BTCUSDT' }),
  'position-information-v3': get('/fapi/v3/positionRisk'),
  'position-information-v2': get('/fapi/v2/positionRisk'),
  'account-config': get('/fapi/v1/accountConfig'),
  'current-position-mode': get('/fapi/v1/positionSide/dual'),
  'account-information-v2': get('/fapi/v2/account'),
  'account-information-v3': get('/fapi/v3/account'),
  'account-balance': get('/fapi/v3/balance'),
  'new-order': post('/fapi/v1/order', close()),
  'new-order-result': post('/fapi/v1/order', { ...close(), newOrderRespType: 'RESULT' }),
  'new-order-until-2026-06': post('/fapi/v1/order', close()),
  'new-order-test': post('/fapi/v1/order/test', close()),
  'query-order': async set => text(set, 'GET', '/fapi/v1/order', { symbol: 'ETHUSDT', orderId: rest(set) }),
  'current-all-open-orders': async set => {
    rest(set);
    return text(set, 'GET', '/fapi/v1/openOrders');
  },
  'cancel-order': async set => text(set, 'DELETE', '/fapi/v1/order', { symbol: 'ETHUSDT', orderId: rest(set) }),
  'cancel-all-open-orders': del('/fapi/v1/allOpenOrders', { symbol: 'BTCUSDT' }),
  'place-multiple-orders': post('/fapi/v1/batchOrders', {
    batchOrders: JSON.stringify([close(), { ...close(), symbol: 'SOLUSDT' }]),
  }),
  'cancel-multiple-orders': async set =>
    text(set, 'DELETE', '/fapi/v1/batchOrders', { symbol: 'ETHUSDT', orderIdList: `[${rest(set)},1]` }),
  'new-algo-order': post('/fapi/v1/algoOrder', conditional()),
  'new-algo-order-trailing': post('/fapi/v1/algoOrder', {
    ...conditional(),
    type: 'TRAILING_STOP_MARKET',
    activatePrice: '70000',
    callbackRate: '1',
  }),
  'current-all-algo-open-orders': async set => {
    arm(set);
    return text(set, 'GET', '/fapi/v1/openAlgoOrders');
  },
  'query-algo-order': async set => text(set, 'GET', '/fapi/v1/algoOrder', { algoId: arm(set) }),
  'query-algo-order-triggered': async set => {
    const algoId = arm(set);
    set.exchange.setMark('BTCUSDT', '60000');
    return text(set, 'GET', '/fapi/v1/algoOrder', { algoId });
  },
  'cancel-algo-order': async set => text(set, 'DELETE', '/fapi/v1/algoOrder', { algoId: arm(set) }),
  'cancel-all-algo-open-orders': del('/fapi/v1/algoOpenOrders', { symbol: 'BTCUSDT' }),
  'query-all-algo-orders': async set => {
    arm(set);
    return text(set, 'GET', '/fapi/v1/allAlgoOrders', { symbol: 'BTCUSDT' });
  },
  'query-current-twap-orders': async set => {
    startTwap(set);
    return text(set, 'GET', '/sapi/v1/algo/futures/openOrders');
  },
  'cancel-twap-order': async set => text(set, 'DELETE', '/sapi/v1/algo/futures/order', { algoId: startTwap(set) }),
  'account-trade-list': async set => {
    await set.order(close());
    return text(set, 'GET', '/fapi/v1/userTrades', { symbol: 'BTCUSDT' });
  },
  'income-history': async set => {
    await set.order(close());
    return text(set, 'GET', '/fapi/v1/income');
  },
  'symbol-config': get('/fapi/v1/symbolConfig'),
  'leverage-brackets': get('/fapi/v1/leverageBracket'),
  'start-user-data-stream': post('/fapi/v1/listenKey', {}),
  'api-key-permission': get('/sapi/v1/account/apiRestrictions'),
  error: get('/fapi/v3/positionRisk', { symbol: 'NOSUCHUSDT' }),
};

/** Those of COIN-M and portfolio margin, which need an account of their kind. */
const ASKED_OF_OTHERS: typeof ASKED = {
  'dapi-position-information': get('/dapi/v1/positionRisk'),
  'dapi-account-information': get('/dapi/v1/account'),
  'dapi-current-all-open-orders': async set => {
    restCoin(set);
    return text(set, 'GET', '/dapi/v1/openOrders');
  },
  'dapi-current-all-open-orders-stop': async set => {
    armCoin(set, true);
    return text(set, 'GET', '/dapi/v1/openOrders');
  },
  'dapi-query-order': async set => text(set, 'GET', '/dapi/v1/order', { symbol: COIN, orderId: restCoin(set) }),
  'dapi-new-order': post('/dapi/v1/order', closeCoin()),
  'dapi-account-trade-list': async set => {
    await text(set, 'POST', '/dapi/v1/order', closeCoin());
    return text(set, 'GET', '/dapi/v1/userTrades', { symbol: COIN });
  },
  'dapi-cancel-all-open-orders': del('/dapi/v1/allOpenOrders', { symbol: COIN }),
  'dapi-current-position-mode': get('/dapi/v1/positionSide/dual'),
  'dapi-current-all-algo-open-orders': async set => {
    armCoin(set);
    return text(set, 'GET', '/dapi/v1/openAlgoOrders');
  },
  'dapi-cancel-algo-order': async set => text(set, 'DELETE', '/dapi/v1/algoOrder', { algoId: armCoin(set) }),
  'papi-um-position-information': get('/papi/v1/um/positionRisk'),
  'papi-cm-position-information': get('/papi/v1/cm/positionRisk'),
  'papi-cm-account-detail': get('/papi/v1/cm/account'),
  'papi-um-account-detail-v2': get('/papi/v2/um/account'),
  'papi-um-open-orders': async set => {
    rest(set);
    return text(set, 'GET', '/papi/v1/um/openOrders');
  },
  'papi-cm-open-orders': async set => {
    restCoin(set);
    return text(set, 'GET', '/papi/v1/cm/openOrders');
  },
  'papi-um-new-order': post('/papi/v1/um/order', close()),
  'papi-cm-new-order': post('/papi/v1/cm/order', closeCoin()),
  'papi-um-algo-open-orders': async set => {
    arm(set);
    return text(set, 'GET', '/papi/v1/um/algo/openAlgoOrders');
  },
  'papi-cm-conditional-open-orders': async set => {
    armCoin(set);
    return text(set, 'GET', '/papi/v1/cm/conditional/openOrders');
  },
  'papi-cm-cancel-all-conditional-orders': del('/papi/v1/cm/conditional/allOpenOrders', { symbol: COIN }),
};

const ALL = [...Object.keys(ASKED), ...Object.keys(ASKED_OF_OTHERS)];

describe('the simulator answers in the documented shape:', () => {
  it.each(Object.keys(ASKED_OF_OTHERS))('%s', async name => {
    const set = stage({ omitAveragePrice: true }, { portfolioMargin: name.startsWith('papi') });
    set.account.open('BTCUSDT', '1', { entryPrice: '60000' });
    set.account.open(COIN, '10', { entryPrice: '60000' });
    const answer = JSON.parse((await ASKED_OF_OTHERS[name]?.(set)) ?? '');
    expect(shape(answer)).toEqual(shape(fixture(name)));
  });

  it.each(Object.keys(ASKED))('%s', async name => {
    const set = stage({ omitAveragePrice: name !== 'new-order-until-2026-06' });
    set.account.open('BTCUSDT', '1', { entryPrice: '60000' });
    const answer = await ASKED[name]?.(set);
    expect(shape(JSON.parse(answer ?? ''))).toEqual(shape(fixture(name)));
  });

  it('and no fixture is left out', () => {
    const files = readdirSync(FOLDER).filter(name => name.endsWith('.json'));
    expect(files.map(name => name.replace('.json', '')).sort()).toEqual(ALL.sort());
  });

  it('and every fixture says where it is from', () => {
    const sources = readFileSync(new URL('SOURCES.md', FOLDER), 'utf8');
    for (const name of ALL) expect(sources).toMatch(new RegExp(`^\\| ${name}\\.json \\| \\S+ \\|`, 'm'));
  });
});

function fixture(name: string): unknown {
  return JSON.parse(readFileSync(new URL(`${name}.json`, FOLDER), 'utf8'));
}

/** Keys and types, values forgotten. A list is the set of its items' shapes, an empty one is any list. */
function shape(value: unknown): unknown {
  if (Array.isArray(value)) {
    const kinds = [...new Set(value.map(item => JSON.stringify(shape(item))))].sort();
    return kinds.every(kind => kind === '"string"') ? 'list' : { listOf: kinds };
  }
  if (value === null || typeof value !== 'object') return value === null ? 'null' : typeof value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, item]) => [key, shape(item)]));
}

async function text(set: Stage, method: string, path: string, params: Params = {}): Promise<string> {
  return (await set.call(method, path, params)).text;
}

function get(path: string, params: Params = {}) {
  return (set: Stage) => text(set, 'GET', path, params);
}

function post(path: string, params: Params) {
  return (set: Stage) => text(set, 'POST', path, params);
}

function del(path: string, params: Params) {
  return (set: Stage) => text(set, 'DELETE', path, params);
}

function close(): Params {
  return { symbol: 'BTCUSDT', side: 'SELL', type: 'MARKET', quantity: '1', reduceOnly: 'true' };
}

function conditional(): Params {
  return {
    algoType: 'CONDITIONAL',
    symbol: 'BTCUSDT',
    side: 'SELL',
    type: 'STOP_MARKET',
    quantity: '1',
    triggerPrice: '60000',
  };
}

function rest(set: Stage): string {
  return set.account.rest({ symbol: 'ETHUSDT', side: 'BUY', type: 'LIMIT', quantity: '1', price: '3000' });
}

function arm(set: Stage): string {
  return set.account.arm({
    symbol: 'BTCUSDT',
    side: 'SELL',
    type: 'STOP_MARKET',
    quantity: '1',
    triggerPrice: '60000',
    reduceOnly: true,
  });
}

function startTwap(set: Stage): string {
  return set.account.startTwap({
    symbol: 'BTCUSDT',
    side: 'BUY',
    totalQuantity: '1',
    childQuantity: '0.25',
    everyMs: 60_000,
  });
}

function closeCoin(): Params {
  return { symbol: COIN, side: 'SELL', type: 'MARKET', quantity: '1', reduceOnly: 'true' };
}

function restCoin(set: Stage): string {
  return set.account.rest({ symbol: COIN, side: 'BUY', type: 'LIMIT', quantity: '1', price: '30000' });
}

function armCoin(set: Stage, older = false): string {
  return set.account.arm({
    ...{ symbol: COIN, side: 'SELL', type: 'STOP_MARKET', quantity: '1', triggerPrice: '60000', reduceOnly: true },
    older,
  });
}
