/**
 * What an answer says of what is left: what the last read showed, with its age and the stops that still protect it, and
 * never "nothing" for "unknown". (Input L6.)
 */

import { describe, expect, test } from 'vitest';
import type { WaitingOrder } from '../../simulator/engine/accounts/set-up.ts';
import type { Fault } from '../../simulator/engine/rules/fault.ts';
import { ALWAYS } from '../../simulator/engine/rules/fault-script.ts';
import { dayOf, expectSound, liquidated } from '../support/bad-day.ts';
import { liquidationRig } from '../support/liquidation-rig.ts';

describe('what still protects a position that cannot be closed (L6)', () => {
  test.each<{ says: string; hedgeMode?: true; amount: string; order: Omit<WaitingOrder, 'symbol'>; count: number }>([
    {
      says: 'a stop below the mark of a long',
      amount: '8',
      order: { side: 'SELL', type: 'STOP_MARKET', triggerPrice: '3000', closePosition: true },
      count: 1,
    },
    {
      says: 'a stop above the mark of a short',
      amount: '-8',
      order: { side: 'BUY', type: 'STOP_MARKET', triggerPrice: '3600', quantity: '8', reduceOnly: true },
      count: 1,
    },
    {
      says: 'a stop of the hedged side',
      hedgeMode: true,
      amount: '8',
      order: { side: 'SELL', positionSide: 'LONG', type: 'STOP', triggerPrice: '3000', quantity: '8' },
      count: 1,
    },
    {
      says: 'a trailing stop',
      amount: '8',
      order: {
        side: 'SELL',
        type: 'TRAILING_STOP_MARKET',
        triggerPrice: '0',
        callbackRate: '1',
        quantity: '8',
        reduceOnly: true,
      },
      count: 1,
    },
    {
      says: 'a take-profit above the mark of a long',
      amount: '8',
      order: { side: 'SELL', type: 'TAKE_PROFIT_MARKET', triggerPrice: '3900', closePosition: true },
      count: 0,
    },
    {
      says: 'a take-profit below the mark of a short',
      amount: '-8',
      order: { side: 'BUY', type: 'TAKE_PROFIT', triggerPrice: '3000', quantity: '8', reduceOnly: true },
      count: 0,
    },
    {
      says: 'a stop on the winning side',
      amount: '8',
      order: { side: 'SELL', type: 'STOP_MARKET', triggerPrice: '3500', closePosition: true },
      count: 0,
    },
    {
      says: 'an order of the wrong side that reduces nothing',
      amount: '8',
      order: { side: 'BUY', type: 'STOP_MARKET', triggerPrice: '3100', quantity: '8', reduceOnly: true },
      count: 0,
    },
    {
      says: 'a stop of the other hedged side',
      hedgeMode: true,
      amount: '8',
      order: { side: 'BUY', positionSide: 'SHORT', type: 'STOP_MARKET', triggerPrice: '3600', quantity: '8' },
      count: 0,
    },
  ])('$says counts as $count', async ({ hedgeMode = false, amount, order, count }) => {
    const day = await dayOf({ hedgeMode }, ({ account, exchange }) => {
      account.open('ETHUSDT', amount);
      account.arm({ symbol: 'ETHUSDT', ...order });
      exchange.setStatus('ETHUSDT', 'TRADING_HALT');
    });
    expect(day.answer.remaining.positions).toMatchObject([{ symbol: 'ETHUSDT', protective_orders: count }]);
    if (count > 0) expect(day.rig.account.truth().conditionals).toHaveLength(count);
    expectSound(day);
  });

  test.each<{ says: string; fault: Fault }>([
    { says: 'refused', fault: { kind: 'key-refused' } },
    { says: 'silent', fault: { kind: 'hang-before' } },
  ])('is not known, and not 0, where the list is $says', async ({ fault }) => {
    const day = await dayOf(
      {},
      ({ account, exchange }) => {
        account.open('ETHUSDT', '8');
        account.arm({
          symbol: 'ETHUSDT',
          side: 'SELL',
          type: 'STOP_MARKET',
          triggerPrice: '3000',
          closePosition: true,
        });
        exchange.setStatus('ETHUSDT', 'TRADING_HALT');
      },
      ({ exchange }) =>
        exchange.faults.add({ on: { method: 'GET', path: '/fapi/v1/openAlgoOrders' }, times: ALWAYS, fault }),
    );
    expect(day.answer.remaining.positions).toMatchObject([{ symbol: 'ETHUSDT', protective_orders: null }]);
    expect(day.rig.account.truth().conditionals).toHaveLength(1);
  });
});

describe('what is left after a stop', () => {
  test.each([
    { says: 'nothing was ever read', afterMs: 0, seen: false },
    { says: 'one read was read', afterMs: 25, seen: true },
  ])('is what the last read showed, never "nothing" for "unknown": $says', async ({ afterMs, seen }) => {
    const rig = liquidationRig();
    rig.account.open('ETHUSDT', '8.125');
    if (afterMs === 0) rig.account.refuseKey({ status: 401, code: -2015 });
    else void rig.clock.sleep(afterMs).then(() => rig.account.refuseKey({ status: 401, code: -2015 }));
    const { answer } = await liquidated(rig);
    expect(answer.state).not.toBe('completed');
    expect(answer.remaining).toMatchObject({ positions: seen ? [{ symbol: 'ETHUSDT' }] : [] });
    // What was refused certainly changed nothing, so an older read still holds; its age is reported.
    expect(answer.remaining.seen_at === null).toBe(!seen);
    expect(answer.remaining.verified).toBe(seen);
  });
});

describe('a name in symbols that fits nothing', () => {
  test.each([
    { symbols: ['ETHUSD'], unseen: ['ETHUSD'] },
    { symbols: ['ETHUSDT', 'SOLUSDC'], unseen: ['SOLUSDC'] },
    { symbols: ['ETHUSDT'], unseen: [] },
  ])('$symbols: a warning for $unseen', async ({ symbols, unseen }) => {
    const rig = liquidationRig();
    rig.account.open('ETHUSDT', '8.125');
    const { answer } = await liquidated(rig, { symbols });
    expect(answer.warnings.filter(({ code }) => code === 'SYMBOL_NOT_SEEN').map(one => one.symbol)).toEqual(unseen);
  });

  test('is answered with what is open in the account, positions first, and touches none of it', async () => {
    const rig = liquidationRig();
    rig.account.open('ETHUSDT', '8.125');
    rig.account.rest({ symbol: 'SOLUSDT', side: 'BUY', type: 'LIMIT', quantity: '1', price: '100' });
    const { answer } = await liquidated(rig, { symbols: ['ETHUSD'] });
    expect(answer.headline).toBe('NOTHING SEEN IN ETHUSD');
    expect(answer.warnings).toMatchObject([
      {
        code: 'SYMBOL_NOT_SEEN',
        message: 'no position and no order in ETHUSD; open in the account: ETHUSDT, SOLUSDT; check how it is written',
      },
    ]);
    expect(rig.account.truth().positions).toHaveLength(1);
    expect(rig.account.truth().orders).toHaveLength(1);
  });

  test('says so where nothing else is open', async () => {
    const { answer } = await liquidated(liquidationRig(), { symbols: ['ETHUSD'] });
    expect(answer.warnings).toMatchObject([
      { message: expect.stringContaining('nothing else is open in the account') },
    ]);
  });
});

describe('what was never read', () => {
  const READS = {
    positions: ['/fapi/v3/positionRisk', '/fapi/v2/positionRisk'],
    'open orders': ['/fapi/v1/openOrders'],
    'conditional orders': ['/fapi/v1/openAlgoOrders'],
  } as const;

  test.each<{ list: keyof typeof READS; fault: Fault }>([
    { list: 'positions', fault: { kind: 'http', status: 500, body: '' } },
    { list: 'positions', fault: { kind: 'hang-before' } },
    { list: 'open orders', fault: { kind: 'http', status: 200, body: 'null' } },
    { list: 'conditional orders', fault: { kind: 'http', status: 200, body: '{"orders":[]}' } },
  ])('$list ($fault.kind $fault.body): is named as not known, and never as none', async ({ list, fault }) => {
    const day = await dayOf(
      {},
      ({ account }) => account.open('ETHUSDT', '8'),
      ({ exchange }) => {
        for (const path of READS[list]) exchange.faults.add({ on: { method: 'GET', path }, times: ALWAYS, fault });
      },
    );
    const { remaining, markets, errors, state } = day.answer;
    expect(state).not.toBe('completed');
    expect(remaining.verified).toBe(false);
    expect(remaining.seen_at === null).toBe(list === 'positions');
    const [market] = markets ?? [];
    expect(list === 'positions' ? market?.positions : market?.orders).toBeNull();
    const said = errors.find(({ code }) => code === 'NOT_VERIFIED');
    expect(said?.message).toBe(`never read: ${list}. What is left of them is not known`);
    if (fault.kind === 'hang-before') return;
    expect(errors.some(({ message }) => message.startsWith(`the ${list} could not be read: `))).toBe(true);
  });
});
