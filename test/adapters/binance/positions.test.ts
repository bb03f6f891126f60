/** Positions: what must be right is checked, what decides nothing may be missing, what holds nothing is left out. */

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

describe('positions', () => {
  const amounts = async (rows: readonly unknown[]): Promise<readonly string[]> =>
    (await successOf(rig(() => reply(200, rows)).exchange.positions(LIMITS))).map(position => position.amount);

  it('are taken digit for digit', async () => {
    expect(await successOf(rig(() => reply(200, [POSITION])).exchange.positions(LIMITS))).toEqual([
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
    ]);
  });

  it('leave out rows that hold nothing, however zero is written', async () => {
    const zeros = ['0', '0.000', '-0', '0E-8', 0].map(positionAmt => ({ ...POSITION, positionAmt }));
    expect(await amounts(zeros)).toEqual([]);
  });

  it.each([
    ['a long', 'LONG', '2.50', '2.50'],
    ['a short with a minus', 'SHORT', '-2.50', '-2.50'],
    ['a short without one', 'SHORT', '2.50', '-2.50'],
    ['one-way, long', 'BOTH', '2.50', '2.50'],
    ['one-way, short', 'BOTH', '-2.50', '-2.50'],
    ['a number', 'BOTH', 2.5, '2.5'],
    ['a number in exponents', 'BOTH', 1e-7, '0.0000001'],
  ])('read %s', async (_what, positionSide, positionAmt, amount) => {
    expect(await amounts([{ ...POSITION, positionSide, positionAmt }])).toEqual([amount]);
  });

  it('do without whatever decides nothing', async () => {
    const row = { symbol: 'BTCUSDT', positionSide: 'BOTH', positionAmt: '1', markPrice: 'n/a' };
    expect(await successOf(rig(() => reply(200, [row])).exchange.positions(LIMITS))).toMatchObject([
      { amount: '1', markPrice: '0', notional: '0', marginAsset: '', updatedAtMs: 0 },
    ]);
  });

  it.each([
    ['no amount', { positionAmt: undefined }, '0.positionAmt'],
    ['an amount that is none', { positionAmt: 'much' }, '0.positionAmt'],
    ['an unknown side', { positionSide: 'UP' }, '0.positionSide'],
    ['no symbol', { symbol: undefined }, '0.symbol'],
  ])('with %s are not believed at all', async (_what, change, where) => {
    const outcome = await rig(() => reply(200, [{ ...POSITION, ...change }])).exchange.positions(LIMITS);
    expect(outcome).toMatchObject({ ok: false, failure: { knowledge: 'unknown', reason: 'bad-reply' } });
    expect(outcome).toHaveProperty('failure.message', expect.stringContaining(`expected at ${where}:`));
  });
});
