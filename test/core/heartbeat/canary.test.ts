/** What the canary's row and its note say of the chain, in numbers by hand. */

import { describe, expect, test } from 'vitest';
import { CANARY_BOT_ID } from '../../../lambda/aliases.ts';
import { BOT_ATTRIBUTES } from '../../../lambda/bot-row.ts';
import { readIni } from '../../../lambda/core/config/read-settings.ts';
import { canaryBeat, canaryRest, canaryStanding, judgeCanary } from '../../../lambda/core/heartbeat/canary.ts';
import type { RowChange } from '../../../lambda/core/heartbeat/row-change.ts';

const BEAT = 1_800_000_000_000;
const ID = 'liq_20270115_080030_abcdef';
const DEADLINE = BEAT + 180_000;
const row = {
  ...{ last_beat_at_ms: BEAT, late_told_for: '1@1', tripped_deadline_ms: DEADLINE, tripped_at_ms: DEADLINE + 200 },
  ...{ invoked_at_ms: DEADLINE + 400, correlation_id: ID },
};
const note = {
  ...{ botId: CANARY_BOT_ID, correlationId: ID, headline: 'READY' as const, failedChecks: [] },
  finishedAtMs: DEADLINE + 1_000,
};

test('a chain that worked passed, and took from the deadline to the dry run', () => {
  expect(judgeCanary(row, note)).toEqual({ kind: 'passed', tookMs: 1_000 });
});

describe('a broken chain is reported by its link', () => {
  const without = (...names: readonly string[]) =>
    Object.fromEntries(Object.entries(row).filter(([name]) => !names.includes(name)));
  const called = ['invoked_at_ms', 'correlation_id'];

  test.each([
    ['no beat', undefined, undefined, ['it has not beaten: its row is not there']],
    ['not late', without('late_told_for'), note, ['the watchdog did not find it late']],
    [
      'not dead',
      without('tripped_at_ms', 'tripped_deadline_ms', ...called),
      undefined,
      ['the watchdog did not find it dead'],
    ],
    ['not called', without('invoked_at_ms'), undefined, ['the watchdog tripped it and did not call the liquidator']],
    ['no answer', row, undefined, ['the liquidator was called and did not answer']],
    [
      'the answer of yesterday',
      row,
      { ...note, correlationId: 'liq_20270114_080030_abcdef' },
      ['the liquidator was called and did not answer'],
    ],
    [
      'a table that failed',
      row,
      { ...note, headline: 'NOT READY' as const, failedChecks: ['audit table'] },
      ['the dry run failed: audit table'],
    ],
    ['too early', { ...row, tripped_at_ms: DEADLINE - 1 }, note, ['it was tripped before its deadline']],
    [
      'a call that is late',
      { ...row, invoked_at_ms: DEADLINE + 100_000 },
      { ...note, finishedAtMs: DEADLINE + 101_000 },
      ['the liquidator was called 100 s after the deadline'],
    ],
    [
      'an answer that is late',
      row,
      { ...note, finishedAtMs: DEADLINE + 60_400 },
      ['the liquidator answered 60 s after the call'],
    ],
  ])('%s', (_what, fields, noted, problems) => {
    expect(judgeCanary(fields, noted)).toEqual({ kind: 'failed', problems });
  });
});

const OF_ITS_BEAT: readonly string[] = [
  ...['watch_state', 'last_beat_at_ms', 'beats', 'heartbeat_ms', 'late_after_ms', 'dead_after_ms'],
  ...['watch_shard', 'next_check_at_ms', 'last_change', 'changed_at_ms', 'changed_by'],
];

const PASSED = { kind: 'passed', tookMs: 1_200 } as const;
const FAILED = { kind: 'failed', problems: ['nobody came', 'nobody called'] } as const;

test('its heartbeat and its rest leave only the last verdict in the row, and are signed as routine', () => {
  for (const change of [canaryBeat(BEAT), canaryRest(BEAT, PASSED), canaryRest(BEAT, FAILED)]) {
    const left = BOT_ATTRIBUTES.filter(name => !OF_ITS_BEAT.includes(name) && !name.startsWith('canary_'));
    expect(change.remove).toEqual(expect.arrayContaining(left));
    expect(change.remove?.filter(name => Object.hasOwn(change.set, name))).toEqual([]);
    expect(change.set).toMatchObject({ changed_by: 'bot', next_check_at_ms: 0 });
  }
  expect(Object.keys(canaryBeat(BEAT).set).toSorted()).toEqual(OF_ITS_BEAT.toSorted());
});

describe('the state of the canary, as text', () => {
  const judged = (verdict: typeof PASSED | typeof FAILED) => canaryRest(DEADLINE + 240_000, verdict).set;
  const HOUR = 3_600_000;

  test.each([
    ['never, without a row', undefined, BEAT, { kind: 'never' }],
    ['never, with a row of an older flatline', { watch_state: 'disarmed' }, BEAT, { kind: 'never' }],
    ['dying', { ...row, canary_judged_at_ms: BEAT - 24 * HOUR }, BEAT + 200_000, { kind: 'dying', sinceMs: BEAT }],
    ['passed', judged(PASSED), DEADLINE + HOUR, { kind: 'passed', atMs: DEADLINE + 240_000, tookMs: 1_200 }],
    [
      'failed, however long ago',
      judged(FAILED),
      DEADLINE + 30 * HOUR,
      { kind: 'failed', atMs: DEADLINE + 240_000, problems: 'nobody came; nobody called' },
    ],
    ['passed too long ago', judged(PASSED), DEADLINE + 27 * HOUR, { kind: 'overdue', atMs: DEADLINE + 240_000 }],
    ['died, and nobody has ever judged', row, BEAT + HOUR, { kind: 'overdue', atMs: BEAT }],
  ] as const)('%s', (_what, fields, nowMs, expected) => {
    expect(canaryStanding(fields, nowMs)).toEqual(expected);
  });

  test('what passed after a failure is not shown with its problems, nor the other way round', () => {
    const then = (first: RowChange, second: RowChange) =>
      Object.fromEntries(
        Object.entries({ ...first.set, ...second.set }).filter(([name]) => !second.remove?.includes(name as never)),
      );
    const nowMs = BEAT + 60_000;
    expect(canaryStanding(then(canaryRest(BEAT, FAILED), canaryRest(BEAT, PASSED)), nowMs).kind).toBe('passed');
    expect(then(canaryRest(BEAT, PASSED), canaryRest(BEAT, FAILED))).not.toHaveProperty('canary_took_ms');
  });
});

test.each(['', '[deployment]\ncanary = false\n'])(
  'a bot of the configuration cannot take its name, because that name is never liquidated: %j',
  more => {
    expect(readIni(`[liquidation]\n[bot:canary]\n${more}`, 'c.ini')).toMatchObject({
      ok: false,
      findings: [{ level: 'ERROR', rule: expect.stringContaining('never be liquidated') }],
    });
  },
);
