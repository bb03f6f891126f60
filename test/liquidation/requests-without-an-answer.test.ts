/**
 * A request that may be sent twice and gets no answer is sent again within the attempt: one lost packet does not leave
 * orders in the book until the next one. What was carried out unheard is seen by the next list.
 */

import { describe, expect, test } from 'vitest';
import type { Transport } from '../../lambda/adapters/binance/http-transport.ts';
import type { Fault } from '../../simulator/engine/rules/fault.ts';
import { ALWAYS } from '../../simulator/engine/rules/fault-script.ts';
import { transportError } from '../adapters/binance/in-memory-wire.ts';
import { type Day, dayOf, expectSound, flatAfterMs, leftIn, NOTHING, requestsOf } from '../support/bad-day.ts';
import type { LiquidationRig, RigOptions } from '../support/liquidation-rig.ts';

/** A long with an entry and a stop entry beside its protective stop. */
function longWithOrders({ account }: LiquidationRig): void {
  account.open('BTCUSDT', '0.500');
  account.rest({ symbol: 'BTCUSDT', side: 'BUY', type: 'LIMIT', quantity: '0.010', price: '50000' });
  account.arm({ symbol: 'BTCUSDT', side: 'SELL', type: 'STOP_MARKET', triggerPrice: '50000', closePosition: true });
  account.arm({ symbol: 'BTCUSDT', side: 'BUY', type: 'STOP_MARKET', triggerPrice: '75000', quantity: '0.100' });
}

const dayWith = (
  [method, path]: readonly [string, string],
  fault: Fault,
  times: number,
  options: RigOptions = {},
): Promise<Day> =>
  dayOf(options, longWithOrders, rig => {
    rig.exchange.faults.add({ on: { method, path }, times, fault });
  });

const CANCELS = [
  ['all orders of a symbol', ['DELETE', '/fapi/v1/allOpenOrders']],
  ['all conditional orders of a symbol', ['DELETE', '/fapi/v1/algoOpenOrders']],
  ['one conditional order', ['DELETE', '/fapi/v1/algoOrder']],
] as const;

describe.each(CANCELS)('a cancel of %s', (_name, endpoint) => {
  test('that is lost once is sent again, and the caller gets FLAT within two seconds', async () => {
    const day = await dayWith(endpoint, { kind: 'hang-before' }, 1);
    expectSound(day);
    expect(day.answer).toMatchObject({ headline: 'FLAT', errors: [] });
    expect(day.answeredAfterMs).toBeLessThan(2_000);
  });

  test('that is executed without an answer leaves the account flat within the attempt', async () => {
    const day = await dayWith(endpoint, { kind: 'hang-after' }, ALWAYS);
    expectSound(day);
    expect(day.answer).toMatchObject({ headline: 'FLAT', errors: [], orders_cancelled: 3 });
  });

  test('that is never executed is sent no more often than max_retries allows', async () => {
    const day = await dayWith(endpoint, { kind: 'hang-before' }, ALWAYS);
    expect(requestsOf(day, endpoint[0], endpoint[1]).length).toBeLessThanOrEqual(4);
  });
});

test.each([
  ['all orders', ['DELETE', '/fapi/v1/allOpenOrders']],
  ['all conditional orders', ['DELETE', '/fapi/v1/algoOpenOrders']],
] as const)(
  'a cancel of %s that the exchange accepts without carrying it out is sent again in the same attempt',
  async (_name, endpoint) => {
    const accepted: Fault = { kind: 'http', status: 200, body: '{"code":200,"msg":"done"}' };
    const day = await dayWith(endpoint, accepted, 1);
    expectSound(day);
    expect(day.answer).toMatchObject({ headline: 'FLAT', errors: [] });
  },
);

/** A gateway that loses orders and cancels on every connection that a request was sent on before (A1). */
const losesOnUsed =
  (answer: () => Promise<never>, methods: readonly string[]) =>
  (wire: Transport): Transport =>
  request =>
    request.afresh || !methods.includes(request.method)
      ? wire(request)
      : {
          answer: answer(),
          abandon: () => undefined,
          wasSent: () => true,
          wasAnswered: () => false,
          idleMsBefore: () => 20,
        };

const silence = (): Promise<never> => new Promise(() => undefined);
const reset = (): Promise<never> => Promise.reject(transportError('ECONNRESET', 'read ECONNRESET', undefined));

test.each([
  { says: 'orders silently', answer: silence, methods: ['POST'], hedgeMode: false, withinMs: 2_500 },
  { says: 'orders with a reset', answer: reset, methods: ['POST'], hedgeMode: false, withinMs: 500 },
  {
    says: 'orders and cancels silently',
    answer: silence,
    methods: ['POST', 'DELETE'],
    hedgeMode: true,
    withinMs: 4_000,
  },
  {
    says: 'orders and cancels with a reset',
    answer: reset,
    methods: ['POST', 'DELETE'],
    hedgeMode: true,
    withinMs: 2_000,
  },
])('where each used connection loses $says, the next one goes out on a new connection', async want => {
  const { answer, methods, hedgeMode, withinMs } = want;
  const day = await dayOf({ hedgeMode, network: losesOnUsed(answer, methods) }, rig => {
    longWithOrders(rig);
    rig.account.open('ETHUSDT', '-20');
    rig.account.rest({
      symbol: 'ETHUSDT',
      side: 'BUY',
      type: 'LIMIT',
      quantity: '20',
      price: '2000',
      reduceOnly: !hedgeMode,
    });
  });
  expect(day.answer.headline).toBe('FLAT');
  expect(flatAfterMs(day)).toBeLessThan(withinMs);
  expectSound(day);
});

test('a query by ID that is lost once does not hold up the proof until the deadline', async () => {
  const day = await dayWith(['GET', '/fapi/v1/order'], { kind: 'hang-before' }, 1);
  expectSound(day);
  expect(requestsOf(day, 'GET', '/fapi/v1/order').length).toBeGreaterThan(1);
  expect(day.answer.headline).toBe('FLAT');
  expect(day.answeredAfterMs).toBeLessThan(2_000);
});

describe('a cancel of a TWAP order', () => {
  const cancel = ['DELETE', '/sapi/v1/algo/futures/order'] as const;
  const twapDay = (fault: Fault, times: number, symbols: readonly string[] = ['BTCUSDT']): Promise<Day> =>
    dayOf(
      {},
      ({ account }) => {
        for (const symbol of symbols)
          account.startTwap({ symbol, side: 'BUY', totalQuantity: '1', childQuantity: '0.1', everyMs: 60_000 });
      },
      rig => {
        rig.exchange.faults.add({ on: { method: cancel[0], path: cancel[1] }, times, fault });
      },
    );

  test.each<[string, Fault, number]>([
    ['lost once', { kind: 'hang-before' }, 1],
    ['lost twice', { kind: 'hang-before' }, 2],
    ['refused once', { kind: 'http', status: 400, code: -1000 }, 1],
    ['cut off once', { kind: 'reset-after' }, 1],
    ['carried out and never heard of', { kind: 'hang-after' }, ALWAYS],
  ])('that is %s leaves none working, and the caller gets FLAT', async (_what, fault, times) => {
    const day = await twapDay(fault, times);
    expect(day.answer).toMatchObject({ headline: 'FLAT', errors: [] });
    expect(leftIn(day.rig)).toEqual(NOTHING);
    expect(requestsOf(day, ...cancel).map(({ executed }) => executed)).toContain(true);
  });

  test('of which one of two is lost leaves none of both working', async () => {
    const day = await twapDay({ kind: 'hang-before' }, 1, ['BTCUSDT', 'ETHUSDT']);
    expect(day.answer).toMatchObject({ headline: 'FLAT', errors: [] });
    expect(leftIn(day.rig)).toEqual(NOTHING);
  });

  test('that is never executed is sent no more often than max_retries allows', async () => {
    const day = await twapDay({ kind: 'hang-before' }, ALWAYS);
    expect(day.answer.headline).toMatch(/^NOT FLAT/);
    expect(requestsOf(day, ...cancel).length).toBeLessThanOrEqual(4);
  });
});

describe('while our clock is wrong', () => {
  const wrong = { clockSkewMs: 8_000 };
  const time = ['GET', '/fapi/v1/time'] as const;

  test.each<[string, Fault]>([
    ['is refused', { kind: 'http', status: 400, code: -1000 }],
    ['is not answered', { kind: 'hang-before' }],
    ['cannot be reached', { kind: 'reset-before' }],
  ])('a server time that %s once is asked for again', async (_what, fault) => {
    const day = await dayWith(time, fault, 1, wrong);
    expectSound(day);
    expect(day.answer).toMatchObject({ headline: 'FLAT', errors: [] });
    expect(day.answeredAfterMs).toBeLessThan(2_500);
  });

  test('a server time that is never answered is not asked for in a hot loop', async () => {
    const day = await dayWith(time, { kind: 'http', status: 400, code: -1000 }, ALWAYS, wrong);
    expect(day.answer.errors[0]).toMatchObject({ code: 'CLOCK_REFUSED' });
    expect(requestsOf(day, ...time).length).toBeLessThanOrEqual(8);
  });
});
