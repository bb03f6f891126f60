/**
 * After every FLAT the account is read once more: lists may lag, and the bot may not be dead. What reappeared is closed
 * under the same correlation ID, and said. (REOPENED AFTER FLAT.)
 */

import { describe, expect, test } from 'vitest';
import { confirmed, type Day, leftIn, liquidated, NOTHING, playInvocations } from '../support/bad-day.ts';
import { liquidationRig } from '../support/liquidation-rig.ts';

describe('the read after FLAT', () => {
  const flat = async (changes = {}): Promise<Day> => {
    const rig = liquidationRig();
    rig.account.open('ETHUSDT', '8.125');
    const day = await liquidated(rig, {}, changes);
    expect(day.answer.headline).toBe('FLAT');
    return day;
  };

  test('finds nothing: it answers FLAT, reads nothing else, and is the last', async () => {
    const day = await flat();
    const [again, ...more] = await confirmed(day);
    expect(again).toMatchObject({ headline: 'FLAT', errors: [], positions_closed: 1, attempt: 2 });
    expect(more).toEqual([]);
  });

  test('that finds nothing leaves the time to flat, in the answer and in the metric, as it was', async () => {
    const day = await flat();
    const [again] = await confirmed(day);
    expect(day.answer.flat_after_seconds).toBeLessThan(1);
    expect(again?.flat_after_seconds).toBe(day.answer.flat_after_seconds);
    expect(day.rig.metrics.filter(({ name }) => name === 'TimeToFlatMs')).toHaveLength(1);
  });

  test('that finds something counts the time to flat from the first call on', async () => {
    const day = await flat();
    void day.rig.clock.sleep(4_000).then(() => day.rig.account.open('SOLUSDT', '-70'));
    const [again] = await confirmed(day);
    expect(again?.flat_after_seconds).toBeGreaterThan(10);
    expect(again?.flat_after_seconds).toBeLessThan(12);
  });

  test('of named symbols does not take back that they were seen', async () => {
    const rig = liquidationRig();
    rig.account.open('ETHUSDT', '8.125');
    const day = await liquidated(rig, { symbols: ['ETHUSDT', 'SOLUSDC'] });
    expect(day.answer.headline).toBe('FLAT (ONLY ETHUSDT)');
    const [again] = await confirmed(day);
    expect(again?.headline).toBe('FLAT (ONLY ETHUSDT)');
    expect(again?.warnings.map(({ code, symbol }) => [code, symbol])).toEqual([['SYMBOL_NOT_SEEN', 'SOLUSDC']]);
  });

  test.each([
    { atMs: 500, symbol: 'ETHUSDT', amount: '2.5' },
    { atMs: 4_000, symbol: 'SOLUSDT', amount: '-70' },
    { atMs: 9_000, symbol: 'BTCUSDT', amount: '130.5' },
  ])(
    'closes $amount $symbol that was opened $atMs ms after it, under the same ID, and says REOPENED AFTER FLAT',
    async ({ atMs, symbol, amount }) => {
      const day = await flat();
      void day.rig.clock.sleep(atMs).then(() => day.rig.account.open(symbol, amount));
      const [again] = await confirmed(day);
      expect(again?.headline).toBe('REOPENED AFTER FLAT, FLAT AGAIN');
      expect(again?.positions_closed).toBe(2);
    },
  );

  test('continues if a reopened position cannot be closed at once', async () => {
    const day = await flat();
    const { rig } = day;
    rig.account.open('SOLUSDT', '70');
    rig.exchange.faults.add({ on: { method: 'POST' }, forMs: 60_000, fault: { kind: '503-unavailable' } });
    const [again, ...more] = await confirmed(day);
    expect(again?.headline).toMatch(/^REOPENED AFTER FLAT: NOT FLAT, RETRYING UNTIL/);
    expect(more.at(-1)?.headline).toMatch(/FLAT/);
  });

  test.each([
    { says: 'confirm_seconds is 0', event: {}, changes: { liquidation: { confirmMs: 0 } } },
    { says: 'a lock-out check, which comes again by itself', event: { trigger: 'sentinel' }, changes: {} },
    { says: 'a dry run', event: { dry_run: true }, changes: {} },
  ])('does not follow $says', async ({ event, changes }) => {
    const rig = liquidationRig();
    rig.account.open('ETHUSDT', '8.125');
    await liquidated(rig, event, changes);
    expect(rig.invoked).toEqual([]);
  });

  test.each([20_000, 90_000, 300_000])('comes after confirm_seconds = %i ms', async confirmMs => {
    const day = await flat({ liquidation: { confirmMs } });
    const startedAtMs = day.rig.clock.nowMs();
    day.rig.account.open('SOLUSDT', '70');
    const answers = await playInvocations(day.rig, { liquidation: { confirmMs } });
    expect(answers.at(-1)?.headline).toBe('REOPENED AFTER FLAT, FLAT AGAIN');
    expect(day.rig.clock.nowMs() - startedAtMs).toBeGreaterThanOrEqual(confirmMs);
    expect(leftIn(day.rig)).toEqual(NOTHING);
  });
});
