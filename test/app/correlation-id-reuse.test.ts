/**
 * X1: a correlation ID is for one thing. A call about one symbol, or about none that exists, can never answer for the
 * account under the same ID, nor end the record of a liquidation of the whole account.
 */

import { describe, expect, test } from 'vitest';
import { liquidationRig } from '../support/liquidation-rig.ts';

const ID = 'liq_20240229_120007_abc123';
const openThree = (rig: ReturnType<typeof liquidationRig>): void => {
  rig.account.open('BTCUSDT', '0.500');
  rig.account.open('ETHUSDT', '-2');
  rig.account.open('SOLUSDT', '10');
};
describe('after a call that used the ID for less', () => {
  test.each([
    ['a symbol that does not exist', ['NOSUCHUSDT']],
    ['one symbol', ['BTCUSDT']],
    ['two symbols', ['BTCUSDT', 'ETHUSDT']],
  ])('%s, the watchdog’s call under the same ID liquidates the whole account', async (_what, symbols) => {
    const rig = liquidationRig();
    openThree(rig);
    await rig.run({ correlation_id: ID, symbols });
    const answer = await rig.run({ correlation_id: ID, trigger: 'watchdog' });
    expect(rig.account.truth()).toMatchObject({ positions: [] });
    expect(answer).toMatchObject({ state: 'completed', replayed: false });
  });
});

describe('after a liquidation of the whole account that is not finished', () => {
  test.each([
    ['a symbol that does not exist', ['NOSUCHUSDT']],
    ['a symbol that is flat', ['BTCUSDT']],
  ])('a call about %s does not end its record', async (_what, symbols) => {
    const rig = liquidationRig();
    openThree(rig);
    rig.exchange.faults.add({
      on: { method: 'POST', path: '/fapi/v1/order', symbol: 'SOLUSDT' },
      times: Number.POSITIVE_INFINITY,
      fault: { kind: 'refuse', code: -2010, msg: 'NEW_ORDER_REJECTED' },
    });
    expect(await rig.run({ correlation_id: ID })).toMatchObject({ state: 'partial' });
    await rig.run({ correlation_id: ID, symbols });
    const record = await rig.stores.lock.readRecord(ID, 1_000);
    expect(record).toMatchObject({ state: 'partial', symbols: undefined });
    expect(record?.resumeAtMs).toBeDefined();
  });
});
