/** Positions: each row by itself. What must be right is checked, what decides nothing may be missing, what is empty is dropped. */

import { describe, expect, it } from 'vitest';
import { LIMITS, reply, rig, successOf } from './rig.ts';

/** The sample row of Binance's page Position Information V3. */
const POSITION = {
  symbol: 'COMPUSDT',
  positionSide: 'SHORT',
  positionAmt: '-1.000',
  entryPrice: '70.92841',
  breakEvenPrice: '70.900038636',
  markPrice: '49.72023376',
  unRealizedProfit: '21.20817624',
  liquidationPrice: '2260.56757210',
  isolatedMargin: '0',
  notional: '-49.72023376',
  marginAsset: 'USDT',
  isolatedWallet: '0',
  initialMargin: '2.48601168',
  maintMargin: '0.49720233',
  positionInitialMargin: '2.48601168',
  openOrderInitialMargin: '0',
  adl: 2,
  bidNotional: '0',
  askNotional: '0',
  updateTime: 1708943511656,
};

const read = (rows: unknown) => successOf(rig(() => reply(200, rows)).exchange.send({ kind: 'positions' }, LIMITS));

describe('positions', () => {
  it('are taken digit for digit', async () => {
    expect(await read([POSITION])).toEqual({
      rows: [
        {
          symbol: 'COMPUSDT',
          positionSide: 'SHORT',
          amount: '-1.000',
          entryPrice: '70.92841',
          markPrice: '49.72023376',
          notional: '-49.72023376',
          unrealizedPnl: '21.20817624',
          marginAsset: 'USDT',
          updatedAtMs: 1708943511656,
        },
      ],
      unread: [],
    });
  });

  it('of the older endpoint are read in the same way', async () => {
    const { marginAsset: _new, ...older } = {
      ...POSITION,
      leverage: '10',
      marginType: 'cross',
      isAutoAddMargin: 'false',
    };
    const { exchange } = rig(() => reply(200, [older]));
    const { rows } = await successOf(exchange.send({ kind: 'positions', older: true }, LIMITS));
    expect(rows).toMatchObject([{ symbol: 'COMPUSDT', amount: '-1.000', marginAsset: '' }]);
  });

  it.each([
    ['a long', 'LONG', '2.50', '2.50', false],
    ['a long that is written as a short', 'LONG', '-0.500', '0.500', true],
    ['a short with a minus', 'SHORT', '-2.50', '-2.50', false],
    ['a short without one, which is a documented form', 'SHORT', '2.50', '-2.50', false],
    ['one-way, long', 'BOTH', '2.50', '2.50', false],
    ['one-way, short', 'BOTH', '-2.50', '-2.50', false],
    ['a number', 'BOTH', 2.5, '2.5', false],
    ['a number in exponents', 'BOTH', 1e-7, '0.0000001', false],
  ])('read %s', async (_what, positionSide, positionAmt, amount, disagrees) => {
    const { rows } = await read([{ ...POSITION, positionSide, positionAmt }]);
    expect(rows.map(row => [row.amount, row.signDisagrees ?? false])).toEqual([[amount, disagrees]]);
  });

  it('are read without fields that decide nothing', async () => {
    const row = { symbol: 'BTCUSDT', positionSide: 'BOTH', positionAmt: '1', markPrice: 'n/a', updateTime: 'now' };
    expect((await read([row])).rows).toMatchObject([
      { amount: '1', markPrice: '0', notional: '0', marginAsset: '', updatedAtMs: 0 },
    ]);
  });
});

describe('a row without a position', () => {
  it.each(['0', '0.000', '-0', '0E-8', 0])('is dropped when it says %j', async positionAmt => {
    expect(await read([{ ...POSITION, positionAmt }])).toEqual({ rows: [], unread: [] });
  });

  it('is dropped even if it lacks other fields', async () => {
    expect(await read([{ positionAmt: '0' }, { positionAmt: '0', symbol: 7, positionSide: 'UP' }])).toEqual({
      rows: [],
      unread: [],
    });
  });
});

describe('a row that cannot be read', () => {
  it.each([
    ['an empty amount', { positionAmt: '' }, 'COMPUSDT', 'positionAmt: not a decimal number'],
    ['an amount of null', { positionAmt: null }, 'COMPUSDT', 'positionAmt: not a decimal number'],
    ['no amount', { positionAmt: undefined }, 'COMPUSDT', 'positionAmt: not a decimal number'],
    ['an amount in words', { positionAmt: 'much' }, 'COMPUSDT', 'positionAmt: not a decimal number'],
    ['an amount of true', { positionAmt: true }, 'COMPUSDT', 'positionAmt: not a decimal number'],
    ['an amount in a list', { positionAmt: ['1'] }, 'COMPUSDT', 'positionAmt: not a decimal number'],
    ['an amount in hexadecimal', { positionAmt: '0x10' }, 'COMPUSDT', 'positionAmt: not a decimal number'],
    ['an amount with a comma', { positionAmt: '1,5' }, 'COMPUSDT', 'positionAmt: not a decimal number'],
    ['an amount that is infinite', { positionAmt: 'Infinity' }, 'COMPUSDT', 'positionAmt: not a decimal number'],
    ['no position side', { positionSide: undefined }, 'COMPUSDT', 'positionSide: Invalid input'],
    ['a position side of null', { positionSide: null }, 'COMPUSDT', 'positionSide: Invalid input'],
    ['an unknown position side', { positionSide: 'UP' }, 'COMPUSDT', 'positionSide: Invalid input'],
    ['no symbol', { symbol: undefined }, undefined, 'symbol: Invalid input'],
    ['an empty symbol', { symbol: '' }, undefined, 'symbol: Invalid input'],
    ['a symbol without end', { symbol: 'X'.repeat(1_000) }, undefined, 'symbol: Invalid input'],
  ])('because of %s is named, and the others are given', async (_what, change, symbol, problem) => {
    const others = [
      { ...POSITION, symbol: 'AUSDT' },
      { ...POSITION, symbol: 'BUSDT' },
    ] as const;
    const { rows, unread } = await read([others[0], { ...POSITION, ...change }, others[1]]);
    expect(rows.map(row => row.symbol)).toEqual(['AUSDT', 'BUSDT']);
    expect(unread).toEqual([{ symbol, problem }]);
  });

  it.each([[null], ['BTCUSDT'], [7], [[]], [true]])('is %j', async row => {
    const { rows, unread } = await read([POSITION, row]);
    expect(rows).toHaveLength(1);
    expect(unread).toEqual([{ symbol: undefined, problem: expect.any(String) }]);
  });

  it('never shows the content of the row', async () => {
    const { unread } = await read([
      { ...POSITION, positionAmt: `signature=${'a'.repeat(64)}`, positionSide: 'secret' },
    ]);
    expect(JSON.stringify(unread)).not.toMatch(/aaaa|secret/);
  });
});

it.each([[{}], [{ positions: [POSITION] }], ['[]x'], ['null'], ['7'], ['"list"']])(
  'an answer that is no list is no answer: %j',
  async body => {
    expect(await rig(() => reply(200, body)).exchange.send({ kind: 'positions' }, LIMITS)).toMatchObject({
      ok: false,
      failure: { certainty: 'unknown', reason: 'bad-reply' },
    });
  },
);
