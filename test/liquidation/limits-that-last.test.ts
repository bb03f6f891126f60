/**
 * Limits belong to the address, and last beyond one invocation: who was told to wait waits, says until when, and asks
 * nothing meanwhile. What is spent goes to closes first and to profit last. (Inputs A17, A22, E1, E2, E3.)
 */

import { describe, expect, test } from 'vitest';
import type { Fault } from '../../simulator/venue/fault.ts';
import {
  closesOf,
  codesOf,
  type Day,
  dayOf,
  expectSound,
  flatAfterMs,
  liquidated,
  playInvocations,
} from '../support/bad-day.ts';
import { KEY, type LiquidationRig, liquidationRig } from '../support/liquidation-rig.ts';

const manyPositions = ({ account, venue }: LiquidationRig, count: number): void => {
  venue.addManySymbols(count);
  for (let index = 1; index <= count; index += 1) account.open(`SYM${String(index).padStart(3, '0')}USDT`, '25');
};

describe('a 429 with Retry-After 30, and the button is pressed three times (E1)', () => {
  test.each<{ says: string; fault: Fault; waitMs: number }>([
    { says: '429, Retry-After 30', fault: { kind: 'limited-429', retryAfterSeconds: 30 }, waitMs: 30_000 },
    {
      says: '429, Retry-After as a date in 45 s',
      fault: { kind: 'limited-429', retryAfterSeconds: 45, retryAfter: 'http-date' },
      waitMs: 45_000,
    },
    { says: '418, Retry-After 120', fault: { kind: 'banned-418', retryAfterSeconds: 120 }, waitMs: 120_000 },
  ])('$says: the second and third press ask nothing, and nobody is banned', async ({ fault, waitMs }) => {
    const rig = liquidationRig();
    rig.account.open('ETHUSDT', '8.125');
    rig.venue.faults.add({ on: {}, fault });
    const first = await liquidated(rig);
    const asked = rig.venue.journal.length;
    // The first reads were on their way together; nothing follows them.
    expect(asked).toBeLessThanOrEqual(8);
    for (const pressed of [2, 3]) {
      const press = await liquidated(rig);
      expect(rig.venue.journal.length, `press ${pressed}`).toBe(asked);
      expect(press.answer.state).not.toBe('completed');
      expect(press.answer.headline).toMatch(/RETRYING UNTIL|CHECK BY HAND/);
      expect(codesOf(press)).toEqual(expect.arrayContaining([expect.stringMatching(/RATE_LIMITED|IP_BANNED/)]));
      expect(press.answeredAfterMs).toBeLessThan(5_000);
    }
    await playInvocations(rig);
    // What the watchdog would take up after a long wait, a press takes up as well.
    if (rig.account.truth().positions.length > 0) {
      await rig.clock.sleep(Math.max(0, first.startedAtMs + waitMs + 1_000 - rig.clock.nowMs()));
      await liquidated(rig);
    }
    expect(rig.account.truth().positions).toEqual([]);
    const [, ...later] = rig.venue.journal.slice(asked - 1);
    expect((later[0]?.receivedAtMs ?? 0) - first.startedAtMs).toBeGreaterThanOrEqual(waitMs);
    const { limited, banned } = rig.venue.tally();
    expect(limited + banned).toBeLessThanOrEqual(8);
    if (fault.kind !== 'banned-418') expect(banned).toBe(0);
  });

  test("another bot's account from the same address waits as well", async () => {
    const rig = liquidationRig();
    const second = liquidationRig({ beside: rig, key: { ...KEY, apiKey: 'b'.repeat(64), apiSecret: 's'.repeat(64) } });
    rig.account.open('ETHUSDT', '8.125');
    second.account.open('SOLUSDT', '70');
    rig.venue.faults.add({ on: {}, fault: { kind: 'limited-429', retryAfterSeconds: 20 } });
    await liquidated(rig);
    const asked = rig.venue.journal.length;
    // Both functions of one container.
    const world = { ...second.world, limiters: rig.world.limiters };
    await liquidated(second, {}, { world });
    expect(rig.venue.journal.length).toBe(asked);
    await playInvocations(rig);
    await playInvocations(second, { world });
    expect([...rig.account.truth().positions, ...second.account.truth().positions]).toEqual([]);
    expect(rig.venue.tally().banned).toBe(0);
  });
});

describe('a wait in every form (E2)', () => {
  test.each<{ says: string; fault: Fault; waitMs: number }>([
    { says: 'Retry-After 0', fault: { kind: 'limited-429', retryAfter: 'zero' }, waitMs: 52_000 },
    { says: 'a past date', fault: { kind: 'limited-429', retryAfter: 'past-date' }, waitMs: 52_000 },
    { says: 'no Retry-After', fault: { kind: 'limited-429', retryAfter: 'none' }, waitMs: 52_000 },
    {
      says: 'a ban of 20 minutes, told by its sentence alone',
      fault: { kind: 'banned-418', lastsMs: 1_200_000, retryAfter: 'none' },
      waitMs: 1_200_000,
    },
    { says: 'Retry-After 3600', fault: { kind: 'limited-429', retryAfterSeconds: 3_600 }, waitMs: 3_600_000 },
    { says: 'a ban of 20 minutes', fault: { kind: 'banned-418', retryAfterSeconds: 1_200 }, waitMs: 1_200_000 },
  ])('$says: it waits that long, says so, and is not banned', async ({ fault, waitMs }) => {
    const rig = liquidationRig();
    rig.account.open('ETHUSDT', '8.125');
    rig.venue.faults.add({ on: {}, fault });
    const day = await liquidated(rig, {}, { liquidation: { resumeMs: 7_200_000 } });
    expect(day.answer.headline).toMatch(/^NOT FLAT, RETRYING UNTIL/);
    const asked = rig.venue.journal.length;
    expect(asked).toBeLessThanOrEqual(8);
    await untilFlat(day);
    expect(rig.account.truth().positions).toEqual([]);
    expect((rig.venue.journal[asked]?.receivedAtMs ?? 0) - day.startedAtMs).toBeGreaterThanOrEqual(waitMs);
    expect(rig.venue.tally().limited + rig.venue.tally().banned).toBeLessThanOrEqual(8);
  });

  test.each<{ says: string; fault: Fault; resumeMs: number }>([
    { says: 'Retry-After 3600', fault: { kind: 'limited-429', retryAfterSeconds: 3_600 }, resumeMs: 600_000 },
    { says: 'a ban of 20 minutes', fault: { kind: 'banned-418', retryAfterSeconds: 1_200 }, resumeMs: 600_000 },
    { says: 'a ban of three days', fault: { kind: 'banned-418', retryAfterSeconds: 259_200 }, resumeMs: 7_200_000 },
  ])(
    '$says, longer than resume_minutes: it is said as that, with the time, and not as time that is over',
    async ({ fault, resumeMs }) => {
      const rig = liquidationRig();
      rig.account.open('ETHUSDT', '8.125');
      rig.venue.faults.add({ on: {}, fault });
      const day = await liquidated(rig, {}, { liquidation: { resumeMs } });
      expect(day.answer.headline).toBe('NOT FLAT, CHECK BY HAND');
      const until = new Date(
        day.startedAtMs + (('retryAfterSeconds' in fault ? fault.retryAfterSeconds : 0) ?? 0) * 1_000,
      );
      const said = [
        ...day.answer.errors.map(({ message }) => message),
        ...rig.logs.filter(({ level }) => level === 'CRITICAL').map(({ message }) => message),
      ].join('\n');
      expect(said).toContain(until.toISOString().slice(0, 16));
      expect(rig.invoked).toEqual([]);
    },
  );

  test('orders that are limited (-1015) hold up orders alone, and for their ten seconds', async () => {
    const day = await dayOf(
      {},
      ({ account }) => account.open('ETHUSDT', '8.125'),
      ({ venue }) =>
        venue.faults.add({ on: { method: 'POST' }, fault: { kind: 'limited-429', code: -1015, retryAfterSeconds: 3 } }),
      { liquidation: { timeoutMs: 20_000 } },
    );
    expect(day.answer.headline).toBe('FLAT');
    expect(flatAfterMs(day)).toBeGreaterThanOrEqual(3_000);
    expect(flatAfterMs(day)).toBeLessThanOrEqual(4_500);
    expectSound(day);
  });
});

/** What Lambda accepted; then the watchdog's tick, once a minute. */
async function untilFlat({ rig }: Day): Promise<void> {
  for (let minutes = 0; minutes < 90; minutes += 1) {
    await playInvocations(rig);
    if (rig.account.truth().positions.length === 0) return;
    await rig.clock.sleep(60_000 - (rig.clock.nowMs() % 60_000));
    for (const run of await rig.stores.lock.unfinished.due(rig.clock.nowMs(), 10, 1_000)) {
      await rig.run({}, { rawEvent: { trigger: run.trigger, bot_id: run.botId, correlation_id: run.correlationId } });
    }
  }
}

describe('profit takes a quarter of the weight that is left at the most (E3)', () => {
  test.each([
    { count: 300, used: 0 },
    { count: 150, used: 1_500 },
    { count: 40, used: 1_900 },
  ])('$count positions, $used of the minute spent by others', async ({ count, used }) => {
    const rig = liquidationRig();
    manyPositions(rig, count);
    await spendWeight(rig, used);
    const day = await liquidated(rig);
    expect(day.answer.headline).toBe('FLAT');
    const { byCall, weight, limited } = rig.venue.tally();
    const profit = byCall['GET /fapi/v1/userTrades']?.weight ?? 0;
    const lookedUp = byCall['GET /fapi/v1/order']?.weight ?? 0;
    // The wallet's host counts apart.
    const atTheWallet = byCall['GET /sapi/v1/algo/futures/openOrders']?.weight ?? 0;
    const before = weight - profit - lookedUp - atTheWallet;
    expect(profit).toBeGreaterThan(0);
    expect(profit + lookedUp).toBeLessThanOrEqual((2_400 - before) / 4);
    expect(limited).toBe(0);
    // What was not asked for is marked.
    expect(day.answer.pnl_is_estimate).toBe(profit < count * 5);
    expectSound(day);
  });
});

/** A neighbour at the same address reads lists, as the headers of the first answers will tell. */
async function spendWeight({ world }: LiquidationRig, weight: number): Promise<void> {
  const exchange = world.openExchange(KEY);
  const { signal } = new AbortController();
  const reads = Array.from({ length: Math.floor(weight / 40) }, () =>
    exchange.ask({ kind: 'open-orders' }, { timeoutMs: 1_000, signal }),
  );
  await Promise.all(reads);
}

describe('little weight is left (A22)', () => {
  test.each([
    { left: 130, count: 6 },
    { left: 100, count: 3 },
    { left: 90, count: 20 },
  ])(
    '$left of the minute: $count positions are closed all the same, because closes weigh nothing',
    async ({ left, count }) => {
      // Late in the venue's minute nothing is left until the next one; our own count knows of nothing.
      const day = await dayOf({ limits: { weightPerMinute: left } }, rig => manyPositions(rig, count));
      expect(day.rig.account.truth().positions).toEqual([]);
      expect(closesOf(day).length).toBeGreaterThanOrEqual(count);
      expect(flatAfterMs(day)).toBeLessThanOrEqual(500);
      expect(day.rig.venue.tally().banned).toBe(0);
      expectSound(day);
    },
  );
});

describe('what goes first (A17)', () => {
  test.each([
    { small: 250, symbol: 'BTCUSDT', amount: '36', rttMs: 200 },
    { small: 120, symbol: 'ETHUSDT', amount: '-700', rttMs: 200 },
    { small: 290, symbol: 'BTCUSDT', amount: '-119', rttMs: 50 },
  ])(
    'one large position without orders beside $small small symbols with orders: its close is the first request after the look',
    async ({ small, symbol, amount, rttMs }) => {
      const day = await dayOf(
        { rttMs },
        rig => {
          manyPositions(rig, small);
          for (let index = 1; index <= small; index += 1) {
            const name = `SYM${String(index).padStart(3, '0')}USDT`;
            rig.account.rest({
              symbol: name,
              side: 'BUY',
              type: 'LIMIT',
              quantity: '30',
              price: String((1 + ((index - 1) % 50)) * 0.9),
            });
          }
          rig.account.open(symbol, amount);
        },
        undefined,
        { liquidation: { timeoutMs: 15_000 } },
      );
      // The look, and half a round trip to the exchange.
      expect(flatAfterMs(day, symbol)).toBeLessThanOrEqual(rttMs * 1.5 + 20);
      const writes = day.rig.venue.journal.filter(({ method }) => method !== 'GET');
      expect(writes[0]?.params).toMatchObject({ symbol });
      expect(day.rig.account.violations).toEqual([]);
    },
  );

  test('closes go by notional', async () => {
    const day = await dayOf({}, ({ account }) => {
      account.open('ADAUSDT', '1000');
      account.open('BTCUSDT', '2');
      account.open('SOLUSDT', '-300');
      account.open('ETHUSDT', '20');
    });
    expect(closesOf(day).map(({ params }) => params.symbol)).toEqual(['BTCUSDT', 'ETHUSDT', 'SOLUSDT', 'ADAUSDT']);
  });
});
