/** The second clock: what happens after an attempt that could not finish. */

import { describe, expect, test } from 'vitest';
import { createRateLimiters } from '../../lambda/app/exchange/rate-limiter.ts';
import { whatFollows } from '../../lambda/core/liquidation/carry/resume.ts';
import { KEY, type LiquidationRig, liquidationRig } from '../support/liquidation-rig.ts';

const ID = 'liq_20240229_120007_abc123';
const MINUTE = 60_000;
const FOREVER = Number.POSITIVE_INFINITY;

/** Lambda's part: runs the invocations that were accepted, one after the other, until none comes any more. */
async function playLambda(rig: LiquidationRig, most = 60) {
  const answers = [];
  for (let n = 0; n < most; n += 1) {
    const event = rig.invoked[n];
    if (event === undefined) break;
    answers.push(await rig.run({}, { rawEvent: event }));
  }
  return answers;
}

const refuseCloses = (rig: LiquidationRig, symbol: string): void =>
  rig.exchange.faults.add({
    on: { method: 'POST', path: '/fapi/v1/order', symbol },
    times: FOREVER,
    fault: { kind: 'refuse', code: -2010, msg: 'NEW_ORDER_REJECTED' },
  });

describe('an attempt that could not finish', () => {
  test('answers in time, says until when it retries, and hands over under the same ID', async () => {
    const rig = liquidationRig();
    rig.account.open('BTCUSDT', '0.500');
    rig.account.open('SOLUSDT', '10');
    refuseCloses(rig, 'SOLUSDT');
    const answer = await rig.run({ correlation_id: ID, symbols: ['BTCUSDT', 'SOLUSDT'] });
    expect(answer).toMatchObject({ state: 'partial', headline: 'NOT FLAT, RETRYING UNTIL 14:00:07' });
    expect(rig.invoked).toMatchObject([
      {
        correlation_id: ID,
        trigger: 'shutdown',
        bot_id: 'default',
        symbols: ['BTCUSDT', 'SOLUSDT'],
        resume: { hop: 2 },
      },
    ]);
  });

  test('continues until the exchange accepts requests again, and then reports the whole', async () => {
    const rig = liquidationRig();
    rig.account.open('BTCUSDT', '0.500');
    rig.account.open('SOLUSDT', '10');
    refuseCloses(rig, 'SOLUSDT');
    const first = await rig.run({ correlation_id: ID });
    expect(first).toMatchObject({ positions_closed: 1, positions_failed: 1, attempt: 1 });
    await playLambda(rig, 3);
    rig.exchange.faults.clear();
    const answers = await playLambda(rig);
    expect(answers.at(-1)).toMatchObject({
      state: 'completed',
      headline: 'FLAT',
      positions_closed: 2,
      positions_failed: 0,
    });
    expect(rig.account.truth().positions).toEqual([]);
    const replay = await rig.run({ correlation_id: ID });
    expect(replay).toMatchObject({ replayed: true, positions_closed: 2 });
  });

  test('is measured as slow only where a caller waits, and counted flat or failed once, a replay not at all', async () => {
    const rig = liquidationRig();
    const counted = (name: string): number => rig.metrics.filter(metric => metric.name === name).length;
    rig.account.open('SOLUSDT', '10');
    refuseCloses(rig, 'SOLUSDT');
    await rig.run({ correlation_id: ID });
    expect(['DurationMs', 'LiquidationsFailed', 'LiquidationsFlat'].map(counted)).toEqual([1, 1, 0]);
    await playLambda(rig, 2);
    expect(['DurationMs', 'LiquidationsFailed', 'LiquidationsFlat'].map(counted)).toEqual([1, 3, 0]);
    rig.exchange.faults.clear();
    await rig.run({}, { rawEvent: rig.invoked.at(-1) });
    expect(['DurationMs', 'LiquidationsFailed', 'LiquidationsFlat'].map(counted)).toEqual([1, 3, 1]);
    await rig.run({ correlation_id: ID });
    await rig.run({ dry_run: true });
    expect(['DurationMs', 'LiquidationsFailed', 'LiquidationsFlat'].map(counted)).toEqual([2, 3, 1]);
    await rig.run({}, { rawEvent: {} });
    expect(['DurationMs', 'LiquidationsFailed', 'LiquidationsFlat'].map(counted)).toEqual([2, 4, 1]);
  });

  test('counts as skipped what liquidated nothing: a dry run, a repeated answer, and symbols that hold nothing', async () => {
    const rig = liquidationRig();
    const statesOf = () =>
      rig.metrics.filter(({ name }) => name === 'Executions').map(({ dimensions }) => dimensions.state);
    rig.account.open('SOLUSDT', '10');
    await rig.run({ dry_run: true });
    await rig.run({ correlation_id: 'liq_20261121_120000_bbbbbb', symbols: ['BTCUSD'] });
    await rig.run({ correlation_id: ID });
    await rig.run({ correlation_id: ID });
    expect(statesOf()).toEqual(['skipped', 'skipped', 'completed', 'skipped']);
  });

  test('waits longer each time, thirty seconds at most, and raises an alarm when resume_minutes are over', async () => {
    const rig = liquidationRig();
    rig.account.open('SOLUSDT', '10');
    refuseCloses(rig, 'SOLUSDT');
    const startedAtMs = rig.clock.nowMs();
    await rig.run({ correlation_id: ID }, { liquidation: { resumeMs: 3 * MINUTE } });
    const answers = [];
    for (let n = 0; rig.invoked[n] !== undefined; n += 1) {
      answers.push(await rig.run({}, { rawEvent: rig.invoked[n], liquidation: { resumeMs: 3 * MINUTE } }));
    }
    expect(answers.length).toBeGreaterThanOrEqual(6);
    expect(answers.length).toBeLessThanOrEqual(12);
    expect(answers.at(-1)).toMatchObject({ headline: 'NOT FLAT, CHECK BY HAND', state: 'failed' });
    expect(rig.clock.nowMs() - startedAtMs).toBeLessThanOrEqual(3 * MINUTE + 20_000);
    expect(rig.logs.some(line => line.level === 'CRITICAL' && line.message.includes('resume_minutes'))).toBe(true);
    expect(rig.metrics.some(metric => metric.name === 'ResumeGaveUp')).toBe(true);
    const due = await rig.stores.lock.unfinished.due(FOREVER, 10, 1_000);
    expect(due).toEqual([]);
  });

  test('an address whose weight is used up by another waits as requested, and is never banned', async () => {
    const rig = liquidationRig();
    const bystander = liquidationRig({ beside: rig, key: { ...KEY, apiKey: 'f'.repeat(64) } });
    const refused = () => rig.exchange.journal.filter(({ status }) => status === 429 || status === 418);
    // Another process each time, which knows nothing of what was used before.
    const asks = () =>
      bystander.run({ dry_run: true }, { world: { ...bystander.world, limiters: createRateLimiters() } });
    while (refused().length === 0) await asks();
    const refusedBefore = refused().length;
    rig.account.open('BTCUSDT', '0.500');
    const first = await rig.run({ correlation_id: ID });
    expect(first).toMatchObject({ state: 'failed', headline: 'NOT FLAT, RETRYING UNTIL 14:00:07' });
    const answers = await playLambda(rig);
    expect(answers.at(-1)).toMatchObject({ state: 'completed', headline: 'FLAT' });
    expect(refused().map(({ status }) => status)).not.toContain(418);
    // The three lists of the first read, which cannot know better.
    expect(refused().length - refusedBefore).toBe(3);
  });

  test('with resume_minutes = 0 nothing follows, and the alarm of giving up is raised', async () => {
    const rig = liquidationRig();
    rig.account.open('SOLUSDT', '10');
    refuseCloses(rig, 'SOLUSDT');
    const answer = await rig.run({}, { liquidation: { resumeMs: 0 } });
    expect(answer.headline).toBe('NOT FLAT, CHECK BY HAND');
    expect(rig.invoked).toEqual([]);
    expect(rig.metrics.filter(({ name }) => name === 'ResumeGaveUp')).toHaveLength(1);
    const critical = rig.logs.filter(({ level }) => level === 'CRITICAL').map(({ message }) => message);
    expect(critical).toEqual(['NOT FLAT, and resume_minutes = 0: nobody tries again. Close by hand.']);
  });

  test('without the lock each attempt uses new order IDs, in case the exchange accepts none twice', async () => {
    const rig = liquidationRig({ unconfirmed: { clientIdFreeAfterMs: 60 * MINUTE } });
    rig.account.open('BTCUSDT', '0.500');
    rig.stores.script.failAll('refuse');
    const on = { method: 'POST', path: '/fapi/v1/order' } as const;
    rig.exchange.faults.add({ on, times: FOREVER, fault: { kind: 'partial-fill', ratio: 0.1 } });
    expect(await rig.run({ correlation_id: ID })).toMatchObject({ state: 'failed', attempt: 0 });
    rig.exchange.faults.clear();
    expect(await playLambda(rig, 1)).toMatchObject([{ state: 'completed', headline: 'FLAT', attempt: 0 }]);
  });

  test('a hand-over that fails is named, and the watchdog finds the run', async () => {
    const rig = liquidationRig();
    rig.account.open('SOLUSDT', '10');
    refuseCloses(rig, 'SOLUSDT');
    rig.failInvocations();
    const answer = await rig.run({ correlation_id: ID, symbols: ['SOLUSDT'] });
    expect(answer.warnings.map(warning => warning.code)).toEqual(['HAND_OVER_FAILED']);
    const due = await rig.stores.lock.unfinished.due(rig.clock.nowMs() + 5_000, 10, 1_000);
    expect(due).toMatchObject([
      { correlationId: ID, state: 'failed', attempt: 1, symbols: ['SOLUSDT'], trigger: 'shutdown' },
    ]);
  });

  test('a run that died is found when its lease is over, not before', async () => {
    const rig = liquidationRig();
    const nowMs = rig.clock.nowMs();
    const claim = {
      correlationId: ID,
      botId: 'default',
      trigger: 'watchdog',
      symbols: undefined,
      holder: 'dead',
    } as const;
    await rig.stores.lock.claim({ ...claim, nowMs, leaseUntilMs: nowMs + 8_000, retakeCompletedBeforeMs: 0 }, 1_000);
    const { unfinished } = rig.stores.lock;
    expect(await unfinished.due(nowMs + 7_999, 10, 1_000)).toEqual([]);
    expect(await unfinished.due(nowMs + 8_000, 10, 1_000)).toMatchObject([{ correlationId: ID, state: 'in_progress' }]);
  });

  test('giving up is conditional on the attempt that was seen', async () => {
    const rig = liquidationRig();
    rig.account.open('SOLUSDT', '10');
    refuseCloses(rig, 'SOLUSDT');
    await rig.run({ correlation_id: ID });
    const { unfinished } = rig.stores.lock;
    const [seen] = await unfinished.due(FOREVER, 10, 1_000);
    if (seen === undefined) throw new Error('the run is not due');
    await playLambda(rig, 1);
    expect(await unfinished.giveUp(seen, rig.clock.nowMs(), 1_000)).toBe(false);
    const [now] = await unfinished.due(FOREVER, 10, 1_000);
    if (now === undefined) throw new Error('the run is not due');
    expect(await unfinished.giveUp(now, rig.clock.nowMs(), 1_000)).toBe(true);
    expect(await unfinished.due(FOREVER, 10, 1_000)).toEqual([]);
  });

  test('without DynamoDB the number of the attempt travels in the event', async () => {
    const rig = liquidationRig();
    rig.account.open('SOLUSDT', '10');
    refuseCloses(rig, 'SOLUSDT');
    rig.stores.script.failAll('refuse');
    await rig.run({ correlation_id: ID });
    await playLambda(rig, 4);
    expect(rig.invoked.map(event => (event.resume as { hop: number }).hop)).toEqual([2, 3, 4, 5, 6]);
  });
});

describe('what follows an attempt', () => {
  const base = {
    state: 'failed',
    end: { kind: 'attempts' },
    hop: 1,
    moved: false,
    nowMs: 0,
    untilMs: 15 * MINUTE,
    locked: true,
    mayHold: true,
    confirmMs: 10_000,
  } as const;
  const limitedUntil = (untilMs: number) => ({ kind: 'limited', untilMs, failure: undefined }) as const;
  const key = { certainty: 'refused', subject: 'key', reason: 'key', message: 'refused' } as const;
  test.each<[string, Parameters<typeof whatFollows>[0], object]>([
    ['after the first attempt: a second later', base, { next: { resumeAtMs: 1_000, hop: 2, bySelf: true } }],
    [
      'after a third that closed something: a second later',
      { ...base, hop: 3, moved: true },
      { next: { resumeAtMs: 1_000, hop: 4 } },
    ],
    ['after the third: four seconds later', { ...base, hop: 3 }, { next: { resumeAtMs: 4_000, hop: 4 } }],
    ['after many: thirty seconds later', { ...base, hop: 12 }, { next: { resumeAtMs: 30_000, hop: 13 } }],
    [
      'seen flat once: the second read a second later',
      { ...base, hop: 12, end: { kind: 'time', seenFlatOnce: true } },
      { next: { resumeAtMs: 1_000 } },
    ],
    [
      'completed: a read that confirms',
      { ...base, state: 'completed', end: { kind: 'flat' } },
      { next: { resumeAtMs: 10_000, confirms: true, bySelf: true } },
    ],
    ['completed, with confirm_seconds = 0: nothing', { ...base, state: 'completed', confirmMs: 0 }, { kind: 'over' }],
    ['skipped: nothing', { ...base, state: 'skipped' }, { kind: 'over' }],
    ['one ms too late: it gives up', { ...base, untilMs: 1_000 }, { kind: 'gave-up', waitUntilMs: undefined }],
    ['just in time: one more', { ...base, untilMs: 1_001 }, { next: { resumeAtMs: 1_000 } }],
    [
      'asked to wait: not before the requested time',
      { ...base, end: limitedUntil(42_000) },
      { next: { resumeAtMs: 42_000, bySelf: true } },
    ],
    [
      'asked to wait longer than one invocation can: by the watchdog',
      { ...base, end: limitedUntil(61_001) },
      { next: { resumeAtMs: 61_001, bySelf: false } },
    ],
    [
      'asked to wait beyond resume_minutes: it gives up, and says until when',
      { ...base, end: limitedUntil(16 * MINUTE) },
      { kind: 'gave-up', waitUntilMs: 16 * MINUTE },
    ],
    [
      'refused for the key: a minute later, by the watchdog',
      { ...base, end: { kind: 'stopped', failure: key } },
      { next: { resumeAtMs: 60_000, bySelf: false } },
    ],
    [
      'refused for the key, without the lock: a minute later, by itself',
      { ...base, locked: false, end: { kind: 'stopped', failure: key } },
      { next: { resumeAtMs: 60_000, bySelf: true } },
    ],
  ])('%s', (_name, after, expected) => {
    expect(whatFollows(after)).toMatchObject(expected);
  });
});
