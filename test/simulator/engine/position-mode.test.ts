import { describe, expect, it } from 'vitest';
import { stage } from '../stage.ts';

// One row per combination that a client can send. `code` undefined: accepted.
const ONE_WAY = [
  ['nothing', {}, undefined],
  ['BOTH', { positionSide: 'BOTH' }, undefined],
  ['BOTH, reduceOnly', { positionSide: 'BOTH', reduceOnly: 'true' }, undefined],
  ['reduceOnly', { reduceOnly: 'true' }, undefined],
  ['reduceOnly false', { reduceOnly: 'false' }, undefined],
  ['LONG', { positionSide: 'LONG' }, -4061],
  ['SHORT', { positionSide: 'SHORT' }, -4061],
  ['LONG, reduceOnly', { positionSide: 'LONG', reduceOnly: 'true' }, -4061],
] as const;

const HEDGE = [
  ['nothing', {}, -4061],
  ['BOTH', { positionSide: 'BOTH' }, -4061],
  ['LONG', { positionSide: 'LONG' }, undefined],
  ['LONG, reduceOnly', { positionSide: 'LONG', reduceOnly: 'true' }, -1106],
  ['LONG, reduceOnly false', { positionSide: 'LONG', reduceOnly: 'false' }, -1106],
  ['reduceOnly', { reduceOnly: 'true' }, -4061],
] as const;

describe('a market sell of a long position, sent with', () => {
  it.each(ONE_WAY)('%s, in one-way mode', async (_name, form, code) => {
    const { account, order } = stage();
    account.open('BTCUSDT', '1');
    const reply = await order({ symbol: 'BTCUSDT', side: 'SELL', quantity: '1', ...form });
    expect(reply.code).toBe(code);
    expect(account.truth().positions).toHaveLength(code === undefined ? 0 : 1);
  });

  it.each(HEDGE)('%s, in hedge mode', async (_name, form, code) => {
    const { account, order } = stage({}, { hedgeMode: true });
    account.open('BTCUSDT', '1');
    const reply = await order({ symbol: 'BTCUSDT', side: 'SELL', quantity: '1', ...form });
    expect(reply.code).toBe(code);
    expect(account.truth().positions).toHaveLength(code === undefined ? 0 : 1);
  });
});

describe('closePosition', () => {
  it('on a market order is -4136, and nothing is closed', async () => {
    const { account, order } = stage();
    account.open('BTCUSDT', '1');
    const reply = await order({ symbol: 'BTCUSDT', side: 'SELL', closePosition: 'true' });
    expect([reply.status, reply.code]).toEqual([400, -4136]);
    expect(reply.msg).toBe('Target strategy invalid for orderType MARKET,closePosition true');
    expect(account.truth().positions).toHaveLength(1);
  });

  it('false is as good as not sent', async () => {
    const { account, order } = stage();
    account.open('BTCUSDT', '1');
    await order({ symbol: 'BTCUSDT', side: 'SELL', quantity: '1', closePosition: 'false' });
    expect(account.truth().positions).toEqual([]);
  });
});

describe('the mode itself', () => {
  it.each([true, false])('hedge %s is returned by accountConfig and by positionSide/dual', async hedgeMode => {
    const { call } = stage({}, { hedgeMode });
    expect((await call('GET', '/fapi/v1/accountConfig')).rows[0]?.dualSidePosition).toBe(hedgeMode);
    expect((await call('GET', '/fapi/v1/positionSide/dual')).rows).toEqual([{ dualSidePosition: hedgeMode }]);
  });
});
