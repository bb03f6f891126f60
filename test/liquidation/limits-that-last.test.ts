/**
 * Limits belong to the address, and last beyond one invocation: who was asked to wait waits, says until when, and asks
 * nothing meanwhile. (Inputs E1, E2.)
 */

import { describe, expect, test } from 'vitest';
import type { Fault } from '../../simulator/engine/rules/fault.ts';
import { ALWAYS, type FaultRule } from '../../simulator/engine/rules/fault-script.ts';
import {
  codesOf,
  type Day,
  dayOf,
  expectSound,
  flatAfterMs,
  leftIn,
  liquidated,
  NOTHING,
  playInvocations,
} from '../support/bad-day.ts';
import { KEY, liquidationRig } from '../support/liquidation-rig.ts';

describe('a 429 with Retry-After 30, and the button is pressed three times (E1)', () => {
  test.each<{ says: string; fault: Fault; waitMs: number }>([
    { says: '429, Retry-After 30', fault: { kind: 'limited-429', retryAfterSeconds: 30 }, waitMs: 30_000 },
    {
      says: '429, Retry-After as a date in 45 s',
      fault: { kind: 'limited-429', retryAfterSeconds: 45, retryAfter: 'http-date' },
      waitMs: 45_000,
    },
    { says: '418, Retry-After 120', fault: { kind: 'banned-418', retryAfterSeconds: 120 }, waitMs: 120_000 },
  ])('$says: the second and third call send nothing, and no address is banned', async ({ fault, waitMs }) => {
    const rig = liquidationRig();
    rig.account.open('ETHUSDT', '8.125');
    rig.exchange.faults.add({ on: {}, fault });
    const first = await liquidated(rig);
    const asked = rig.exchange.journal.length;
    // The first reads were on their way together; nothing follows them.
    expect(asked).toBeLessThanOrEqual(8);
    for (const pressed of [2, 3]) {
      const press = await liquidated(rig);
      expect(rig.exchange.journal.length, `press ${pressed}`).toBe(asked);
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
    const [, ...later] = rig.exchange.journal.slice(asked - 1);
    expect((later[0]?.receivedAtMs ?? 0) - first.startedAtMs).toBeGreaterThanOrEqual(waitMs);
    const { limited, banned } = rig.exchange.tally();
    expect(limited + banned).toBeLessThanOrEqual(8);
    if (fault.kind !== 'banned-418') expect(banned).toBe(0);
  });

  test("another bot's account from the same address waits as well", async () => {
    const rig = liquidationRig();
    const second = liquidationRig({ beside: rig, key: { ...KEY, apiKey: 'b'.repeat(64), apiSecret: 's'.repeat(64) } });
    rig.account.open('ETHUSDT', '8.125');
    second.account.open('SOLUSDT', '70');
    rig.exchange.faults.add({ on: {}, fault: { kind: 'limited-429', retryAfterSeconds: 20 } });
    await liquidated(rig);
    const asked = rig.exchange.journal.length;
    // Both functions of one container.
    const world = { ...second.world, limiters: rig.world.limiters };
    await liquidated(second, {}, { world });
    expect(rig.exchange.journal.length).toBe(asked);
    await playInvocations(rig);
    await playInvocations(second, { world });
    expect([...rig.account.truth().positions, ...second.account.truth().positions]).toEqual([]);
    expect(rig.exchange.tally().banned).toBe(0);
  });
});

describe('a wait in every form (E2)', () => {
  test.each<{ says: string; fault: Fault; waitMs: number }>([
    { says: 'Retry-After 0', fault: { kind: 'limited-429', retryAfter: 'zero' }, waitMs: 52_000 },
    { says: 'a past date', fault: { kind: 'limited-429', retryAfter: 'past-date' }, waitMs: 52_000 },
    { says: 'no Retry-After', fault: { kind: 'limited-429', retryAfter: 'none' }, waitMs: 52_000 },
    {
      says: 'a ban of 20 minutes, known by its sentence alone',
      fault: { kind: 'banned-418', lastsMs: 1_200_000, retryAfter: 'none' },
      waitMs: 1_200_000,
    },
    { says: 'Retry-After 3600', fault: { kind: 'limited-429', retryAfterSeconds: 3_600 }, waitMs: 3_600_000 },
    { says: 'a ban of 20 minutes', fault: { kind: 'banned-418', retryAfterSeconds: 1_200 }, waitMs: 1_200_000 },
  ])('$says: it waits that long, says so, and is not banned', async ({ fault, waitMs }) => {
    const rig = liquidationRig();
    rig.account.open('ETHUSDT', '8.125');
    rig.exchange.faults.add({ on: {}, fault });
    const day = await liquidated(rig, {}, { liquidation: { resumeMs: 7_200_000 } });
    expect(day.answer.headline).toMatch(/^NOT FLAT, RETRYING UNTIL/);
    const asked = rig.exchange.journal.length;
    expect(asked).toBeLessThanOrEqual(8);
    await untilFlat(day);
    expect(rig.account.truth().positions).toEqual([]);
    expect((rig.exchange.journal[asked]?.receivedAtMs ?? 0) - day.startedAtMs).toBeGreaterThanOrEqual(waitMs);
    expect(rig.exchange.tally().limited + rig.exchange.tally().banned).toBeLessThanOrEqual(8);
  });

  test.each<{ says: string; fault: Fault; resumeMs: number }>([
    { says: 'Retry-After 3600', fault: { kind: 'limited-429', retryAfterSeconds: 3_600 }, resumeMs: 600_000 },
    { says: 'a ban of 20 minutes', fault: { kind: 'banned-418', retryAfterSeconds: 1_200 }, resumeMs: 600_000 },
    { says: 'a ban of three days', fault: { kind: 'banned-418', retryAfterSeconds: 259_200 }, resumeMs: 7_200_000 },
  ])('$says, longer than resume_minutes: the answer names the wait, and not a timeout', async ({ fault, resumeMs }) => {
    const rig = liquidationRig();
    rig.account.open('ETHUSDT', '8.125');
    rig.exchange.faults.add({ on: {}, fault });
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
  });

  test('orders that are limited (-1015) go out as soon as the requested wait is over, also where it was requested twice', async () => {
    const day = await dayOf(
      {},
      ({ account }) => account.open('ETHUSDT', '8.125'),
      ({ exchange }) => {
        const fault = { kind: 'limited-429', code: -1015, retryAfterSeconds: 1, lastsMs: 0 } as const;
        exchange.faults.add({ on: { method: 'POST' }, times: 3, fault });
      },
      { liquidation: { timeoutMs: 20_000 } },
    );
    expect(day.answer.headline).toBe('FLAT');
    // One second, then two, then four.
    expect(flatAfterMs(day)).toBeGreaterThanOrEqual(7_000);
    expect(flatAfterMs(day)).toBeLessThanOrEqual(7_500);
    expectSound(day);
  });

  test('orders that are limited (-1015) hold up orders alone, and for their ten seconds', async () => {
    const day = await dayOf(
      {},
      ({ account }) => account.open('ETHUSDT', '8.125'),
      ({ exchange }) =>
        exchange.faults.add({
          on: { method: 'POST' },
          fault: { kind: 'limited-429', code: -1015, retryAfterSeconds: 3 },
        }),
      { liquidation: { timeoutMs: 20_000 } },
    );
    expect(day.answer.headline).toBe('FLAT');
    expect(flatAfterMs(day)).toBeGreaterThanOrEqual(3_000);
    expect(flatAfterMs(day)).toBeLessThanOrEqual(4_500);
    expectSound(day);
  });
});

describe('an address that is refused again after each wait that was requested (E1)', () => {
  test.each<{ says: string; on: readonly FaultRule['on'][]; fault: Fault }>([
    {
      says: 'closes and cancels, Retry-After 1',
      on: [{ method: 'POST' }, { method: 'DELETE' }],
      fault: { kind: 'limited-429', retryAfterSeconds: 1 },
    },
    { says: 'closes, Retry-After 1', on: [{ method: 'POST' }], fault: { kind: 'limited-429', retryAfterSeconds: 1 } },
    {
      says: 'closes, as too many orders, Retry-After 1',
      on: [{ method: 'POST' }],
      fault: { kind: 'limited-429', code: -1015, retryAfterSeconds: 1 },
    },
    { says: 'everything, Retry-After 1', on: [{}], fault: { kind: 'limited-429', retryAfterSeconds: 1 } },
    {
      says: 'one list, Retry-After 1',
      on: [{ path: '/fapi/v1/openAlgoOrders' }],
      fault: { kind: 'limited-429', retryAfterSeconds: 1 },
    },
    {
      says: 'all lists, Retry-After 1',
      on: [{ path: '/fapi/v3/positionRisk' }, { path: '/fapi/v1/openOrders' }, { path: '/fapi/v1/openAlgoOrders' }],
      fault: { kind: 'limited-429', retryAfterSeconds: 1 },
    },
    { says: 'everything, Retry-After 2', on: [{}], fault: { kind: 'limited-429', retryAfterSeconds: 2 } },
  ])('$says: one request at a time tests the limit, and no address is banned', async ({ on, fault }) => {
    const rig = liquidationRig();
    const resting = { BTCUSDT: '90000', ETHUSDT: '9000', SOLUSDT: '900', XRPUSDT: '9', ADAUSDT: '9', LTCUSDT: '900' };
    for (const [symbol, price] of Object.entries(resting)) {
      rig.account.open(symbol, '50');
      rig.account.rest({ symbol, side: 'SELL', type: 'LIMIT', quantity: '10', price, reduceOnly: true });
    }
    for (const one of on) rig.exchange.faults.add({ on: one, times: ALWAYS, forMs: 300_000, fault });
    const day = await liquidated(rig, {}, { liquidation: { resumeMs: 3_600_000 } });
    await untilFlat(day);
    expect(leftIn(rig)).toEqual(NOTHING);
    expect(rig.exchange.tally().banned).toBe(0);
    // The first ones were on their way together; after them one goes out alone, and the waits grow.
    const refused = rig.exchange.journal
      .filter(({ status, path }) => status === 429 && path.startsWith('/fapi/'))
      .map(one => one.receivedAtMs);
    const later = refused.filter(atMs => atMs > (refused[0] ?? 0) + 1_000);
    expect(later.length).toBeGreaterThan(0);
    for (const [index, atMs] of later.entries()) {
      if (index > 0) expect(atMs - (later[index - 1] ?? 0)).toBeGreaterThanOrEqual(1_000);
    }
    expect(later.length).toBeLessThanOrEqual(20);
    // Once it passes, nothing is left of the caution.
    expect(rig.clock.nowMs() - day.startedAtMs).toBeLessThan(300_000 + 200_000);
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
