/**
 * The liquidator is killed at every call of the world that a run over both markets makes. Whoever comes next finishes:
 * flat in both, nothing closed twice, what the dead attempt had learnt or counted is reported once.
 */

import { expect, test } from 'vitest';
import { sampled } from '../faults/extent.ts';
import { type KillPoint, killable } from '../faults/killable-ports.ts';
import type { RunChanges } from '../support/liquidation-rig.ts';
import { type WatchedAccount, watchedAccount } from '../support/watched-account.ts';

const EVENT = { correlation_id: 'liq_20240229_120007_abc123' };

function stage(account: 'futures' | 'portfolio_margin'): WatchedAccount {
  const rig = watchedAccount({ portfolioMargin: account === 'portfolio_margin' });
  rig.account.open('BTCUSDT', '0.5');
  rig.account.open('BTCUSD_PERP', '250');
  rig.account.open('BTCUSD_261225', '-1800');
  const stop = { side: 'SELL', type: 'STOP_MARKET', triggerPrice: '50000' } as const;
  rig.account.arm({ ...stop, symbol: 'BTCUSDT', closePosition: true });
  rig.account.arm({ ...stop, symbol: 'BTCUSD_PERP', closePosition: true });
  rig.account.rest({ symbol: 'ETHUSD_PERP', side: 'BUY', type: 'LIMIT', quantity: '40', price: '2900' });
  rig.account.watch();
  return rig;
}

test.each(['futures', 'portfolio_margin'] as const)('killed at every call (%s)', { timeout: 240_000 }, async kind => {
  const changes: RunChanges = { exchange: { account: kind, markets: ['usdm', 'coinm'] } };
  const whole = stage(kind);
  const life = killable(whole.world);
  const { headline } = await whole.run(EVENT, { ...changes, world: life.world });
  expect(headline).toMatch(/^FLAT \(/);
  const deaths = life.calls.flatMap((_name, index): KillPoint[] => [
    { atCall: index + 1, when: 'before its effect' },
    { atCall: index + 1, when: 'before its answer' },
  ]);
  expect(deaths.length).toBeGreaterThan(60);
  for (const death of sampled(deaths, 7)) {
    const rig = stage(kind);
    const { world, died } = killable(rig.world, death);
    const ended = rig.run(EVENT, { ...changes, world }).then(() => 'answered');
    expect(await Promise.race([ended, died.then(() => 'died')])).toBe('died');
    await rig.clock.sleep(1_000);
    await rig.untilFinished(changes, 4);
    const again = await rig.run(EVENT, changes);
    expect([death, again.headline]).toEqual([death, expect.stringMatching(/^FLAT \(/)]);
    expect(rig.account.truth()).toMatchObject({ positions: [], orders: [], conditionals: [] });
    expect(rig.account.violations).toEqual([]);
    const closed = Map.groupBy(rig.account.truth().fills, fill => fill.symbol);
    const traded = [...closed].map(([symbol, fills]) => [
      symbol,
      fills.reduce((sum, one) => sum + Number(one.quantity), 0),
    ]);
    expect(Object.fromEntries(traded)).toEqual({ BTCUSDT: 0.5, BTCUSD_PERP: 250, BTCUSD_261225: 1800 });
  }
});

test('an attempt leaves to the next what it closed in each market, and the next counts it', async () => {
  const changes: RunChanges = { exchange: { account: 'futures', markets: ['usdm', 'coinm'] } };
  const rig = stage('futures');
  rig.exchange.faults.add({
    on: { method: 'POST', path: '/dapi/v1/order', symbol: 'BTCUSD_PERP' },
    times: 1_000,
    fault: { kind: 'refuse', code: -2019 },
  });
  const first = await rig.run(EVENT, changes);
  expect(first).toMatchObject({ state: 'partial', positions_closed: 2, positions_failed: 1 });
  rig.exchange.faults.clear();
  await rig.runAccepted(changes);
  expect(rig.laterAnswers[0]).toMatchObject({
    headline: 'FLAT (USD-M, COIN-M)',
    positions_closed: 3,
    positions_failed: 0,
  });
  expect(Object.keys(rig.laterAnswers[0]?.realized_pnl ?? {}).sort()).toEqual(['BTC', 'USDT']);
});
