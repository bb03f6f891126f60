import { describe, expect, it } from 'vitest';
import type { Fault } from '../../../simulator/engine/rules/fault.ts';
import { ALWAYS } from '../../../simulator/engine/rules/fault-script.ts';
import { NOON_MS, stage } from '../stage.ts';

const LIST = '/sapi/v1/algo/futures/openOrders';
const CANCEL = '/sapi/v1/algo/futures/order';
const BUY = { symbol: 'BTCUSDT', side: 'BUY', totalQuantity: '1', childQuantity: '0.25', everyMs: 10_000 } as const;

describe('a TWAP order', () => {
  it('places its children over time until it is done', () => {
    const { account, clock } = stage();
    const algoId = account.startTwap(BUY);
    const held = (atMs: number) => {
      clock.advance(NOON_MS + atMs - clock.nowMs());
      return account.truth().positions[0]?.amount ?? '0';
    };
    expect([held(9_999), held(10_000), held(29_999), held(39_999)]).toEqual(['0', '0.25', '0.5', '0.75']);
    expect(account.workingTwaps()).toEqual([algoId]);
    expect(held(40_000)).toBe('1');
    expect(account.workingTwaps()).toEqual([]);
    expect(held(90_000)).toBe('1');
    expect(account.moves.every(({ origin, overTheWire }) => origin === 'TWAP' && !overTheWire)).toBe(true);
  });

  it('is in no list of fapi, and reopens what was closed', async () => {
    const { account, clock, order, openOrders, openConditionals, positions } = stage();
    account.open('BTCUSDT', '1');
    account.startTwap(BUY);
    await order({ symbol: 'BTCUSDT', side: 'SELL', quantity: '1', reduceOnly: 'true' });
    expect([await openOrders(), await openConditionals(), await positions()]).toEqual([[], [], []]);
    clock.advance(10_000);
    expect(await positions()).toMatchObject([{ positionAmt: '0.250' }]);
  });

  it('is listed by the wallet host as it stands', async () => {
    const { account, call, clock } = stage();
    const clientAlgoId = 'c'.repeat(32);
    const algoId = account.startTwap({ ...BUY, clientAlgoId });
    account.startTwap({ ...BUY, symbol: 'ETHUSDT', type: 'VP', firstAfterMs: 60_000 });
    clock.advance(20_000);
    const { rows } = await call('GET', LIST);
    expect(rows[0]?.total).toBe(2);
    expect(rows[0]?.orders).toMatchObject([
      {
        algoId: Number(algoId),
        clientAlgoId,
        symbol: 'BTCUSDT',
        side: 'BUY',
        positionSide: 'BOTH',
        totalQty: '1.000',
        executedQty: '0.500',
        executedAmt: '33500.00000000',
        avgPrice: '67000.00',
        bookTime: NOON_MS,
        endTime: 0,
        algoStatus: 'WORKING',
        algoType: 'TWAP',
      },
      { symbol: 'ETHUSDT', algoType: 'VP', executedQty: '0.000', urgency: 'LOW' },
    ]);
  });

  it.each(['algoId', 'clientAlgoId'])('ends when it is cancelled by its %s, and only once', async by => {
    const { account, call, clock } = stage();
    const clientAlgoId = 'c'.repeat(32);
    const algoId = account.startTwap({ ...BUY, clientAlgoId });
    const id = { algoId, clientAlgoId }[by] ?? '';
    clock.advance(10_000);
    const { rows } = await call('DELETE', CANCEL, { [by]: id });
    expect(rows).toEqual([{ algoId: Number(algoId), success: true, code: 0, msg: 'OK' }]);
    clock.advance(60_000);
    expect(account.truth().positions).toMatchObject([{ amount: '0.25' }]);
    expect((await call('GET', LIST)).rows).toEqual([{ total: 0, orders: [] }]);
    expect((await call('DELETE', CANCEL, { [by]: id })).code).toBe(-20124);
  });

  it.each([
    [false, '0.25'],
    [true, '0.5'],
  ])('may leave a child order in flight: %s', async (algoCancelLeavesChild, amount) => {
    const { account, call, clock } = stage({ unconfirmed: { algoCancelLeavesChild } });
    const algoId = account.startTwap(BUY);
    clock.advance(10_000);
    await call('DELETE', CANCEL, { algoId });
    clock.advance(60_000);
    expect(account.truth().positions).toMatchObject([{ amount }]);
  });

  it('in hedge mode works on its side, and closes no more than there is', async () => {
    const { account, clock } = stage({}, { hedgeMode: true });
    account.open('BTCUSDT', '0.4');
    account.startTwap({ ...BUY, side: 'SELL', positionSide: 'LONG' });
    expect(() => account.startTwap(BUY)).toThrow('BTCUSDT: a BOTH order does not fit the position mode of account1.');
    clock.advance(30_000);
    expect(account.truth().positions).toEqual([]);
  });

  it('pauses while its symbol is halted', () => {
    const { exchange, account, clock } = stage();
    account.startTwap(BUY);
    exchange.setStatus('BTCUSDT', 'TRADING_HALT');
    clock.advance(10_000);
    expect(account.truth().positions).toEqual([]);
    exchange.setStatus('BTCUSDT', 'TRADING');
    clock.advance(10_000);
    expect(account.truth().positions).toMatchObject([{ amount: '0.25' }]);
  });
});

describe('the wallet host', () => {
  const ask = async (fault: Fault) => {
    const { exchange, account, call } = stage();
    account.startTwap(BUY);
    exchange.faults.add({ on: { host: 'wallet' }, times: ALWAYS, fault });
    const replies = [await call('GET', LIST), await call('DELETE', CANCEL, { algoId: '14517' })];
    expect((await call('GET', '/fapi/v1/accountConfig')).status).toBe(200);
    expect(account.workingTwaps()).toHaveLength(1);
    return replies.map(({ kind, status, code }) => [kind, status, code]);
  };

  it.each([
    ['forbids', { kind: 'html-403' }, ['reply', 403, undefined]],
    ['refuses the key', { kind: 'key-refused' }, ['reply', 401, -2015]],
    ['is absent', { kind: 'reset-before' }, ['reset', undefined, undefined]],
    ['does not answer', { kind: 'hang-before' }, ['hang', undefined, undefined]],
    ['does not know the path', { kind: 'gone-404' }, ['reply', 404, -5000]],
    ['is busy', { kind: 'busy-1004' }, ['reply', 400, -1004]],
  ] as const)('that %s leaves fapi alone', async (_name, fault, reply) => {
    expect(await ask(fault)).toEqual([reply, reply]);
  });

  it('bans an address apart from fapi', async () => {
    expect(await ask({ kind: 'banned-418' })).toEqual(Array(2).fill(['reply', 418, -1003]));
  });

  it.each([
    ['without the futures right', { enableFutures: false }, 401],
    ['of a portfolio margin account', { portfolioMargin: true }, 200],
    ['with the futures right', {}, 200],
  ])('answers a key %s', async (_name, spec, status) => {
    const { call } = stage({}, spec);
    expect((await call('GET', LIST)).status).toBe(status);
  });
});
