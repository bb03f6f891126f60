import { describe, expect, it } from 'vitest';
import type { RowFault } from '../../../simulator/engine/rules/fault.ts';
import { ALWAYS } from '../../../simulator/engine/rules/fault-script.ts';
import { NOON_MS, stage } from '../stage.ts';

const POSITIONS = '/fapi/v3/positionRisk';
const ORDERS = '/fapi/v1/openOrders';
const CONDITIONALS = '/fapi/v1/openAlgoOrders';
const STOP = { symbol: 'BTCUSDT', side: 'SELL', type: 'STOP_MARKET', quantity: '1', triggerPrice: '60000' } as const;
const REST = { symbol: 'BTCUSDT', side: 'BUY', type: 'LIMIT', quantity: '1', price: '60000' } as const;

/** Two positions in hedge mode, two orders and two stops; rows of `path` bent in every answer. */
function bent(path: string, change: RowFault, hedgeMode = false) {
  const set = stage({}, { hedgeMode });
  for (const symbol of ['BTCUSDT', 'ETHUSDT']) {
    set.account.open(symbol, '1');
    set.account.rest({ ...REST, symbol, price: '3000' });
    set.account.arm({ ...STOP, symbol, triggerPrice: '3000' });
  }
  set.exchange.faults.add({ on: { path }, times: ALWAYS, fault: { kind: 'change-rows', ...change } });
  return set;
}

describe('a row that cannot be read', () => {
  const BTC = { symbol: 'BTCUSDT' };

  it.each([
    ['an empty amount', POSITIONS, { where: BTC, set: { positionAmt: '' } }, { positionAmt: '' }],
    ['no amount', POSITIONS, { where: BTC, set: { positionAmt: null } }, { positionAmt: null }],
    ['a word for an amount', POSITIONS, { where: BTC, set: { positionAmt: 'many' } }, { positionAmt: 'many' }],
    ['no position side', POSITIONS, { where: BTC, drop: ['positionSide'] }, { positionSide: undefined }],
    ['the other sign', POSITIONS, { where: BTC, negate: ['positionAmt'] }, { positionAmt: '-1.000' }],
    ['type for orderType', CONDITIONALS, { where: BTC, rename: { orderType: 'type' } }, { type: 'STOP_MARKET' }],
    ['no order type', CONDITIONALS, { where: BTC, drop: ['orderType'] }, { orderType: undefined }],
    ['no position side for an order', ORDERS, { where: BTC, drop: ['positionSide'] }, { positionSide: undefined }],
    ['no symbol', ORDERS, { where: BTC, set: { symbol: null } }, { symbol: null }],
  ] as const)('has %s in every answer, and the row beside it is whole', async (_name, path, change, expected) => {
    const { call } = bent(path, change);
    const plain = await stageRows(path);
    for (const _ of [1, 2, 3]) {
      const { rows } = await call('GET', path);
      expect(rows).toHaveLength(2);
      for (const [name, value] of Object.entries(expected)) expect(rows[0]?.[name]).toBe(value);
      expect(rows[1]).toEqual(plain[1]);
    }
  });

  it('may be one side of a hedged symbol alone', async () => {
    const where = { symbol: 'BTCUSDT', positionSide: 'LONG' };
    const { account, positions } = bent(POSITIONS, { where, set: { positionAmt: '-0.500' } }, true);
    account.open('BTCUSDT', '-2');
    expect((await positions()).slice(0, 2).map(({ positionSide, positionAmt }) => [positionSide, positionAmt])).toEqual(
      [
        ['LONG', '-0.500'],
        ['SHORT', '-2.000'],
      ],
    );
  });

  it('may be in the lists of an account too', async () => {
    const { call } = bent('/fapi/v3/account', { where: { symbol: 'ETHUSDT' }, set: { positionAmt: '' } });
    const { rows } = await call('GET', '/fapi/v3/account');
    expect(rows[0]?.positions).toMatchObject([{ positionAmt: '1.000' }, { positionAmt: '' }]);
  });

  it('keeps all digits of its ids', async () => {
    const { exchange, account, call } = stage({ firstOrderId: '9007199254740993' });
    account.rest(REST);
    const change = { where: { orderId: '9007199254740993' }, drop: ['side'] };
    exchange.faults.add({ on: { path: ORDERS }, fault: { kind: 'change-rows', ...change } });
    const { text } = await call('GET', ORDERS);
    expect(text).toContain('"orderId":9007199254740993,');
    expect(text).not.toContain('"side"');
  });

  it('of several symbols are bent side by side, and besides a delay', async () => {
    const { exchange, call, clock } = bent(POSITIONS, { where: { symbol: 'BTCUSDT' }, set: { positionAmt: '' } });
    const other = { where: { symbol: 'ETHUSDT' }, drop: ['positionAmt'] };
    exchange.faults.add({ on: { path: POSITIONS }, fault: { kind: 'change-rows', ...other } });
    exchange.faults.add({ on: { path: POSITIONS }, fault: { kind: 'delay', ms: 40 } });
    const { rows } = await call('GET', POSITIONS);
    expect(rows.map(({ positionAmt }) => positionAmt)).toEqual(['', undefined]);
    expect(clock.nowMs()).toBe(NOON_MS + 40);
  });

  it('is not in a refusal', async () => {
    const { call } = bent(POSITIONS, { set: { code: 1 } });
    expect((await call('GET', POSITIONS, { symbol: 'NOSUCHUSDT' })).code).toBe(-1121);
  });
});

describe('a list that forgets', () => {
  it.each([POSITIONS, ORDERS, CONDITIONALS])('is empty for a while: %s', async path => {
    const { exchange, clock, call } = bent(path, { where: { symbol: 'none of them' } });
    exchange.faults.add({ on: { path }, afterMs: 100, forMs: 3_000, fault: { kind: 'change-rows', hide: true } });
    const count = async () => (await call('GET', path)).rows.length;
    expect(await count()).toBe(2);
    clock.advance(100);
    expect([await count(), await count()]).toEqual([0, 0]);
    clock.advance(2_999);
    expect(await count()).toBe(0);
    clock.advance(1);
    expect(await count()).toBe(2);
  });

  it('hides one conditional order that lives, until it is cancelled unseen', async () => {
    const { exchange, account, call, openConditionals } = stage();
    const algoId = account.arm(STOP);
    account.arm({ ...STOP, symbol: 'ETHUSDT', triggerPrice: '3000' });
    exchange.faults.add({
      on: { path: CONDITIONALS },
      times: ALWAYS,
      fault: { kind: 'change-rows', where: { algoId }, hide: true },
    });
    expect(await openConditionals()).toMatchObject([{ symbol: 'ETHUSDT' }]);
    expect(account.truth().conditionals).toHaveLength(2);
    expect((await call('DELETE', '/fapi/v1/algoOpenOrders', { symbol: 'BTCUSDT' })).code).toBe(200);
    expect(account.truth().conditionals).toMatchObject([{ symbol: 'ETHUSDT' }]);
  });

  it('still triggers what it hides', async () => {
    const { exchange, account, openConditionals } = stage();
    account.arm(STOP);
    exchange.faults.add({ on: { path: CONDITIONALS }, times: ALWAYS, fault: { kind: 'change-rows', hide: true } });
    expect(await openConditionals()).toEqual([]);
    exchange.setMark('BTCUSDT', '60000');
    expect(account.truth().positions).toMatchObject([{ amount: '-1' }]);
  });

  it('may remember what is gone', async () => {
    const ghost = { symbol: 'SOLUSDT', positionSide: 'BOTH', positionAmt: '5' };
    const { positions } = bent(POSITIONS, { add: [ghost], where: { symbol: 'none of them' } });
    expect((await positions()).at(-1)).toEqual(ghost);
  });
});

describe('a list that is behind', () => {
  it('shows positions as they were', async () => {
    const { exchange, account, clock, order, positions } = stage();
    account.open('BTCUSDT', '1');
    exchange.setListLag({ positionsMs: 500 });
    await order({ symbol: 'BTCUSDT', side: 'SELL', quantity: '1', reduceOnly: 'true' });
    clock.advance(499);
    expect(await positions()).toHaveLength(1);
    clock.advance(1);
    expect(await positions()).toEqual([]);
  });

  it('shows orders late, and still when they are gone', async () => {
    const { exchange, call, clock, order, openOrders } = stage();
    exchange.setListLag({ ordersMs: 300 });
    await order({ ...REST, timeInForce: 'GTC' });
    expect(await openOrders()).toEqual([]);
    clock.advance(300);
    expect(await openOrders()).toHaveLength(1);
    await call('DELETE', '/fapi/v1/allOpenOrders', { symbol: 'BTCUSDT' });
    clock.advance(299);
    expect(await openOrders()).toMatchObject([{ status: 'NEW', executedQty: '0.000' }]);
    clock.advance(1);
    expect(await openOrders()).toEqual([]);
  });

  it('does not know a fresh conditional order, nor do query and cancel, though it lives', async () => {
    const { exchange, account, call, clock, openConditionals } = stage();
    exchange.setListLag({ conditionalsMs: 2_000 });
    const placed = await call('POST', '/fapi/v1/algoOrder', {
      ...STOP,
      algoType: 'CONDITIONAL',
      clientAlgoId: 'fresh',
    });
    expect(placed.status).toBe(200);
    const ask = async (method: string) => (await call(method, '/fapi/v1/algoOrder', { clientAlgoId: 'fresh' })).code;
    expect([(await openConditionals()).length, await ask('GET'), await ask('DELETE')]).toEqual([0, -2013, -2011]);
    expect(account.truth().conditionals).toHaveLength(1);
    clock.advance(2_000);
    expect([(await openConditionals()).length, await ask('GET'), await ask('DELETE')]).toEqual([1, undefined, '200']);
    clock.advance(1_999);
    expect(await openConditionals()).toMatchObject([{ algoStatus: 'NEW' }]);
    clock.advance(1);
    expect(await openConditionals()).toEqual([]);
  });

  it('shows what the stage puts there at once', async () => {
    const { exchange, account, openOrders, openConditionals, positions } = stage();
    exchange.setListLag({ positionsMs: 500, ordersMs: 500, conditionalsMs: 500 });
    account.open('BTCUSDT', '1');
    account.rest(REST);
    account.arm(STOP);
    const counts = [(await positions()).length, (await openOrders()).length, (await openConditionals()).length];
    expect(counts).toEqual([1, 1, 1]);
  });
});

describe('lists that answer each in its own time', () => {
  it('may hang while others are quick', async () => {
    const { exchange, call, clock } = stage();
    exchange.setLatency({ rttMs: 700, byPath: { [ORDERS]: 25, [CONDITIONALS]: 40 } });
    exchange.faults.add({ on: { path: POSITIONS }, times: ALWAYS, fault: { kind: 'hang-before' } });
    const ask = async (path: string) => {
      const startMs = clock.nowMs();
      const { kind } = await call('GET', path);
      return kind === 'hang' ? 'never' : clock.nowMs() - startMs;
    };
    const took = [];
    for (const path of [POSITIONS, POSITIONS, ORDERS, CONDITIONALS, '/fapi/v1/accountConfig'])
      took.push(await ask(path));
    expect(took).toEqual(['never', 'never', 25, 40, 700]);
  });

  it.each([1_400, 1_600])('may all take %d ms', async rttMs => {
    const { exchange, clock, call } = stage();
    exchange.setLatency({ rttMs });
    expect((await call('GET', POSITIONS, { recvWindow: '5000' })).status).toBe(200);
    expect(clock.nowMs()).toBe(NOON_MS + rttMs);
  });
});

async function stageRows(path: string) {
  const { call } = bent(path, { where: { symbol: 'none of them' } });
  return (await call('GET', path)).rows;
}
