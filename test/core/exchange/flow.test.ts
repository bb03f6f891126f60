/** After a refusal by rate: one request asks whether the next may follow, and each that passes lets one more follow. */

import { describe, expect, test } from 'vitest';
import {
  addressPassed,
  addressRefused,
  closedUntilMs,
  type Flows,
  leftOfAll,
  MOST_REQUESTS_OUT,
  OPEN_FLOWS,
  PROBE_PATIENCE_MS,
  type SentRequest,
} from '../../../lambda/core/exchange/flow.ts';
import { COSTS, type RequestKind } from '../../../lambda/core/exchange/request.ts';
import { type Room, take } from '../../../lambda/core/exchange/room.ts';

const sent = (kind: RequestKind, atMs: number): SentRequest => ({ cost: COSTS[kind], atMs });

const WAIT = { requestedMs: 50, grownMs: 50 };

/** Refused at 100 ms. */
const AFTER_READ = addressRefused(OPEN_FLOWS, sent('positions', 90), WAIT, 100);
const AFTER_CLOSE = addressRefused(OPEN_FLOWS, sent('close', 90), WAIT, 100);

function roomOf(flows: Flows, out: readonly SentRequest[], nowMs: number): Room {
  return {
    ...{ openAtMs: 0, slots: 100, flows: leftOfAll(flows, out, nowMs) },
    ...{ weightLimit: 2_400, weightLeft: 2_000, weightFreeAtMs: 0, ordersLeft: 300, ordersFreeAtMs: 0 },
  };
}

/** Which of these find room, one after the other. */
function taken(flows: Flows, kinds: readonly RequestKind[], out: readonly SentRequest[] = [], nowMs = 200): string[] {
  let room = roomOf(flows, out, nowMs);
  return kinds.filter(kind => {
    const next = take(room, COSTS[kind], 'urgent', nowMs);
    if (next.ok) room = next.room;
    return next.ok;
  });
}

describe('after a refusal', () => {
  test.each<readonly RequestKind[]>([
    ['close', 'positions', 'cancel-orders'],
    ['cancel-orders', 'close', 'close'],
    ['positions', 'close', 'open-orders'],
  ])('of the address, %s goes out alone', (...kinds) => {
    expect(taken(AFTER_READ, kinds)).toEqual(kinds.slice(0, 1));
    expect(taken(AFTER_CLOSE, kinds)).toEqual(kinds.slice(0, 1));
  });

  test('nothing follows while the single request is in flight; its loss ends that', () => {
    const probe = sent('close', 200);
    expect(taken(AFTER_CLOSE, ['close', 'positions'], [probe], 300)).toEqual([]);
    expect(take(roomOf(AFTER_CLOSE, [probe], 300), COSTS.positions, 'urgent', 300)).toEqual({
      ok: false,
      atMs: 200 + PROBE_PATIENCE_MS,
    });
    expect(taken(AFTER_CLOSE, ['close', 'close'], [probe], 200 + PROBE_PATIENCE_MS)).toEqual(['close']);
  });

  test('what was on its way before proves nothing: neither that it passes nor that it is refused once more', () => {
    const before = sent('positions', 99);
    expect(addressPassed(AFTER_READ, before)).toBe(AFTER_READ);
    expect(addressRefused(AFTER_READ, before, WAIT, 150)).toBe(AFTER_READ);
    expect(taken(AFTER_READ, ['positions'], [before])).toEqual(['positions']);
  });

  test('each request that passes lets one more follow: they double with each round trip', () => {
    let flows = AFTER_CLOSE;
    const rounds: number[] = [];
    for (let atMs = 200; atMs < 900; atMs += 100) {
      const together = taken(flows, Array<RequestKind>(MOST_REQUESTS_OUT).fill('close'), [], atMs);
      rounds.push(together.length);
      for (const _ of together) flows = addressPassed(flows, sent('close', atMs));
    }
    expect(rounds).toEqual([1, 2, 4, 8, 16, 32, 64]);
  });

  test('a refusal on the way back to normal starts from the beginning', () => {
    const passed = addressPassed(AFTER_CLOSE, sent('close', 200));
    expect(taken(passed, ['close', 'close', 'close'])).toHaveLength(2);
    const again = addressRefused(passed, sent('close', 250), WAIT, 300);
    expect(taken(again, ['close', 'close', 'close'], [], 400)).toHaveLength(1);
  });

  test('a read that passes shows nothing of closes that were refused', () => {
    const flows = addressPassed(AFTER_CLOSE, sent('positions', 200));
    expect(taken(flows, ['positions', 'cancel-orders'])).toEqual(['positions', 'cancel-orders']);
    expect(taken(flows, ['close', 'close'])).toEqual(['close']);
    let growing = flows;
    for (let count = 0; count < 20; count += 1) growing = addressPassed(growing, sent('positions', 200));
    expect(taken(growing, ['open-orders', 'cancel-orders', 'close', 'close'])).toHaveLength(3);
    expect(taken(growing, ['close', 'close'])).toEqual(['close']);
  });

  test('a close weighs nothing, so one that passes shows nothing of reads', () => {
    const flows = addressPassed(AFTER_READ, sent('close', 200));
    expect(taken(flows, ['close', 'close', 'positions'])).toEqual(['close', 'close', 'positions']);
    expect(taken(flows, ['positions', 'positions', 'close'])).toEqual(['positions']);
  });

  test('the refused kind, and what did not pass since, wait longer with each refusal; what passed waits as requested', () => {
    const again = { requestedMs: 50, grownMs: 1_000 };
    const nothingPassed = addressRefused(AFTER_CLOSE, sent('close', 200), again, 210);
    expect(closedUntilMs(nothingPassed)).toBe(1_210);
    expect(taken(nothingPassed, ['positions', 'close'], [], 1_209)).toEqual([]);
    const readsPass = addressPassed(AFTER_CLOSE, sent('positions', 200));
    const closesRefused = addressRefused(readsPass, sent('close', 220), again, 230);
    expect(taken(closesRefused, ['positions'], [], 279)).toEqual([]);
    expect(taken(closesRefused, ['positions'], [], 280)).toEqual(['positions']);
    expect(taken(closesRefused, ['close'], [], 1_229)).toEqual([]);
    expect(taken(closesRefused, ['close'], [], 1_230)).toEqual(['close']);
  });

  test('once enough have passed nothing is left of the caution', () => {
    let flows = AFTER_READ;
    for (let count = 0; count < 2 * MOST_REQUESTS_OUT; count += 1) {
      for (const kind of ['positions', 'cancel-orders', 'close'] as const)
        flows = addressPassed(flows, sent(kind, 200));
    }
    expect(flows).toBe(OPEN_FLOWS);
  });
});
