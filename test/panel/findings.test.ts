import { describe, expect, test } from 'vitest';
import type { BotStanding, Condition } from '../../lambda/core/heartbeat/bot-standing.ts';
import type { LiquidationRecord, PreflightNote, UnfinishedRun } from '../../lambda/ports.ts';
import { findingsOf } from '../../lambda/views/panel/findings.ts';
import { type Overview, worstFirst } from '../../lambda/views/panel/overview.ts';
import { ago, from, instant, signed, span } from '../../lambda/views/words.ts';
import { NOW_MS } from './panel-rig.ts';

const bot = (botId: string, condition: Condition, rest: Partial<BotStanding> = {}): BotStanding => ({
  ...{ botId, condition, lastBeatAtMs: NOW_MS - 5_000, silentMs: 5_000 },
  ...{ lateAtMs: undefined, deadAtMs: undefined, snoozedUntilMs: undefined, trip: undefined, failure: undefined },
  ...{ unprovenStarts: 0, runId: undefined },
  ...{
    lastChange: undefined,
    snoozePlan: undefined,
    times: { heartbeatMs: 10_000, lateAfterMs: 30_000, deadAfterMs: 120_000 },
    problems: [],
  },
  ...rest,
});

const record = (rest: Partial<LiquidationRecord>): LiquidationRecord => ({
  ...{ correlationId: 'liq_20261121_031000_abcdef', state: 'completed', priorState: 'in_progress', attempts: 1 },
  ...{ botId: 'alpha', trigger: 'watchdog', holder: undefined, leaseUntilMs: undefined, symbols: undefined },
  ...{ firstStartedAtMs: NOW_MS - 120_000, startedAtMs: NOW_MS - 120_000, finishedAtMs: NOW_MS - 110_000 },
  ...{ answer: undefined, seals: [], resumeAtMs: undefined, carried: undefined },
  ...rest,
});

const run: UnfinishedRun = {
  ...{ correlationId: 'liq_20261121_031000_abcdef', botId: 'alpha', trigger: 'watchdog', symbols: undefined },
  ...{ attempt: 3, state: 'partial', firstStartedAtMs: NOW_MS - 90_000, resumeAtMs: NOW_MS + 10_000, holder: 'h' },
};

const read = <T>(value: T) => ({ kind: 'read', value }) as const;
const unread = { kind: 'unread', why: 'The table bots could not list the bots (ECONNREFUSED).' } as const;

const tested = (changes: Partial<PreflightNote> = {}): ReadonlyMap<string, PreflightNote> => {
  const note = { botId: 'alpha', correlationId: run.correlationId, headline: 'READY', failedChecks: [] } as const;
  return new Map([['alpha', { ...note, finishedAtMs: NOW_MS - 3_600_000, ...changes }]]);
};
const failed = { headline: 'NOT READY', failedChecks: ['secret', 'test order'] } as const;
const AGO_26_H = NOW_MS - 93_600_000;

const seen = (changes: Partial<Overview> = {}): Overview => ({
  ...{ nowMs: NOW_MS, configured: ['alpha'], bots: read([bot('alpha', 'alive')]), tickedAtMs: read(NOW_MS - 20_000) },
  ...{ recent: read([]), unfinished: read([]), preflights: read(tested()), protection: read('on') },
  canary: undefined,
  ...changes,
});

const headlines = (changes: Partial<Overview>): readonly string[] => findingsOf(seen(changes)).map(one => one.headline);

describe('the verdict', () => {
  test.each<[string, Partial<Overview>, readonly string[]]>([
    ['all is well', {}, ['1 BOT WATCHED, ALIVE']],
    [
      'the canary passed',
      { canary: { kind: 'passed', atMs: NOW_MS - 3_600_000, tookMs: 900 } },
      ['1 BOT WATCHED, ALIVE'],
    ],
    [
      'the canary is silent on purpose',
      { canary: { kind: 'dying', sinceMs: NOW_MS - 60_000 } },
      ['1 BOT WATCHED, ALIVE'],
    ],
    [
      'the canary failed',
      { canary: { kind: 'failed', atMs: NOW_MS - 3_600_000, problems: 'nobody called' } },
      ['THE CANARY FAILED'],
    ],
    ['the canary is overdue', { canary: { kind: 'overdue', atMs: AGO_26_H } }, ['THE CANARY WAS NOT CHECKED']],
    ['two of two', { bots: read([bot('a', 'alive'), bot('b', 'alive')]) }, ['2 BOTS WATCHED, ALL ALIVE']],
    ['no bot has reported yet', { bots: read([bot('a', 'never')]) }, ['NO BOT IS WATCHED']],
    ['there is no bot', { bots: read([]) }, ['NO BOT IS WATCHED']],
    ['all have disarmed', { bots: read([bot('a', 'disarmed')]) }, ['NO BOT IS WATCHED']],
    ['one is late', { bots: read([bot('a', 'late', { deadAtMs: NOW_MS + 40_000 })]) }, ['1 BOT LATE']],
    ['one is dead', { bots: read([bot('a', 'dead', { deadAtMs: NOW_MS - 2_000 })]) }, ['1 BOT DEAD']],
    ['one is tripped', { bots: read([bot('a', 'tripped')]) }, ['1 BOT TRIPPED']],
    ['two are snoozed', { bots: read([bot('a', 'snoozed'), bot('b', 'snoozed')]) }, ['2 BOTS SNOOZED']],
    [
      'one calls',
      { bots: read([bot('a', 'alive', { failure: { atMs: NOW_MS, reason: 'stuck' } })]) },
      ['A BOT HAS FAILED'],
    ],
    ['a liquidation is in progress', { unfinished: read([run]) }, ['1 LIQUIDATION NOT FLAT YET']],
    ['one was given up', { recent: read([record({ state: 'partial' })]) }, ['NOT FLAT, CHECK BY HAND']],
    [
      'one was given up, a later one is flat',
      { recent: read([record({}), record({ state: 'failed' })]) },
      ['1 BOT WATCHED, ALIVE'],
    ],
    [
      'one failed and will be resumed',
      { recent: read([record({ state: 'failed', resumeAtMs: NOW_MS })]) },
      ['1 BOT WATCHED, ALIVE'],
    ],
    [
      'a flat one, then one skipped, does not hide the failed one',
      { recent: read([record({ state: 'skipped' }), record({ state: 'failed' })]) },
      ['NOT FLAT, CHECK BY HAND'],
    ],
    ['the tick is 150 s old', { tickedAtMs: read(NOW_MS - 150_000) }, ['1 BOT WATCHED, ALIVE']],
    ['the tick is older', { tickedAtMs: read(NOW_MS - 150_001) }, ['THE WATCHDOG IS SILENT']],
    ['there was no tick', { tickedAtMs: read(undefined) }, ['THE WATCHDOG HAS NEVER RUN']],
    ['switched off', { protection: read('off by configuration') }, ['PROTECTION IS SWITCHED OFF']],
    ['not known whether it is on', { protection: unread }, ['PROTECTION STATE UNKNOWN']],
    ['bots not read', { bots: unread }, ['NOT EVERYTHING COULD BE READ']],
    [
      'ready, with warnings',
      { preflights: read(tested({ headline: 'READY, WITH WARNINGS' })) },
      ['1 BOT WATCHED, ALIVE'],
    ],
    ['not ready', { preflights: read(tested(failed)) }, ['1 BOT NOT READY']],
    ['tested 26 hours ago', { preflights: read(tested({ finishedAtMs: AGO_26_H })) }, ['1 BOT WATCHED, ALIVE']],
    ['tested before that', { preflights: read(tested({ finishedAtMs: AGO_26_H - 1 })) }, ['1 BOT NOT TESTED']],
    ['two were never tested', { configured: ['alpha', 'b', 'c'] }, ['2 BOTS NOT TESTED']],
    ['preflights not read', { preflights: unread }, ['NOT EVERYTHING COULD BE READ']],
    ['only the runs not read', { recent: unread }, ['NOT EVERYTHING COULD BE READ']],
  ])('%s', (_name, changes, wanted) => {
    expect(headlines(changes)).toEqual(wanted);
  });

  test('lists every finding, bad ones before warnings', () => {
    const bots = read([bot('a', 'late'), bot('b', 'dead'), bot('c', 'tripped')]);
    expect(
      headlines({ bots, unfinished: read([run]), protection: read('off by environment'), recent: unread }),
    ).toEqual([
      'PROTECTION IS SWITCHED OFF',
      '1 BOT DEAD',
      '1 LIQUIDATION NOT FLAT YET',
      'NOT EVERYTHING COULD BE READ',
      '1 BOT LATE',
      '1 BOT TRIPPED',
    ]);
  });

  test('names the bot, the time and what to do', () => {
    const late = bot('alpha', 'late', { deadAtMs: NOW_MS + 65_000 });
    expect(findingsOf(seen({ bots: read([late]) }))[0].detail).toBe(
      'alpha: heartbeats are missing. Without one it is liquidated in 1 min 5 s.',
    );
    expect(findingsOf(seen({ bots: read([bot('alpha', 'alive'), bot('b', 'never')]) }))[0].detail).toBe(
      'None is late, no liquidation is open, protection is on. Not watched: 1 never reported.',
    );
  });

  test('names the failed check, and the bot without a preflight', () => {
    const found = findingsOf(seen({ configured: ['alpha', 'b', 'c'], preflights: read(tested(failed)) }));
    expect(found.map(({ detail }) => detail)).toEqual([
      'alpha: the preflight 1 h ago failed at secret, test order, and a liquidation would have failed too. Press Preflight to check again.',
      'b and 1 other: no preflight is on record. Press Preflight.',
    ]);
  });

  test('sorts the worst bots first, and a reported failure before all others', () => {
    const reported = { failure: { atMs: NOW_MS, reason: 'stuck' } };
    const order = worstFirst([
      bot('d', 'alive'),
      bot('c', 'never'),
      bot('b', 'late'),
      bot('a', 'dead'),
      bot('e', 'alive', reported),
    ]);
    expect(order.map(({ botId }) => botId)).toEqual(['e', 'a', 'b', 'd', 'c']);
    const numbered = worstFirst([bot('bot-10', 'alive'), bot('bot-2', 'alive')]);
    expect(numbered.map(({ botId }) => botId)).toEqual(['bot-2', 'bot-10']);
  });
});

describe('words', () => {
  test.each([
    [-5, '0 s'],
    [999, '0 s'],
    [1_000, '1 s'],
    [59_999, '59 s'],
    [60_000, '1 min'],
    [119_999, '1 min 59 s'],
    [3_600_000, '1 h'],
    [7_380_000, '2 h 3 min'],
    [90_000_000, '1 d 1 h'],
  ])('%d ms is %s', (ms, words) => {
    expect(span(ms)).toBe(words);
  });

  test('instants have the date when it is not today', () => {
    expect(instant(NOW_MS, NOW_MS)).toBe('03:12:40');
    expect(instant(NOW_MS - 86_400_000, NOW_MS)).toBe('2026-11-20 03:12:40');
    expect([ago(NOW_MS - 1_000, NOW_MS), from(NOW_MS + 1_000, NOW_MS), from(NOW_MS, NOW_MS)]).toEqual([
      '1 s ago',
      'in 1 s',
      '0 s ago',
    ]);
  });

  test.each([
    ['12.5', '+12.5'],
    ['-12.5', '−12.5'],
    ['0', '0'],
    ['-0.00', '0'],
  ])('%s is %s', (amount, words) => {
    expect(signed(amount)).toBe(words);
  });
});
