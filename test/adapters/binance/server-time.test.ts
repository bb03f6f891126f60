import { describe, expect, test } from 'vitest';
import { createServerTime } from '../../../lambda/adapters/binance/server-time.ts';

/** General Info, "Timing security": how far a timestamp may lie ahead of the server's clock and behind it, in ms. */
const AHEAD_MS = 1_000;
const RECV_WINDOW_MS = 5_000;

describe('a clock that is 8 s ahead, set by an answer that took', () => {
  test.each([
    [40, 40],
    [700, 700],
    [4_700, 20],
    [20, 4_700],
    [2_400, 2_400],
    [1_200, 0],
    [0, 1_200],
  ])('%i ms on the way there and %i ms back, gives timestamps that the exchange takes', (thereMs, backMs) => {
    const exchangeMs = 1_709_208_007_000;
    const skewMs = 8_000;
    const askedAtMs = exchangeMs + skewMs;
    const time = createServerTime();
    time.learn(exchangeMs + thereMs, askedAtMs, askedAtMs + thereMs + backMs);
    const aheadMs = time.offsetMs() + skewMs;
    expect(aheadMs).toBeLessThan(AHEAD_MS);
    expect(-aheadMs).toBeLessThan(RECV_WINDOW_MS - 500);
  });
});

test('an answer of a usual length sets the clock as if half of it was the way back', () => {
  const time = createServerTime();
  expect(time.learn(1_709_208_007_000, 1_709_208_006_000, 1_709_208_006_100)).toBe(950);
});
