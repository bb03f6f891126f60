/** How long an address waits after refusals, and what it may send afterwards. Instants in ms from a full minute. */

import { beforeEach, describe, expect, test } from 'vitest';
import { createRateLimiters, type RateLimiter } from '../../lambda/app/exchange/rate-limiter.ts';
import type { Failure, Reason } from '../../lambda/core/exchange/failure.ts';
import { COSTS, type RequestKind } from '../../lambda/core/exchange/request.ts';
import { take } from '../../lambda/core/exchange/room.ts';

const MINUTE = 60_000 * 28_000_000;
const SLACK_MS = 300;

let limiter: RateLimiter;
let beside: RateLimiter;

beforeEach(() => {
  const limiters = createRateLimiters();
  limiter = limiters.of('fapi', 'one');
  beside = limiters.of('fapi', 'other');
});

const failureOf = (reason: Reason, retryAfterMs: number | undefined): Failure => ({
  ...{ certainty: 'throttled', subject: 'address', reason, message: '' },
  ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
});

/** Sent and refused within 10 ms. */
function refuse(kind: RequestKind, atMs: number, retryAfterMs?: number, reason: Reason = 'weight-limit'): void {
  const sent = limiter.sent(COSTS[kind], MINUTE + atMs);
  limiter.refused(sent, {}, failureOf(reason, retryAfterMs), MINUTE + atMs + 10);
}
const pass = (kind: RequestKind, atMs: number): void =>
  limiter.answered(limiter.sent(COSTS[kind], MINUTE + atMs), {}, MINUTE + atMs + 10);

const opensAt = (): number => limiter.room(MINUTE).openAtMs - MINUTE;

/** How many of a kind find room at that instant. */
function roomFor(kind: RequestKind, atMs: number, one = limiter): number {
  let room = one.room(MINUTE + atMs);
  for (let count = 0; ; count += 1) {
    const next = take(room, COSTS[kind], 'urgent', MINUTE + atMs);
    if (!next.ok) return count;
    room = next.room;
  }
}

describe('a wait that the exchange requests', () => {
  test('holds everything until then', () => {
    refuse('positions', 1_000, 5_000);
    expect(opensAt()).toBe(6_010);
    expect(roomFor('close', 6_009)).toBe(0);
    expect(roomFor('close', 6_010)).toBe(1);
    expect(roomFor('positions', 6_009, beside)).toBe(0);
  });

  test('doubles with each refusal after it, up to a minute, whatever minute it is', () => {
    const waits: number[] = [];
    for (let atMs = 1_000, count = 0; count < 9; count += 1) {
      refuse('close', atMs, 1_000);
      waits.push(opensAt() - atMs - 10);
      atMs = opensAt();
    }
    expect(waits).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000, 60_000]);
  });

  test('longer than a minute stays as requested', () => {
    refuse('close', 1_000, 300_000);
    refuse('close', 301_010, 300_000);
    expect(opensAt()).toBe(601_020);
  });

  test('counts once for all that were on their way together', () => {
    const together = ['positions', 'open-orders', 'close'].map(kind =>
      limiter.sent(COSTS[kind as RequestKind], MINUTE + 1_000),
    );
    together.forEach((sent, index) => {
      limiter.refused(sent, {}, failureOf('weight-limit', 1_000), MINUTE + 1_010 + index);
    });
    expect(opensAt()).toBe(2_012);
  });

  test('doubles for closes although reads pass between refused ones, and for closes only', () => {
    refuse('close', 1_000, 10_000);
    pass('positions', 12_000);
    refuse('close', 70_000, 10_000);
    expect(opensAt()).toBe(80_010);
    expect(roomFor('positions', 80_010)).toBe(1);
    expect(roomFor('close', 90_009)).toBe(0);
    expect(roomFor('close', 90_010)).toBe(1);
  });

  test('starts from the beginning after a close passed and a minute went by', () => {
    refuse('close', 1_000, 10_000);
    refuse('close', 12_000, 10_000);
    pass('close', 35_000);
    refuse('close', 70_000, 10_000);
    expect(opensAt()).toBe(80_010);
  });

  test('that names no time is the end of the minute, and a ban two minutes', () => {
    refuse('positions', 1_000);
    expect(opensAt()).toBe(60_000 + SLACK_MS);
    refuse('positions', 61_000, undefined, 'ip-ban');
    expect(opensAt()).toBe(61_010 + 120_000);
  });
});

describe('after the wait', () => {
  test('one request goes out, then two, then four', () => {
    refuse('close', 1_000, 1_000);
    expect(roomFor('close', 3_000)).toBe(1);
    pass('close', 3_000);
    expect(roomFor('close', 3_020)).toBe(2);
    pass('close', 3_020);
    pass('close', 3_020);
    expect(roomFor('close', 3_040)).toBe(4);
  });

  test('a request that is lost neither passes nor holds up the next one for long', () => {
    refuse('close', 1_000, 1_000);
    const lost = limiter.sent(COSTS.close, MINUTE + 3_000);
    expect(roomFor('close', 3_100)).toBe(0);
    limiter.lost(lost, MINUTE + 3_200);
    expect(roomFor('close', 3_200)).toBe(1);
    limiter.sent(COSTS.close, MINUTE + 3_300);
    expect(roomFor('close', 5_300)).toBe(1);
  });

  test('another account of the address probes as well', () => {
    refuse('positions', 1_000, 1_000);
    expect(roomFor('positions', 3_000, beside)).toBe(1);
  });
});

describe('too many orders of one account', () => {
  test('hold up its orders for the requested time, and neither its reads nor another account', () => {
    refuse('close', 1_000, 3_000, 'order-limit');
    expect(roomFor('close', 2_000)).toBe(0);
    expect(roomFor('positions', 2_000)).toBeGreaterThan(10);
    expect(roomFor('close', 2_000, beside)).toBeGreaterThan(10);
    expect(roomFor('close', 4_100)).toBe(1);
  });

  test('used up by others, as the headers say: one close at a time asks whether that is so, until it is refused', () => {
    const full = { ordersLastTenSeconds: 300, ordersLastMinute: 1_200 };
    limiter.answered(limiter.sent(COSTS.close, MINUTE + 1_000), full, MINUTE + 1_010);
    expect(roomFor('close', 1_020)).toBe(1);
    const sent = limiter.sent(COSTS.close, MINUTE + 1_030);
    expect(roomFor('close', 1_035)).toBe(0);
    limiter.answered(sent, full, MINUTE + 1_040);
    expect(roomFor('close', 1_050)).toBe(1);
    refuse('close', 1_060, 2_000, 'order-limit');
    expect(roomFor('close', 1_100)).toBe(0);
  });

  test('used up by ourselves, they wait for the end of the ten seconds', () => {
    for (let count = 1; count <= 300; count += 1) {
      limiter.answered(limiter.sent(COSTS.close, MINUTE + 1_000), {}, MINUTE + 1_010);
    }
    expect(roomFor('close', 1_020)).toBe(0);
  });

  test('refused again after a requested wait, they wait for twice as long each time, and no minute longer', () => {
    refuse('close', 1_000, 1_000, 'order-limit');
    refuse('close', 2_100, 1_000, 'order-limit');
    expect(roomFor('close', 4_000)).toBe(0);
    expect(roomFor('close', 4_200)).toBe(1);
    refuse('close', 4_200, 1_000, 'order-limit');
    expect(roomFor('close', 8_100)).toBe(0);
    expect(roomFor('close', 8_300)).toBe(1);
    // One that passes ends it.
    limiter.answered(limiter.sent(COSTS.close, MINUTE + 8_300), {}, MINUTE + 8_310);
    refuse('close', 8_400, 1_000, 'order-limit');
    expect(roomFor('close', 9_500)).toBe(1);
  });

  test('refused again after ten seconds without a requested wait, they wait for the end of the minute', () => {
    refuse('close', 1_000, undefined, 'order-limit');
    expect(roomFor('close', 10_000 + SLACK_MS)).toBe(1);
    refuse('close', 10_400, undefined, 'order-limit');
    expect(roomFor('close', 59_000)).toBe(0);
    expect(roomFor('close', 60_000 + SLACK_MS)).toBe(1);
  });
});

describe('two APIs of the same pool', () => {
  const apis = () => {
    const limiters = createRateLimiters();
    limiter = limiters.of('fapi', 'one');
    beside = limiters.of('dapi', 'one');
  };

  test('share weight and orders', () => {
    apis();
    limiter.answered(limiter.sent(COSTS.close, MINUTE + 1_000), { ordersLastTenSeconds: 299 }, MINUTE + 1_010);
    expect(roomFor('close', 1_020, beside)).toBe(1);
    limiter.answered(limiter.sent(COSTS.positions, MINUTE + 1_030), { weightLastMinute: 2_390 }, MINUTE + 1_040);
    expect(roomFor('positions', 1_050, beside)).toBe(2);
  });

  test.each<Reason>(['weight-limit', 'ip-ban'])(
    'are not closed together by a %s: at the other a probe goes out at once',
    reason => {
      apis();
      refuse('positions', 1_000, 30_000, reason);
      expect(roomFor('close', 1_020)).toBe(0);
      expect(roomFor('close', 1_020, beside)).toBe(1);
      const probe = beside.sent(COSTS.close, MINUTE + 1_020);
      expect(roomFor('close', 1_021, beside)).toBe(0);
      beside.answered(probe, {}, MINUTE + 1_030);
      expect(roomFor('close', 1_040, beside)).toBe(2);
      expect(roomFor('close', 1_040)).toBe(0);
    },
  );

  test('are both closed where the probe is refused as well', () => {
    apis();
    refuse('positions', 1_000, 30_000);
    beside.refused(beside.sent(COSTS.close, MINUTE + 1_020), {}, failureOf('weight-limit', 30_000), MINUTE + 1_030);
    expect([roomFor('close', 2_000), roomFor('close', 2_000, beside)]).toEqual([0, 0]);
  });

  test('one that is used for the first time after the other was refused begins with a probe', () => {
    const limiters = createRateLimiters();
    limiter = limiters.of('fapi', 'one');
    refuse('positions', 1_000, 30_000);
    expect(roomFor('close', 1_020, limiters.of('dapi', 'one'))).toBe(1);
  });
});

test('a wait for orders that was requested in the attempt before is kept', () => {
  limiter.begin({ ordersUntilMs: MINUTE + 5_600 }, MINUTE + 3_000);
  expect(roomFor('close', 3_001)).toBe(0);
  expect(roomFor('close', 5_599)).toBe(0);
  expect(roomFor('close', 5_600)).toBe(1);
});
