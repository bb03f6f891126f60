/**
 * Refusals of sizes and digits that are wrong, or about something else: what was learnt of them steers the next orders,
 * and ends where the exchange contradicts it. Once the refusals end, the account becomes flat.
 */

import { describe, expect, test } from 'vitest';
import { ALWAYS } from '../../simulator/engine/rules/fault-script.ts';
import type { FaultRule } from '../../simulator/exchange.ts';
import { closesOf, codesOf, dayOf, expectSound, liquidated, playInvocations } from '../support/bad-day.ts';
import { liquidationRig } from '../support/liquidation-rig.ts';

describe('wrong refusals, while they last and after they end', () => {
  const refusals = (code: number, times: number, skip = 0): FaultRule => ({
    on: { method: 'POST', path: '/fapi/v1/order' },
    ...{ skip, times },
    fault: { kind: 'refuse', code },
  });

  /** Hedged closes must be worth the smallest notional as other orders must. */
  const NO_EXEMPTION = { unconfirmed: { hedgeClosesExemptFromMinNotional: false } } as const;

  /** The first example is one that the properties of test/app found. */
  test.each<{ symbol: string; amount: string; hedgeMode: boolean; sent: readonly string[] }>([
    { symbol: 'SOLUSDT', amount: '775.01', hedgeMode: true, sent: ['775.01', '773.6', '1.3', '0.11'] },
    { symbol: 'ETHUSDT', amount: '-3.217', hedgeMode: true, sent: ['3.217', '3.15', '0.05', '0.017'] },
    { symbol: 'SOLUSDT', amount: '775.01', hedgeMode: false, sent: ['775.01', '775', '0.01'] },
    { symbol: 'BTCUSDT', amount: '-0.001', hedgeMode: false, sent: ['0.001', '0.001'] },
    // Too small for two orders: the same again, once the rules say that its digits are right.
    { symbol: 'SOLUSDT', amount: '0.11', hedgeMode: true, sent: ['0.11', '0.11'] },
  ])(
    'digits of $amount $symbol are refused once (hedge: $hedgeMode): no rest is left',
    async ({ symbol, amount, hedgeMode, sent }) => {
      const day = await dayOf(
        { hedgeMode, ...NO_EXEMPTION },
        ({ account, exchange }) => {
          account.open(symbol, amount);
          exchange.faults.add(refusals(-1111, 1));
        },
        undefined,
        { liquidation: { maxRetries: 0, timeoutMs: 1_000, retryDelayMs: 100 } },
      );
      expect(closesOf(day, symbol).map(({ params }) => params.quantity)).toEqual(sent);
      expect(day.answer).toMatchObject({ headline: 'FLAT', errors: [] });
      expectSound(day);
    },
  );

  test.each<{ code: number; symbol: string; amount: string; hedgeMode: boolean }>([
    { code: -1111, symbol: 'SOLUSDT', amount: '0.41', hedgeMode: true },
    { code: -1111, symbol: 'BTCUSDT', amount: '-0.277', hedgeMode: false },
    { code: -4023, symbol: 'ETHUSDT', amount: '0.762', hedgeMode: false },
    { code: -4005, symbol: 'SOLUSDT', amount: '466.38', hedgeMode: true },
    { code: -4005, symbol: 'ADAUSDT', amount: '-323', hedgeMode: true },
    { code: -4005, symbol: 'BTCUSDT', amount: '43.229', hedgeMode: false },
  ])(
    '$code to every order of the first attempt is tested again by the next: $amount $symbol is closed at once',
    async ({ code, symbol, amount, hedgeMode }) => {
      const rig = liquidationRig({ hedgeMode, ...NO_EXEMPTION });
      rig.account.open(symbol, amount);
      rig.exchange.faults.add(refusals(code, ALWAYS));
      const day = await liquidated(rig, {}, { liquidation: { maxRetries: 1, timeoutMs: 2_000 } });
      expect(day.answer.headline).toMatch(/^NOT FLAT, RETRYING/);
      expect(codesOf(day, symbol)).not.toContain('DUST');
      const before = closesOf(day, symbol).length;
      rig.exchange.faults.clear();
      const [next] = await playInvocations(rig);
      expect(next?.headline).toBe('FLAT');
      expect(closesOf(day, symbol).length).toBe(before + 1);
      expectSound(day);
    },
  );

  test('a part that is refused as too small, after the whole was as too large, is not reported as dust', async () => {
    const day = await dayOf({ hedgeMode: true, ...NO_EXEMPTION }, ({ account, exchange }) => {
      account.open('SOLUSDT', '0.06');
      exchange.faults.add(refusals(-4005, 1));
    });
    expect(closesOf(day).map(({ params, code }) => [params.quantity, code])).toEqual([
      ['0.06', -4005],
      ['0.03', -4164],
      ['0.06', undefined],
    ]);
    expect(day.answer).toMatchObject({ headline: 'FLAT', errors: [] });
    expectSound(day);
  });
});
