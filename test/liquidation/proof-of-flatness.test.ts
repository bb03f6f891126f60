/**
 * FLAT is said of an account that is flat, and is read once more afterwards: positions lag behind fills, lists forget
 * orders, TWAP orders open again what was closed, and the bot may not be dead. (Inputs L1, L2, L7.)
 */

import { describe, expect, test } from 'vitest';
import type { Fault } from '../../simulator/engine/rules/fault.ts';
import { ALWAYS, type FaultRule } from '../../simulator/engine/rules/fault-script.ts';
import { closesOf, codesOf, confirmed, dayOf, expectSound, leftIn, liquidated, NOTHING } from '../support/bad-day.ts';
import { type LiquidationRig, liquidationRig } from '../support/liquidation-rig.ts';

const CANCEL = { method: 'DELETE', path: '/fapi/v1/allOpenOrders' } as const;
const CANCEL_CONDITIONALS = { method: 'DELETE', path: '/fapi/v1/algoOpenOrders' } as const;

describe("the bot's last order fills during a read, and positions lag (L1)", () => {
  const withEntry = ({ account }: LiquidationRig): void => {
    account.open('ETHUSDT', '8.125');
    account.rest({ symbol: 'BTCUSDT', side: 'BUY', type: 'LIMIT', quantity: '0.5', price: '64000' });
    account.rest({ symbol: 'SOLUSDT', side: 'SELL', type: 'LIMIT', quantity: '70', price: '160' });
    account.arm({ symbol: 'XRPUSDT', side: 'BUY', type: 'STOP_MARKET', triggerPrice: '0.6', quantity: '900' });
  };

  test.each<{ says: string; positionLagMs: number; rule: FaultRule }>([
    {
      says: 'a limit order fills while it is cancelled, 400 ms of lag',
      positionLagMs: 400,
      rule: { on: { ...CANCEL, symbol: 'BTCUSDT' }, fault: { kind: 'fill-during-cancel' } },
    },
    {
      says: 'a limit order fills while it is cancelled, 600 ms of lag',
      positionLagMs: 600,
      rule: { on: { ...CANCEL, symbol: 'SOLUSDT' }, fault: { kind: 'fill-during-cancel' } },
    },
    {
      says: 'all limit orders fill while they are cancelled, 520 ms of lag',
      positionLagMs: 520,
      rule: { on: CANCEL, times: ALWAYS, fault: { kind: 'fill-during-cancel' } },
    },
    {
      says: 'a stop entry triggers while it is cancelled, 500 ms of lag',
      positionLagMs: 500,
      rule: { on: CANCEL_CONDITIONALS, times: ALWAYS, fault: { kind: 'trigger-now' } },
    },
    {
      says: 'a stop entry triggers just before its cancel, 600 ms of lag',
      positionLagMs: 600,
      rule: { on: { method: 'POST' }, fault: { kind: 'trigger-now', symbol: 'XRPUSDT' } },
    },
  ])('$says: the answer is FLAT once what it opened is closed', async ({ positionLagMs, rule }) => {
    const day = await dayOf({ positionLagMs }, withEntry, ({ exchange }) => exchange.faults.add(rule));
    expect(day.answer.headline).toBe('FLAT');
    expect(leftIn(day.rig)).toEqual(NOTHING);
    // It was opened, and closed again.
    expect(day.rig.account.moves.filter(({ effect }) => effect === 'opened').length).toBeGreaterThanOrEqual(2);
    const [again] = await confirmed(day);
    expect(again?.headline).toBe('FLAT');
  });

  test.each([
    { atMs: 5, positionLagMs: 600 },
    { atMs: 35, positionLagMs: 600 },
    { atMs: 400, positionLagMs: 500 },
    { atMs: 700, positionLagMs: 400 },
  ])(
    'an order that no list of ours showed fills after $atMs ms, visible $positionLagMs ms later: closed by the confirming read at the latest',
    async ({ atMs, positionLagMs }) => {
      const rig = liquidationRig({ positionLagMs });
      withEntry(rig);
      // Placed and filled by the bot itself, over the wire's back.
      void rig.clock.sleep(atMs).then(() => {
        rig.account.rest({ symbol: 'ADAUSDT', side: 'BUY', type: 'LIMIT', quantity: '9000', price: '0.44' });
        rig.exchange.setMark('ADAUSDT', '0.43');
      });
      const day = await liquidated(rig);
      const wasFlat = leftIn(rig).positions.length === 0;
      const [again] = await confirmed(day);
      expect(again?.headline).toBe(wasFlat ? 'FLAT' : 'REOPENED AFTER FLAT, FLAT AGAIN');
    },
  );
});

describe('a list that forgets, and remembers later (L2)', () => {
  test.each<{ says: string; symbol: string; forMs: number; held: boolean; reopened: boolean }>([
    {
      says: 'a stop entry of a symbol that is closed, for 3 s',
      symbol: 'ETHUSDT',
      forMs: 3_000,
      held: true,
      reopened: false,
    },
    {
      says: 'a stop entry of a symbol that is closed, for good',
      symbol: 'ETHUSDT',
      forMs: ALWAYS,
      held: true,
      reopened: false,
    },
    {
      says: 'a stop entry of a symbol without position, for 3 s',
      symbol: 'XRPUSDT',
      forMs: 3_000,
      held: false,
      reopened: true,
    },
    {
      says: 'a stop entry of a symbol without position, for 8 s',
      symbol: 'BNBUSDT',
      forMs: 8_000,
      held: false,
      reopened: true,
    },
  ])('$says', async ({ symbol, forMs, reopened }) => {
    const day = await dayOf(
      {},
      ({ account }) => {
        account.open('ETHUSDT', '8.125');
        account.arm({ symbol, side: 'BUY', type: 'STOP_MARKET', triggerPrice: '99999', quantity: '5' });
      },
      ({ exchange }) =>
        exchange.faults.add({
          on: { method: 'GET', path: '/fapi/v1/openAlgoOrders' },
          forMs,
          fault: { kind: 'change-rows', hide: true },
        }),
    );
    expect(day.answer.headline).toBe('FLAT');
    if (!reopened) expect(leftIn(day.rig)).toEqual(NOTHING);
    const [again] = await confirmed(day);
    expect(again?.headline).toBe(reopened ? 'REOPENED AFTER FLAT, FLAT AGAIN' : 'FLAT');
  });

  test.each([
    { symbol: 'ETHUSDT', forMs: 2_000 },
    { symbol: 'LTCUSDT', forMs: 4_000 },
  ])(
    'a limit order of $symbol that the list of open orders hides for $forMs ms goes at the latest with the confirming read',
    async ({ symbol, forMs }) => {
      const day = await dayOf(
        {},
        ({ account }) => {
          account.open('ETHUSDT', '8.125');
          account.rest({ symbol, side: 'BUY', type: 'LIMIT', quantity: '3', price: '60' });
        },
        ({ exchange }) =>
          exchange.faults.add({
            on: { path: '/fapi/v1/openOrders' },
            forMs,
            fault: { kind: 'change-rows', hide: true },
          }),
      );
      await confirmed(day);
    },
  );

  test('positions that a read omits once do not count as closed', async () => {
    const day = await dayOf(
      {},
      ({ account }) => {
        account.open('ETHUSDT', '8.125');
        account.open('SOLUSDT', '-70');
      },
      ({ exchange }) => {
        exchange.faults.add({
          on: { method: 'POST', symbol: 'SOLUSDT' },
          times: 2,
          fault: { kind: '503-unavailable' },
        });
        exchange.faults.add({
          on: { path: '/fapi/v3/positionRisk' },
          skip: 1,
          times: 1,
          fault: { kind: 'change-rows', where: { symbol: 'SOLUSDT' }, hide: true },
        });
      },
    );
    expect(day.answer.headline).toBe('FLAT');
    expectSound(day);
  });
});

describe('positions that the newer endpoint hides, and the one before shows', () => {
  const V2 = '/fapi/v2/positionRisk';
  const held = ({ account }: LiquidationRig): void => {
    account.open('ETHUSDT', '8.125');
    account.open('SOLUSDT', '-70');
  };
  const hide = (where: Readonly<Record<string, string>> | undefined, times: number): FaultRule => ({
    on: { path: '/fapi/v3/positionRisk' },
    times,
    fault: { kind: 'change-rows', ...(where === undefined ? {} : { where }), hide: true },
  });

  test.each<{ says: string; rule: FaultRule }>([
    { says: 'all of them, in every answer', rule: hide(undefined, ALWAYS) },
    { says: 'all of them, in the first three answers', rule: hide(undefined, 3) },
    { says: 'one of two', rule: hide({ symbol: 'SOLUSDT' }, ALWAYS) },
  ])('$says: they are closed before FLAT is said, and named', async ({ rule }) => {
    const day = await dayOf({}, held, ({ exchange }) => exchange.faults.add(rule));
    expect(day.answer).toMatchObject({ headline: 'FLAT', errors: [] });
    expect(day.answer.warnings.map(({ code }) => code)).toContain('ROW_UNREADABLE');
    expectSound(day);
  });

  test('an older endpoint that is behind closes nothing a second time', async () => {
    const row = { symbol: 'ETHUSDT', positionSide: 'BOTH', positionAmt: '8.125', markPrice: '3000', updateTime: 1 };
    const day = await dayOf({}, held, ({ exchange }) =>
      exchange.faults.add({ on: { path: V2 }, times: ALWAYS, fault: { kind: 'change-rows', add: [row] } }),
    );
    expect(day.answer).toMatchObject({ headline: 'FLAT', warnings: [] });
    expect(closesOf(day)).toHaveLength(2);
    expectSound(day);
  });

  test.each([
    { says: 'a position that is closed', symbol: 'XRPUSDT', codes: [-2022] },
    { says: 'a symbol that does not exist', symbol: 'GHOSTUSDT', codes: [-1121] },
  ])('an older endpoint that shows $says is not believed against the exchange', async ({ symbol, codes }) => {
    const row = { symbol, positionSide: 'BOTH', positionAmt: '50', markPrice: '0.5', updateTime: 1 };
    const day = await dayOf({}, held, ({ exchange }) =>
      exchange.faults.add({ on: { path: V2 }, times: ALWAYS, fault: { kind: 'change-rows', add: [row] } }),
    );
    expect(day.answer).toMatchObject({ headline: 'FLAT', errors: [], warnings: [] });
    const refused = closesOf(day).filter(({ params }) => params.symbol === symbol);
    expect(refused.map(({ code }) => code)).toEqual(codes);
    const answers = await confirmed(day);
    expect(answers.map(one => one.headline)).toEqual(['FLAT']);
  });

  test.each<{ says: string; fault: Fault }>([
    { says: 'is gone', fault: { kind: 'gone-404' } },
    { says: 'is silent', fault: { kind: 'hang-before' } },
    { says: 'refuses the key', fault: { kind: 'key-refused' } },
    { says: 'fails', fault: { kind: 'http', status: 500, body: '' } },
  ])('an older endpoint that $says costs no time and proves nothing', async ({ fault }) => {
    const good = await dayOf({}, held);
    const day = await dayOf({}, held, ({ exchange }) =>
      exchange.faults.add({ on: { path: V2 }, times: ALWAYS, fault }),
    );
    expect(day.answer).toMatchObject({ headline: 'FLAT', errors: [], warnings: [] });
    expect(day.answeredAfterMs).toBeLessThanOrEqual(good.answeredAfterMs + 10);
    expectSound(day);
  });
});

describe('an order of the wallet that trades on (L7)', () => {
  test.each<{
    says: string;
    hedgeMode: boolean;
    held: string;
    type: 'TWAP' | 'VP';
    symbol: string;
    everyMs: number;
    fault?: FaultRule;
  }>([
    {
      says: 'a TWAP order of the symbol that is closed',
      hedgeMode: false,
      held: '8.125',
      type: 'TWAP',
      symbol: 'ETHUSDT',
      everyMs: 1_000,
    },
    { says: 'a VP order in hedge mode', hedgeMode: true, held: '-8.125', type: 'VP', symbol: 'ETHUSDT', everyMs: 700 },
    {
      says: 'a TWAP order of a symbol without position',
      hedgeMode: false,
      held: '8.125',
      type: 'TWAP',
      symbol: 'SOLUSDT',
      everyMs: 400,
    },
    {
      says: 'a TWAP order whose cancel is refused once',
      hedgeMode: false,
      held: '8.125',
      type: 'TWAP',
      symbol: 'SOLUSDT',
      everyMs: 2_000,
      fault: { on: { method: 'DELETE', host: 'wallet' }, fault: { kind: 'http', status: 500, body: 'oops' } },
    },
    {
      says: 'a TWAP order on a wallet that takes 1.5 s',
      hedgeMode: false,
      held: '8.125',
      type: 'TWAP',
      symbol: 'SOLUSDT',
      everyMs: 3_000,
      fault: { on: { host: 'wallet' }, times: 1, fault: { kind: 'delay', ms: 1_500 } },
    },
  ])(
    '$says is cancelled before the answer FLAT, and nothing is opened again',
    async ({ hedgeMode, held, type, symbol, everyMs, fault }) => {
      const day = await dayOf(
        { hedgeMode },
        ({ account }) => {
          account.open('ETHUSDT', held);
          const side = hedgeMode ? ({ positionSide: 'LONG' } as const) : {};
          account.startTwap({ symbol, side: 'BUY', totalQuantity: '400', childQuantity: '5', everyMs, type, ...side });
        },
        ({ exchange }) => fault && exchange.faults.add(fault),
      );
      expect(day.answer.headline).toBe('FLAT');
      expect(leftIn(day.rig)).toEqual(NOTHING);
      await day.rig.clock.sleep(30_000);
      expect(leftIn(day.rig)).toEqual(NOTHING);
      expect(day.rig.account.violations).toEqual([]);
    },
  );

  test.each<{ says: string; fault: Fault }>([
    { says: 'gone', fault: { kind: 'gone-404' } },
    { says: 'refused', fault: { kind: 'refuse', code: -1102 } },
  ])('a TWAP order whose cancel is $fault.kind each time is named, and nothing is called flat', async ({ fault }) => {
    const day = await dayOf(
      {},
      ({ account }) => {
        account.open('ETHUSDT', '8.125');
        const slices = { totalQuantity: '400', childQuantity: '5', everyMs: 60_000, type: 'TWAP' } as const;
        account.startTwap({ symbol: 'ETHUSDT', side: 'BUY', ...slices });
      },
      ({ exchange }) =>
        exchange.faults.add({ on: { method: 'DELETE', path: '/sapi/v1/algo/futures/order' }, times: ALWAYS, fault }),
    );
    expect(day.answer.state).not.toBe('completed');
    expect(day.answer.errors.some(({ message }) => /^the TWAP or VP order \d+ is not cancelled: /.test(message))).toBe(
      true,
    );
  });

  test.each<{ says: string; fault: Fault }>([
    { says: 'refuses the key', fault: { kind: 'key-refused' } },
    { says: 'is silent', fault: { kind: 'hang-before' } },
    { says: 'blocks the location', fault: { kind: 'geo-451' } },
    { says: 'has no such path', fault: { kind: 'gone-404' } },
  ])('a wallet that $says stops nothing: FLAT, and a warning that TWAP orders were not read', async ({ fault }) => {
    const good = await dayOf({}, ({ account }) => account.open('ETHUSDT', '8.125'));
    const bad = await dayOf(
      {},
      ({ account }) => account.open('ETHUSDT', '8.125'),
      ({ exchange }) => exchange.faults.add({ on: { host: 'wallet' }, times: ALWAYS, fault }),
    );
    expect(bad.answer.headline).toBe('FLAT');
    expect(codesOf(bad)).toEqual(['STRATEGIES_NOT_READ']);
    expect(bad.answeredAfterMs).toBeLessThanOrEqual(good.answeredAfterMs + 50);
    expectSound(bad);
  });
});
