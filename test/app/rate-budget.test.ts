import { describe, expect, test } from 'vitest';
import { createRateBudget } from '../../lambda/app/rate-budget.ts';
import { REQUESTS } from '../../lambda/core/request-costs.ts';
import { createVirtualClock } from '../adapters/binance/virtual-clock.ts';

const MINUTE = 60_000;
/** Two seconds into a minute. */
const start = () => {
  const clock = createVirtualClock(MINUTE * 1_000 + 2_000);
  return { clock, budget: createRateBudget(clock), sinceMinute: () => clock.nowMs() % MINUTE };
};
const LATER = Number.MAX_SAFE_INTEGER;

describe('the rate budget', () => {
  test('waits for the next minute when the weight is used up, by the header and not by our count', async () => {
    const { budget, sinceMinute } = start();
    expect(await budget.take(REQUESTS.positions, LATER)).toBe(true);
    budget.settle(REQUESTS.positions, { weightLastMinute: 2_276 });
    expect(await budget.take(REQUESTS.rules, LATER)).toBe(true);
    expect(sinceMinute()).toBe(2_000);
    expect(await budget.take(REQUESTS.openOrders, LATER)).toBe(true);
    expect(sinceMinute()).toBe(300);
  });

  test('says no at once when the wait does not fit', async () => {
    const { budget, clock } = start();
    await budget.take(REQUESTS.positions, LATER);
    budget.settle(REQUESTS.positions, { weightLastMinute: 2_400 });
    const before = clock.nowMs();
    expect(await budget.take(REQUESTS.positions, before + 5_000)).toBe(false);
    expect(clock.nowMs()).toBe(before);
  });

  test('counts what is on its way as used', async () => {
    const { budget, clock } = start();
    for (let n = 0; n < 45; n += 1) expect(await budget.take(REQUESTS.openOrders, LATER)).toBe(true);
    // 45 × 40 = 1,800 of 2,280: twelve more fit, for a thirteenth there is no room in this minute.
    const within = clock.nowMs() + 1_000;
    for (let n = 0; n < 12; n += 1) expect(await budget.take(REQUESTS.openOrders, within)).toBe(true);
    expect(await budget.take(REQUESTS.openOrders, within)).toBe(false);
  });

  test('orders cost no weight, and weights no orders', async () => {
    const { budget, clock } = start();
    await budget.take(REQUESTS.positions, LATER);
    budget.settle(REQUESTS.positions, { weightLastMinute: 2_400 });
    expect(await budget.take(REQUESTS.place, clock.nowMs() + 10)).toBe(true);
    budget.settle(REQUESTS.place, { ordersLastTenSeconds: 300, ordersLastMinute: 300 });
    expect(await budget.take(REQUESTS.place, clock.nowMs() + 5_000)).toBe(false);
    expect(await budget.take(REQUESTS.place, clock.nowMs() + 9_000)).toBe(true);
  });

  test('a refused order closes the ten seconds for all orders at once', async () => {
    const { budget, clock } = start();
    await budget.take(REQUESTS.place, LATER);
    budget.settle(REQUESTS.place, {});
    budget.refused(REQUESTS.place, { reason: 'order-limit' }, undefined);
    expect(await budget.take(REQUESTS.place, clock.nowMs() + 7_000)).toBe(false);
    expect(await budget.take(REQUESTS.positions, clock.nowMs() + 10)).toBe(true);
    expect(await budget.take(REQUESTS.place, LATER)).toBe(true);
    expect(clock.nowMs() % 10_000).toBe(300);
  });

  test('after refusals fewer requests are on their way at once', async () => {
    const { budget, clock } = start();
    for (let n = 0; n < 3; n += 1) budget.refused(REQUESTS.positions, { reason: 'weight-limit' }, undefined);
    for (let n = 0; n < 6; n += 1) expect(await budget.take(REQUESTS.place, clock.nowMs() + 10)).toBe(true);
    expect(await budget.take(REQUESTS.place, clock.nowMs() + 10)).toBe(false);
    budget.settle(REQUESTS.place, {});
    expect(await budget.take(REQUESTS.place, clock.nowMs() + 10)).toBe(true);
  });

  test('at most a hundred are on their way, and the first to wait is the first to go', async () => {
    const { budget } = start();
    for (let n = 0; n < 100; n += 1) await budget.take(REQUESTS.place, LATER);
    const gone: string[] = [];
    const first = budget.take(REQUESTS.place, LATER).then(() => gone.push('first'));
    const second = budget.take(REQUESTS.place, LATER).then(() => gone.push('second'));
    budget.settle(REQUESTS.place, {});
    await first;
    budget.settle(REQUESTS.place, {});
    await second;
    expect(gone).toEqual(['first', 'second']);
  });
});
