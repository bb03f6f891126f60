/** What a run learns of a symbol from each refusal, and how long it distrusts a late row. */

import { describe, expect, it } from 'vitest';
import type { Failure } from '../../lambda/core/failure.ts';
import {
  isStale,
  learnFromFailure,
  learnFromFill,
  learnFromRules,
  lessonOf,
  type Memory,
  NOTHING_LEARNT,
} from '../../lambda/core/lessons.ts';
import type { ExchangeRules, Position, Receipt, SymbolRules } from '../../lambda/core/model.ts';
import type { Step } from '../../lambda/core/next-step.ts';

const refused = (reason: string): Failure => ({ knowledge: 'refused', reason, message: 'no' }) as Failure;
const RULES = { symbol: 'BTCUSDT', status: 'SETTLING' } as unknown as SymbolRules;

it.each<[string, Failure, Step, string, Memory, Partial<Memory>]>([
  ['set aside', refused('key'), 'set-aside', '1', NOTHING_LEARNT, { setAside: refused('key') }],
  ['to be observed', refused('too-large'), 'observe', '1', NOTHING_LEARNT, {}],
  ['too large', refused('too-large'), 'consult-rules', '10', NOTHING_LEARNT, { wantsRules: true, maxQuantity: '5' }],
  [
    'too large and too small to halve',
    refused('too-large'),
    'consult-rules',
    '0',
    NOTHING_LEARNT,
    { setAside: refused('too-large') },
  ],
  ['too small', refused('too-small'), 'consult-rules', '1', NOTHING_LEARNT, { setAside: refused('too-small') }],
  ['thin once', refused('thin-book'), 'consult-rules', '1', NOTHING_LEARNT, { wantsRules: true }],
  [
    'thin twice',
    refused('thin-book'),
    'consult-rules',
    '1',
    { ...NOTHING_LEARNT, lastFailure: refused('thin-book') },
    { wantsRules: true, useLimit: true },
  ],
  ['of a wrong step', refused('precision'), 'consult-rules', '1', NOTHING_LEARNT, { wantsRules: true }],
])('a close that was %s', (_what, failure, step, tried, memory, learnt) => {
  expect(learnFromFailure(memory, failure, step, tried)).toEqual({ ...memory, lastFailure: failure, ...learnt });
});

describe('the rules', () => {
  const waiting: Memory = { ...NOTHING_LEARNT, wantsRules: true, lastFailure: refused('precision') };

  it('of a symbol that does not trade set it aside, with the word of the exchange', () => {
    const message = 'BTCUSDT is SETTLING: the exchange takes no order for it (no)';
    expect(learnFromRules(waiting, RULES)).toEqual({
      ...{ failures: 0, notBeforeMs: 0, lastFailure: refused('precision') },
      setAside: { knowledge: 'refused', reason: 'not-closable', message },
    });
  });

  it.each<[string, Memory, SymbolRules | undefined]>([
    ['that are not there', waiting, undefined],
    ['of one that trades', waiting, { ...RULES, status: 'TRADING' }],
    ['of one that was never refused', { ...NOTHING_LEARNT, wantsRules: true }, RULES],
  ])('%s only end the asking', (_what, memory, rules) => {
    const { wantsRules: _, ...rest } = memory;
    expect(learnFromRules(memory, rules)).toEqual(rest);
  });
});

it('the planner is told what was learnt, and no more', () => {
  const rules = { symbols: new Map([['BTCUSDT', RULES]]) } as unknown as ExchangeRules;
  expect(lessonOf(NOTHING_LEARNT, rules, 'ETHUSDT')).toEqual({});
  expect(lessonOf(NOTHING_LEARNT, undefined, 'BTCUSDT')).toEqual({});
  const memory = { ...NOTHING_LEARNT, maxQuantity: '0.5', useLimit: true, setAside: refused('key') };
  expect(lessonOf(memory, rules, 'BTCUSDT')).toEqual({
    rules: RULES,
    maxQuantity: '0.5',
    useLimit: true,
    doNotClose: true,
  });
});

describe('a row of a position', () => {
  const filled = learnFromFill(NOTHING_LEARNT, 'BOTH', { updatedAtMs: 1_000 } as Receipt, 5_000);
  const row = (updatedAtMs: number, positionSide = 'BOTH') => ({ updatedAtMs, positionSide }) as Position;

  it.each([
    ['older than our fill', row(999), 5_100, true],
    ['of our fill', row(1_000), 5_100, false],
    ['older, at the end of the patience', row(999), 6_500, true],
    ['older, after it', row(999), 6_501, false],
    ['of the other side', row(999, 'LONG'), 5_100, false],
  ])('%s', (_what, position, nowMs, stale) => {
    expect(isStale(filled, position, nowMs)).toBe(stale);
  });

  it('is believed when nothing was filled', () => {
    expect(isStale(NOTHING_LEARNT, row(0), 0)).toBe(false);
  });

  it('each side has its own fill', () => {
    const both = learnFromFill(filled, 'LONG', { updatedAtMs: 2_000 } as Receipt, 6_000);
    expect(both.fills).toEqual({
      BOTH: { updatedAtMs: 1_000, knownAtMs: 5_000 },
      LONG: { updatedAtMs: 2_000, knownAtMs: 6_000 },
    });
  });
});
