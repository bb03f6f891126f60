/** Since when the watchdog could have heard a bot, from its own writes. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  afterWrite,
  type Health,
  probeChange,
  storableSinceMs,
} from '../../../lambda/core/heartbeat/watchdog-health.ts';

const AT = Date.UTC(2026, 10, 21, 12, 0, 0);

describe('a span of writes', () => {
  const span: Health = { sinceMs: AT, lastMs: AT + 10_000 };

  it('begins with the answer to the first write', () => {
    expect(afterWrite(undefined, AT, AT + 5)).toEqual({ sinceMs: AT + 5, lastMs: AT + 5 });
  });

  it.each<[string, number, Health]>([
    [
      'goes on with a write begun two and a half seconds after the last answer',
      12_500,
      { sinceMs: AT, lastMs: AT + 12_600 },
    ],
    ['begins anew with one that is later', 12_501, { sinceMs: AT + 12_601, lastMs: AT + 12_601 }],
  ])('%s', (_what, fromMs, expected) => {
    expect(afterWrite(span, AT + fromMs, AT + fromMs + 100)).toEqual(expected);
  });

  it('does not shrink when answers come in another order', () => {
    expect(afterWrite(span, AT + 9_000, AT + 9_500)).toEqual(span);
  });

  it.each<[string, Health | undefined, number | undefined, number, number | undefined]>([
    ['a bot is heard since it began', span, AT - 60_000, 10_000, AT],
    ['and still is two and a half seconds after the last write', span, AT - 60_000, 12_500, AT],
    ['but not later', span, AT - 60_000, 12_501, undefined],
    ['nor without a write', undefined, AT - 60_000, 10_000, undefined],
    ['a bot whose own row takes writes since later is heard since then', span, AT + 7_000, 10_000, AT + 7_000],
    ['a bot whose own row has taken no write is not known to be heard', span, undefined, 10_000, undefined],
  ])('%s', (_what, health, rowSinceMs, nowMs, since) => {
    expect(storableSinceMs(health, rowSinceMs, AT + nowMs)).toBe(since);
  });

  it('for every outage of four seconds or more: a proof by writes each second does not span it', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 900, max: 2_000 }), { minLength: 5, maxLength: 60 }),
        fc.integer({ min: 0, max: 60_000 }),
        fc.integer({ min: 4_000, max: 60_000 }),
        (pauses, outageMs, lastsMs) => {
          let health: Health | undefined;
          let nowMs = 0;
          for (const pauseMs of pauses) {
            nowMs += pauseMs;
            if (nowMs >= outageMs && nowMs < outageMs + lastsMs) health = undefined;
            else health = afterWrite(health, nowMs, nowMs);
            const since = storableSinceMs(health, 0, nowMs);
            if (since !== undefined && nowMs >= outageMs + lastsMs)
              expect(since).toBeGreaterThanOrEqual(outageMs + lastsMs);
            if (since !== undefined && since < outageMs) expect(nowMs).toBeLessThan(outageMs + lastsMs);
          }
        },
      ),
    );
  });
});

it('the watchdog’s own write has the time of its run, and since when heartbeats could be stored', () => {
  const { botId, requires, set } = probeChange({ sinceMs: AT - 5_000.5, lastMs: AT }, AT + 0.7, 'digest');
  expect({ botId, requires, set }).toEqual({
    ...{ botId: '#watchdog', requires: [] },
    set: { ticked_at_ms: AT, healthy_since_ms: AT - 5_001, healthy_at_ms: AT, times_digest: 'digest' },
  });
});
