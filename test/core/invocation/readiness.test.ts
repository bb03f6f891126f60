import { describe, expect, test } from 'vitest';
import { readinessOf } from '../../../lambda/core/invocation/readiness.ts';
import type { PreflightNote } from '../../../lambda/ports.ts';

const NOW_MS = Date.UTC(2026, 10, 21, 3, 12, 40);
const HOURS_26_MS = 93_600_000;
const note = (headline: PreflightNote['headline'], ageMs: number): PreflightNote => ({
  ...{ botId: 'alpha', correlationId: 'liq_20261121_031000_abcdef', headline, failedChecks: [] },
  finishedAtMs: NOW_MS - ageMs,
});

describe('a bot is known to be ready', () => {
  test.each([
    ['never tested', undefined, { kind: 'never' }],
    ['ready just now', note('READY', 0), { kind: 'ready', warned: false }],
    ['ready, by a clock that is ahead of ours', note('READY', -5_000), { kind: 'ready', warned: false }],
    ['ready with warnings', note('READY, WITH WARNINGS', 1_000), { kind: 'ready', warned: true }],
    ['ready 26 hours ago', note('READY', HOURS_26_MS), { kind: 'ready' }],
    ['ready a millisecond longer ago', note('READY', HOURS_26_MS + 1), { kind: 'overdue' }],
    ['warned a millisecond longer ago', note('READY, WITH WARNINGS', HOURS_26_MS + 1), { kind: 'overdue' }],
    ['not ready just now', note('NOT READY', 0), { kind: 'not-ready' }],
    ['not ready, long ago, and not tested since', note('NOT READY', 10 * HOURS_26_MS), { kind: 'not-ready' }],
  ])('%s', (_name, last, expected) => {
    expect(readinessOf(last, NOW_MS)).toMatchObject(expected);
  });
});
