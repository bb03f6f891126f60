/**
 * Refusals that claim to speak of the key, of an endpoint or of the exchange as a whole. A claim is believed when it is
 * confirmed; until then everything that can still be done is done. (Inputs A3, A4, A20, A21.)
 */

import { describe, expect, test } from 'vitest';
import type { Fault } from '../../simulator/engine/rules/fault.ts';
import { ALWAYS } from '../../simulator/engine/rules/fault-script.ts';
import { codesOf, dayOf, expectSound, flatAfterMs, liquidated } from '../support/bad-day.ts';
import { KEY, type LiquidationRig, liquidationRig, type RigOptions } from '../support/liquidation-rig.ts';

/** Orders, stops and entries beside six positions: a run of more than twenty calls. */
const busyAccount = ({ account }: LiquidationRig): void => {
  account.open('BTCUSDT', '1.204');
  account.open('ETHUSDT', '-12.5');
  account.open('SOLUSDT', '830.25');
  account.open('ADAUSDT', '-52000');
  account.open('XRPUSDT', '9100.5');
  account.open('BNBUSDT', '14.77');
  account.rest({ symbol: 'BTCUSDT', side: 'BUY', type: 'LIMIT', quantity: '0.5', price: '64000' });
  account.rest({ symbol: 'ETHUSDT', side: 'BUY', type: 'LIMIT', quantity: '12.5', price: '3000', reduceOnly: true });
  account.rest({ symbol: 'LTCUSDT', side: 'BUY', type: 'LIMIT', quantity: '3', price: '70' });
  account.arm({ symbol: 'BTCUSDT', side: 'SELL', type: 'STOP_MARKET', triggerPrice: '60000', closePosition: true });
  account.arm({ symbol: 'SOLUSDT', side: 'BUY', type: 'STOP_MARKET', triggerPrice: '170', quantity: '100' });
};

describe('one call is refused as if the key were bad, and all others pass (A3)', () => {
  test.each<{ says: string; fault: Fault }>([
    { says: '-2015', fault: { kind: 'key-refused' } },
    { says: '-2014', fault: { kind: 'key-refused', status: 401, code: -2014 } },
    { says: '-1022', fault: { kind: 'key-refused', status: 400, code: -1022 } },
    { says: '401 with a code that nobody knows', fault: { kind: 'http', status: 401, code: -4321, msg: 'No.' } },
    { says: '403 of the firewall', fault: { kind: 'html-403' } },
    { says: '451', fault: { kind: 'geo-451' } },
  ])('$says once, wherever it comes, costs one repeat', async ({ fault }) => {
    const good = await dayOf({}, busyAccount);
    const calls = requestsOfAll(good.rig).length;
    expect(calls).toBeGreaterThanOrEqual(22);
    for (let skip = 0; skip < calls; skip += 1) {
      const bad = await dayOf({}, busyAccount, ({ exchange }) => exchange.faults.add({ on: {}, skip, fault }));
      expect(bad.answer.headline, `call ${skip + 1}`).toBe('FLAT');
      // A round trip to learn of it, one to repeat it, and the pause of a firewall's no.
      expect(flatAfterMs(bad), `call ${skip + 1}`).toBeLessThanOrEqual((flatAfterMs(good) ?? 0) + 600);
      expect(requestsOfAll(bad.rig).length, `call ${skip + 1}`).toBeLessThanOrEqual(calls + 10);
      expectSound(bad);
    }
  });
});

const requestsOfAll = (rig: LiquidationRig) => rig.exchange.journal;

describe('a list whose endpoint is refused (A4)', () => {
  const CONDITIONALS = { method: 'GET', path: '/fapi/v1/openAlgoOrders' } as const;
  const ORDERS = { method: 'GET', path: '/fapi/v1/openOrders' } as const;

  test.each<{ says: string; on: typeof CONDITIONALS | typeof ORDERS; fault: Fault }>([
    { says: 'conditional orders: 401/-2015', on: CONDITIONALS, fault: { kind: 'key-refused' } },
    { says: 'conditional orders: 404', on: CONDITIONALS, fault: { kind: 'gone-404' } },
    { says: 'conditional orders: 403 of the firewall', on: CONDITIONALS, fault: { kind: 'html-403' } },
    {
      says: 'conditional orders: 403 in JSON',
      on: CONDITIONALS,
      fault: { kind: 'http', status: 403, code: -1, msg: 'Forbidden' },
    },
    {
      says: 'conditional orders: 410',
      on: CONDITIONALS,
      fault: { kind: 'http', status: 410, code: -1016, msg: 'Gone' },
    },
    { says: 'conditional orders: an answer that is none', on: CONDITIONALS, fault: { kind: 'truncated-json' } },
    { says: 'conditional orders: 451', on: CONDITIONALS, fault: { kind: 'geo-451' } },
    { says: 'conditional orders: silence', on: CONDITIONALS, fault: { kind: 'hang-after' } },
    { says: 'open orders: 404', on: ORDERS, fault: { kind: 'gone-404' } },
    { says: 'open orders: 401/-2015', on: ORDERS, fault: { kind: 'key-refused' } },
    { says: 'open orders: 451', on: ORDERS, fault: { kind: 'geo-451' } },
    { says: 'open orders: 500', on: ORDERS, fault: { kind: 'http', status: 500, body: 'oops' } },
  ])('$says: positions are closed, and entries are cancelled without a list', async ({ on, fault }) => {
    const good = await dayOf({}, busyAccount);
    const bad = await dayOf({}, busyAccount, ({ exchange }) => exchange.faults.add({ on, times: ALWAYS, fault }));
    const truth = bad.rig.account.truth();
    expect(truth.positions).toEqual([]);
    expect(flatAfterMs(bad)).toBeLessThanOrEqual((flatAfterMs(good) ?? 0) + 600);
    // What no list shows of a symbol that nothing else names, nobody can know.
    expect(truth.orders.filter(({ symbol }) => on === CONDITIONALS || symbol !== 'LTCUSDT')).toEqual([]);
    expect(truth.conditionals).toEqual([]);
    expect(bad.answer.state).toBe('partial');
    expect(bad.answer.remaining.verified).toBe(false);
    expect(bad.answer.positions_closed).toBe(6);
    expectSound(bad);
  });

  test.each<{ says: string; fault: Fault }>([
    { says: '404', fault: { kind: 'gone-404' } },
    { says: '410', fault: { kind: 'http', status: 410, body: '<html><title>Gone</title></html>' } },
    { says: '-1016', fault: { kind: 'refuse', code: -1016 } },
    { says: '500 without a text', fault: { kind: 'http', status: 500, body: '' } },
    { says: '503, a page of the gateway', fault: { kind: 'html-503' } },
    { says: '403 of the firewall', fault: { kind: 'html-403' } },
    { says: 'sent elsewhere (301)', fault: { kind: 'http', status: 301, body: '' } },
    { says: 'an object in place of a list', fault: { kind: 'http', status: 200, body: '{}' } },
    { says: 'null', fault: { kind: 'http', status: 200, body: 'null' } },
    { says: '400 with a code that nobody knows', fault: { kind: 'refuse', code: -9100 } },
    { says: '451', fault: { kind: 'geo-451' } },
    { says: 'silent', fault: { kind: 'hang-before' } },
  ])('positions are read by the version before where the newer one is $says', async ({ fault }) => {
    const bad = await dayOf({}, busyAccount, ({ exchange }) =>
      exchange.faults.add({ on: { method: 'GET', path: '/fapi/v3/positionRisk' }, times: ALWAYS, fault }),
    );
    expect(bad.answer.headline).toBe('FLAT');
    expect(flatAfterMs(bad)).toBeLessThan(2_500);
    expectSound(bad);
  });

  test('positions are read once the newer version answers again, although the one before is not there', async () => {
    const day = await dayOf({}, busyAccount, ({ exchange }) => {
      exchange.faults.add({ on: { path: '/fapi/v2/positionRisk' }, times: ALWAYS, fault: { kind: 'gone-404' } });
      const on = { method: 'GET', path: '/fapi/v3/positionRisk' };
      exchange.faults.add({ on, times: 4, fault: { kind: 'html-503' } });
    });
    expect(day.answer.headline).toBe('FLAT');
    expectSound(day);
  });

  test.each([
    { says: 'one conditional order', path: '/fapi/v1/algoOrder' },
    { says: 'all conditional orders of a symbol', path: '/fapi/v1/algoOpenOrders' },
  ])('where the endpoint is gone that cancels $says, the other one serves', async ({ path }) => {
    const day = await dayOf(
      {},
      ({ account }) => {
        account.open('ETHUSDT', '8.125');
        const stop = { symbol: 'ETHUSDT', type: 'STOP_MARKET' } as const;
        account.arm({ ...stop, side: 'SELL', triggerPrice: '1000', closePosition: true });
        account.arm({ ...stop, side: 'BUY', triggerPrice: '9000', quantity: '5' });
      },
      ({ exchange }) =>
        exchange.faults.add({ on: { method: 'DELETE', path }, times: ALWAYS, fault: { kind: 'gone-404' } }),
    );
    expect(day.answer.headline).toBe('FLAT');
    expectSound(day);
  });

  test('orders are cancelled although no version of the positions can be read', async () => {
    const bad = await dayOf({}, busyAccount, ({ exchange }) => {
      for (const version of ['v3', 'v2']) {
        exchange.faults.add({
          on: { path: `/fapi/${version}/positionRisk` },
          times: ALWAYS,
          fault: { kind: 'gone-404' },
        });
      }
    });
    const truth = bad.rig.account.truth();
    expect(truth.orders).toEqual([]);
    // The entry goes, the stop stays: its position may still be there.
    expect(truth.conditionals).toMatchObject([{ symbol: 'BTCUSDT', type: 'STOP_MARKET' }]);
    expect(bad.answer.remaining.verified).toBe(false);
    expect(codesOf(bad)).toContain('PATH_REFUSED');
    expectSound(bad);
  });
});

describe('a key that was rotated (A20)', () => {
  const NEXT = { ...KEY, apiKey: 'n'.repeat(64), apiSecret: 's'.repeat(64) };
  /** The container still has the old key; the secret holds the new one. */
  const withCachedKey = (rig: LiquidationRig) => ({
    ...rig.world,
    secrets: {
      load: async (name: string, { fresh }: { readonly fresh: boolean }) => {
        await rig.world.secrets.load(name, { fresh, timeoutMs: 1_000 });
        return fresh ? NEXT : KEY;
      },
    },
  });

  test.each<{ says: string; status: number; code: number; afterMs: number }>([
    { says: '400/-2008', status: 400, code: -2008, afterMs: 0 },
    { says: '401/-2008', status: 401, code: -2008, afterMs: 0 },
    { says: '401/-2015', status: 401, code: -2015, afterMs: 0 },
    { says: '401/-7777, which nobody knows', status: 401, code: -7777, afterMs: 0 },
    { says: '400/-2008 between read and close', status: 400, code: -2008, afterMs: 25 },
    { says: '401/-7777 between close and proof', status: 401, code: -7777, afterMs: 70 },
  ])(
    '$says of the old one: the secret is read again, and the run continues with the new one',
    async ({ status, code, afterMs }) => {
      const options: RigOptions = { unconfirmed: { unknownKey: { status, code } } };
      const good = await dayOf(options, busyAccount);
      const rig = liquidationRig(options);
      busyAccount(rig);
      if (afterMs === 0) rig.account.rotateKey(NEXT);
      else void rig.clock.sleep(afterMs).then(() => rig.account.rotateKey(NEXT));
      const bad = await liquidated(rig, {}, { world: withCachedKey(rig) });
      expect(bad.answer.headline).toBe('FLAT');
      expect(flatAfterMs(bad)).toBeLessThanOrEqual((flatAfterMs(good) ?? 0) + 100);
      expect(rig.secretReads.filter(({ fresh }) => fresh)).toHaveLength(1);
      // The wallet's host is asked with the new key as well.
      expect(codesOf(bad)).not.toContain('STRATEGIES_NOT_READ');
      expectSound(bad);
    },
  );

  test.each([
    { says: 'between read and close', afterMs: 25 },
    { says: 'between close and proof', afterMs: 130 },
    { says: 'twice more', afterMs: 25, nextMs: 60 },
  ])('it is rotated again $says: the run continues with the newest key', async ({ afterMs, nextMs }) => {
    const rig = liquidationRig();
    busyAccount(rig);
    let held = KEY;
    const rotate = (): void => {
      held = { ...KEY, apiKey: `${held.apiKey.slice(1)}n`, apiSecret: held.apiSecret };
      rig.account.rotateKey(held);
    };
    const load = async (_name: string, { fresh }: { readonly fresh: boolean }) => (fresh ? held : KEY);
    rotate();
    for (const ms of [afterMs, nextMs ?? []].flat()) void rig.clock.sleep(ms).then(rotate);
    const bad = await liquidated(rig, {}, { world: { ...rig.world, secrets: { load } } });
    expect(bad.answer.headline).toBe('FLAT');
    expect(flatAfterMs(bad)).toBeLessThan(500);
    expectSound(bad);
  });

  test.each([
    { status: 400, code: -2008 },
    { status: 401, code: -2008 },
    { status: 401, code: -7777 },
    { status: 401, code: -2015 },
  ])('a key that stays refused with $status/$code ends the run within a second, and is named', async refusal => {
    const bad = await dayOf({}, busyAccount, ({ account }) => account.refuseKey(refusal));
    expect(bad.answer).toMatchObject({ state: 'failed', remaining: { verified: false, seen_at: null } });
    expect(codesOf(bad)).toContain('KEY_REFUSED');
    expect(bad.answeredAfterMs).toBeLessThan(1_000);
    expect(bad.rig.secretReads.filter(({ fresh }) => fresh).length).toBeGreaterThanOrEqual(1);
  });
});

describe('the exchange is busy (A21)', () => {
  test.each<{ says: string; fault: Fault; on: { readonly method?: string; readonly path?: string } }>([
    { says: 'orders: 400/-1004', fault: { kind: 'busy-1004' }, on: { path: '/fapi/v1/order' } },
    { says: 'orders: 503/-1004', fault: { kind: 'busy-1004', status: 503 }, on: { path: '/fapi/v1/order' } },
    { says: 'positions: 400/-1004', fault: { kind: 'busy-1004' }, on: { path: '/fapi/v3/positionRisk' } },
    { says: 'cancels: 400/-1004', fault: { kind: 'busy-1004' }, on: { method: 'DELETE' } },
    { says: 'everything: 400/-1004', fault: { kind: 'busy-1004' }, on: {} },
    { says: 'everything: 503/-1008', fault: { kind: '503-throttled', forced: true }, on: {} },
    { says: 'everything: 503 "Service Unavailable."', fault: { kind: '503-unavailable' }, on: {} },
  ])('$says for 3 s: the request is repeated until it succeeds, and the key is kept', async ({ fault, on }) => {
    const addFaults = ({ exchange }: LiquidationRig): void => exchange.faults.add({ on, forMs: 3_000, fault });
    const bad = await dayOf({}, busyAccount, addFaults, { liquidation: { timeoutMs: 10_000 } });
    expect(bad.answer.headline).toBe('FLAT');
    expect(bad.rig.secretReads.filter(({ fresh }) => fresh)).toEqual([]);
    expect(flatAfterMs(bad)).toBeLessThan(3_000 + 1_300);
    expectSound(bad);
  });
});
