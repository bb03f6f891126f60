/** When a bot may trade, and the reason it gets otherwise. */

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type GateFacts, type GateReason, tradeGate } from '../../../client/typescript/trade-gate.ts';

const AT = { monotonicMs: 1_000, wallMs: 5_000_000 };
const OPEN: GateFacts = { isStarted: true, isResting: false, state: 'armed', storedAt: AT, deadAfterMs: 120_000 };
const later = (ms: number, wallMs = ms) => ({ monotonicMs: AT.monotonicMs + ms, wallMs: AT.wallMs + wallMs });

function reasonOf(facts: Partial<GateFacts>, now = later(0)): GateReason | 'open' {
  const gate = tradeGate({ ...OPEN, ...facts }, now);
  return gate.open ? 'open' : gate.reason;
}

describe('by state', () => {
  test.each<readonly [string, Partial<GateFacts>, GateReason | 'open']>([
    ['armed, and a beat stored', {}, 'open'],
    ['AWS cannot be reached, and the last beat is fresh', { state: 'unreached' }, 'open'],
    ['before the start', { isStarted: false, state: 'idle', storedAt: undefined }, 'not-started'],
    ['after a clean stop', { isStarted: false, state: 'idle' }, 'not-started'],
    ['started, and nothing stored yet', { state: 'idle', storedAt: undefined }, 'never-stored'],
    [
      'after a liquidation that is not known to be flat',
      { isStarted: false, isResting: true, state: 'idle' },
      'resting',
    ],
    ['tripped', { state: 'tripped' }, 'tripped'],
    ['tripped, and resting', { isStarted: false, isResting: true, state: 'tripped' }, 'tripped'],
    ['disarmed by an operator', { state: 'disarmed' }, 'disarmed'],
    ['replaced by a newer run', { isStarted: false, state: 'replaced' }, 'replaced'],
    ['another run beats, and only one may', { isStarted: false, state: 'occupied' }, 'occupied'],
  ])('%s', (_name, facts, expected) => {
    expect(reasonOf(facts)).toBe(expected);
  });
});

describe('by age', () => {
  test.each<readonly [string, { readonly monotonicMs: number; readonly wallMs: number }, GateReason | 'open']>([
    ['a millisecond before dead_after', later(119_999), 'open'],
    ['at dead_after', later(120_000), 'too-old'],
    ['the machine was suspended: only the wall clock went on', later(10, 120_000), 'too-old'],
    ['the wall clock was set back by an hour', later(119_999, -3_600_000), 'open'],
    ['the wall clock was set back, and time has passed', later(120_000, -3_600_000), 'too-old'],
    ['the wall clock was set forward: closed until the next beat', later(10, 3_600_000), 'too-old'],
  ])('%s', (_name, now, expected) => {
    expect(reasonOf({}, now)).toBe(expected);
  });

  test('open never lasts to dead_after by either clock, in any other state', () => {
    fc.assert(
      fc.property(
        fc.nat(300_000),
        fc.integer({ min: -300_000, max: 300_000 }),
        fc.boolean(),
        fc.boolean(),
        fc.constantFrom('idle', 'armed', 'tripped', 'disarmed', 'replaced', 'occupied', 'unreached' as const),
        (ms, wallMs, isStarted, isResting, state) => {
          const gate = tradeGate({ ...OPEN, isStarted, isResting, state }, later(ms, wallMs));
          expect(gate.open).toBe(
            isStarted && !isResting && ['idle', 'armed', 'unreached'].includes(state) && Math.max(ms, wallMs) < 120_000,
          );
        },
      ),
    );
  });
});

test('each reason is a sentence', () => {
  const gate = tradeGate({ ...OPEN, state: 'tripped' }, later(0));
  expect(gate).toEqual({
    open: false,
    reason: 'tripped',
    sentence: 'The bot was liquidated. An operator must re-arm it first.',
  });
});
