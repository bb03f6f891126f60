import { describe, expect, test } from 'vitest';
import { statisticsOf } from '../../bin/incident/statistics.ts';
import type { Answer } from '../../lambda/contract.ts';
import type { LiquidationRecord } from '../../lambda/ports.ts';
import { answerOf } from '../support/stored-records.ts';

const T0 = Date.UTC(2026, 10, 21, 12, 0, 0);

function recordOf(changes: Partial<LiquidationRecord>, answer: Partial<Answer> = {}): LiquidationRecord {
  return {
    correlationId: 'liq_20261121_120000_abcdef',
    state: 'completed',
    priorState: 'idle',
    attempts: 1,
    botId: 'default',
    trigger: 'shutdown',
    holder: 'h',
    leaseUntilMs: T0 + 8_000,
    firstStartedAtMs: T0,
    startedAtMs: T0,
    finishedAtMs: T0 + 400,
    answer: { ...answerOf('liq_20261121_120000_abcdef'), ...answer },
    seals: [],
    resumeAtMs: undefined,
    carried: undefined,
    symbols: undefined,
    ...changes,
  };
}

const lasting = (ms: number): LiquidationRecord => recordOf({ finishedAtMs: T0 + ms });

describe('statistics of liquidations', () => {
  test('a read after FLAT that only confirms does not lengthen the time to flat', () => {
    const confirmed = recordOf({ finishedAtMs: T0 + 11_000, attempts: 2 }, { flat_after_seconds: 0.4 });
    expect(statisticsOf([confirmed]).timeToFlat).toMatchObject({ count: 1, medianMs: 400, slowestMs: 400 });
  });

  test('a call whose symbols held nothing counts as ended, and never as flat', () => {
    const typo = recordOf({ symbols: ['BTCUSD'] }, { headline: 'NOTHING SEEN IN BTCUSD', flat_after_seconds: 0.04 });
    const seen = recordOf({}, { headline: 'FLAT', flat_after_seconds: 0.4 });
    const statistics = statisticsOf([typo, seen]);
    expect(statistics.byTrigger).toEqual([{ trigger: 'shutdown', executions: 2, flat: 1 }]);
    expect(statistics.successRate).toBe(0.5);
    expect(statistics.timeToFlat).toMatchObject({ count: 1, medianMs: 400 });
  });

  test('nothing gives no rate', () => {
    expect(statisticsOf([])).toEqual({
      executions: 0,
      byState: {},
      byTrigger: [],
      open: 0,
      successRate: undefined,
      positionSuccessRate: undefined,
      positionsClosed: 0,
      positionsFailed: 0,
      timeToFlat: undefined,
      errors: [],
    });
  });

  test('the success rate leaves out what is open and what was switched off, and counts what was given up', () => {
    const records = [
      recordOf({}),
      recordOf({}),
      recordOf({ state: 'partial', resumeAtMs: T0 + 9_000 }),
      recordOf({ state: 'in_progress', resumeAtMs: T0 + 8_000, answer: undefined }),
      recordOf({ state: 'skipped' }),
      recordOf({ state: 'failed' }),
      recordOf({ state: 'in_progress', answer: undefined }),
    ];
    // Two of four: flat, flat, failed, given up after a death.
    expect(statisticsOf(records)).toMatchObject({
      executions: 7,
      open: 2,
      successRate: 0.5,
      byState: { completed: 2, in_progress: 2, partial: 1, skipped: 1, failed: 1 },
    });
  });

  test('the positions’ rate counts positions, not liquidations', () => {
    const records = [
      recordOf({}, { positions_closed: 9, positions_failed: 0 }),
      recordOf({ state: 'partial' }, { positions_closed: 0, positions_failed: 3 }),
    ];
    expect(statisticsOf(records)).toMatchObject({ positionSuccessRate: 0.75, positionsClosed: 9, positionsFailed: 3 });
  });

  test.each([
    ['one', [400], { count: 1, medianMs: 400, p95Ms: 400, slowestMs: 400 }],
    ['two', [300, 100], { count: 2, medianMs: 100, p95Ms: 300, slowestMs: 300 }],
    [
      'twenty',
      Array.from({ length: 20 }, (_, index) => (20 - index) * 10),
      { count: 20, medianMs: 100, p95Ms: 190, slowestMs: 200 },
    ],
  ] as const)('the times of %s are such as were measured', (_many, times, expected) => {
    expect(statisticsOf(times.map(lasting)).timeToFlat).toEqual(expected);
  });

  test('a liquidation of several attempts is timed from the first call', () => {
    const record = recordOf({ attempts: 3, startedAtMs: T0 + 60_000, finishedAtMs: T0 + 61_000 });
    expect(statisticsOf([record]).timeToFlat?.medianMs).toBe(61_000);
  });

  test('triggers and errors come most frequent first, errors with their section of the guide', () => {
    const timeout = { code: 'TIMEOUT', message: 'x', heading: 'x' };
    const dust = { code: 'DUST', message: 'x', heading: 'x' };
    const records = [
      recordOf({ trigger: 'watchdog', state: 'failed' }, { errors: [dust, timeout] }),
      recordOf({ trigger: 'watchdog' }),
      recordOf({ trigger: 'manual', state: 'failed' }, { errors: [timeout] }),
      recordOf({ trigger: undefined }),
    ];
    expect(statisticsOf(records)).toMatchObject({
      byTrigger: [
        { trigger: 'watchdog', executions: 2, flat: 1 },
        { trigger: 'manual', executions: 1, flat: 0 },
        { trigger: 'unknown', executions: 1, flat: 1 },
      ],
      errors: [
        { code: 'TIMEOUT', heading: 'Timeout exceeded', times: 2 },
        { code: 'DUST', heading: 'The position is too small to close', times: 1 },
      ],
    });
  });
});
