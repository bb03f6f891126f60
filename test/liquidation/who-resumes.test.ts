/**
 * RETRYING and CONFIRMING are said only where somebody goes on: Lambda accepted the next attempt, or a record exists that
 * the watchdog's tick sees. Otherwise a person is asked for. (Input L3.)
 */

import { describe, expect, test } from 'vitest';
import { ALWAYS } from '../../simulator/engine/rules/fault-script.ts';
import type { StoreFault } from '../../simulator/stores/remote.ts';
import { type Day, liquidated, playInvocations } from '../support/bad-day.ts';
import { type LiquidationRig, liquidationRig } from '../support/liquidation-rig.ts';

const FAULTS: Readonly<Record<string, (rig: LiquidationRig) => void>> = {
  'a ban of two minutes': ({ exchange }) =>
    exchange.faults.add({ on: {}, fault: { kind: 'banned-418', retryAfterSeconds: 120 } }),
  'a ban of 20 minutes': ({ exchange }) =>
    exchange.faults.add({ on: {}, fault: { kind: 'banned-418', retryAfterSeconds: 1_200 } }),
  'a 429 of 30 s': ({ exchange }) =>
    exchange.faults.add({ on: {}, fault: { kind: 'limited-429', retryAfterSeconds: 30 } }),
  'a key that is refused': ({ account }) => account.refuseKey({ status: 401, code: -2015 }),
  'closes that are refused': ({ exchange }) =>
    exchange.faults.add({ on: { method: 'POST' }, times: ALWAYS, fault: { kind: 'refuse', code: -2010 } }),
  'an exchange that is silent': ({ exchange }) =>
    exchange.faults.add({ on: {}, times: ALWAYS, fault: { kind: 'hang-before' } }),
};

async function badDay(fault: string, tables: StoreFault | 'well', lambda: 'well' | 'refuses'): Promise<Day> {
  const rig = liquidationRig();
  rig.account.open('ETHUSDT', '8.125');
  rig.account.open('SOLUSDT', '-70');
  FAULTS[fault]?.(rig);
  if (tables !== 'well') rig.stores.script.failAll(tables);
  if (lambda === 'refuses') rig.failInvocations();
  return liquidated(rig);
}

/** By what Lambda accepted and what a tick would find. */
async function somebodyGoesOn({ rig, answer }: Day): Promise<boolean> {
  rig.stores.script.recover();
  const open = await rig.stores.lock.unfinished.due(Number.POSITIVE_INFINITY, 10, 1_000);
  return rig.invoked.length > 0 || open.some(one => one.correlationId === answer.correlation_id);
}

describe.each(Object.keys(FAULTS))('%s (L3)', fault => {
  test.each([
    { tables: 'well', lambda: 'well' },
    { tables: 'well', lambda: 'refuses' },
    { tables: 'refuse', lambda: 'well' },
    { tables: 'refuse', lambda: 'refuses' },
    { tables: 'hang', lambda: 'well' },
    { tables: 'hang', lambda: 'refuses' },
    { tables: 'lose-answer', lambda: 'refuses' },
  ] as const)(
    'tables: $tables, Lambda: $lambda: RETRYING is answered only if an attempt follows',
    async ({ tables, lambda }) => {
      const day = await badDay(fault, tables, lambda);
      const promised = /RETRYING UNTIL|CONFIRMING/.test(day.answer.headline);
      if (!promised) expect(day.answer.headline).toBe('NOT FLAT, CHECK BY HAND');
      const goesOn = await somebodyGoesOn(day);
      if (promised) expect(goesOn).toBe(true);
      // What cannot be promised is said loudly, in the log as well.
      else {
        expect(day.rig.logs.some(({ level }) => level === 'CRITICAL')).toBe(true);
        expect(day.rig.metrics.filter(({ name }) => name === 'ResumeGaveUp')).toHaveLength(1);
      }
      // The promise is kept wherever it can be: only both of them down leave nobody.
      if (tables === 'well' || (lambda === 'well' && tables === 'refuse')) expect(promised).toBe(true);
      if (tables !== 'well' && tables !== 'lose-answer' && lambda === 'refuses') expect(promised).toBe(false);
    },
  );
});

describe('a run without its lock (L3)', () => {
  test.each([
    { fault: 'a ban of two minutes', mostMs: 125_000 },
    { fault: 'a 429 of 30 s', mostMs: 35_000 },
    { fault: 'a ban of 20 minutes', mostMs: 1_205_000 },
  ])('hands over to itself over $fault, asks nothing meanwhile, and closes at its end', async ({ fault, mostMs }) => {
    const day = await badDay(fault, 'refuse', 'well');
    const { rig } = day;
    const asked = rig.exchange.journal.length;
    const answers = await playInvocations(rig);
    expect(rig.account.truth().positions).toEqual([]);
    expect(answers.find(one => one.state === 'completed')?.headline).toBe('FLAT');
    const [first] = rig.exchange.journal.slice(asked);
    expect((first?.receivedAtMs ?? 0) - day.startedAtMs).toBeGreaterThanOrEqual(mostMs - 5_000);
    expect((first?.receivedAtMs ?? 0) - day.startedAtMs).toBeLessThanOrEqual(mostMs);
    expect(rig.exchange.tally().banned + rig.exchange.tally().limited).toBeLessThanOrEqual(4);
  });

  /** Closes are refused and the claim fails; the tables are well again at once, before the end, or after it. */
  test.each([
    { says: 'for the claim only', recoverAfterMs: 100 },
    { says: 'until it has ended', recoverAfterMs: undefined },
  ])('is resumed by itself where the tables failed $says', async ({ recoverAfterMs }) => {
    const rig = liquidationRig();
    rig.account.open('ETHUSDT', '8.125');
    FAULTS['closes that are refused']?.(rig);
    rig.stores.script.failAll('refuse');
    if (recoverAfterMs !== undefined) void rig.clock.sleep(recoverAfterMs).then(() => rig.stores.script.recover());
    const day = await liquidated(rig);
    expect(day.answer.headline).toMatch(/RETRYING UNTIL/);
    rig.stores.script.recover();
    rig.exchange.faults.clear();
    const [next] = await playInvocations(rig);
    expect(next).toMatchObject({ headline: 'FLAT', errors: [] });
    expect(rig.account.truth().positions).toEqual([]);
  });

  test('waits as long as requested, once its end is stored', async () => {
    const rig = liquidationRig();
    rig.account.open('ETHUSDT', '8.125');
    rig.exchange.faults.add({ on: {}, fault: { kind: 'limited-429', retryAfterSeconds: 30 } });
    rig.stores.script.failNext('refuse');
    const day = await liquidated(rig);
    const asked = rig.exchange.journal.length;
    await playInvocations(rig);
    expect(rig.account.truth().positions).toEqual([]);
    const [first] = rig.exchange.journal.slice(asked);
    expect((first?.receivedAtMs ?? 0) - day.startedAtMs).toBeGreaterThanOrEqual(30_000);
  });
});

describe('a run whose end is not stored', () => {
  test.each<{ says: string; store: (rig: LiquidationRig) => void; confirmMs: number }>([
    { says: 'the table refuses its end', store: failing('conclude', 1), confirmMs: 10_000 },
    { says: 'the table refuses each end but the last', store: failing('conclude', 3), confirmMs: 10_000 },
    { says: 'and that confirms after a second', store: failing('conclude', 9), confirmMs: 1_000 },
    {
      says: 'nor the claim, the seal and the end of the next one',
      store: rig => {
        failing('conclude', 2)(rig);
        void rig.clock.sleep(5_000).then(() => {
          failing('claim', 1)(rig);
          failing('seal', 9)(rig);
        });
      },
      confirmMs: 10_000,
    },
  ])('is resumed by whom it called: $says', async ({ store, confirmMs }) => {
    const rig = liquidationRig();
    rig.account.open('ETHUSDT', '8.125');
    rig.exchange.faults.add({ on: { method: 'POST' }, times: ALWAYS, fault: { kind: 'refuse', code: -1008 } });
    void rig.clock.sleep(8_000).then(() => rig.exchange.faults.clear());
    store(rig);
    const changes = { liquidation: { confirmMs } };
    const { answer } = await liquidated(rig, {}, changes);
    expect(answer.headline).toMatch(/RETRYING UNTIL/);
    const answers = await playInvocations(rig, changes);
    expect(answers.map(one => one.headline)).not.toContain('IN PROGRESS, ANOTHER CALL IS LIQUIDATING');
    expect(answers.map(one => one.headline)).not.toContain('REFUSED, NOTHING DONE');
    expect(answers.at(-1)).toMatchObject({ headline: 'FLAT', state: 'completed' });
    expect(rig.account.truth().positions).toEqual([]);
  });
});

test('a container whose clock is minutes behind waits a minute at most where the exchange requested no wait', async () => {
  const rig = liquidationRig();
  rig.account.open('ETHUSDT', '8.125');
  FAULTS['closes that are refused']?.(rig);
  await liquidated(rig);
  rig.exchange.faults.clear();
  const event = rig.invoked[0] as { readonly resume: { readonly not_before_ms: number } };
  const resume = { ...event.resume, not_before_ms: event.resume.not_before_ms + 240_000 };
  const startedAtMs = rig.clock.nowMs();
  const answer = await rig.run({}, { rawEvent: { ...event, resume } });
  expect(answer.headline).toBe('FLAT');
  expect(rig.clock.nowMs() - startedAtMs).toBeLessThan(65_000);
});

function failing(operation: 'claim' | 'conclude' | 'seal', times: number) {
  return ({ stores }: LiquidationRig): void => stores.script.failNext('refuse', { operation, times });
}

describe('an event that says it resumes a run that no record shows', () => {
  test('holds an execution for seconds only, however long it says it must wait', async () => {
    const rig = liquidationRig();
    rig.account.open('ETHUSDT', '8.125');
    const startedAtMs = rig.clock.nowMs();
    const resume = {
      hop: 2,
      not_before_ms: startedAtMs + 60_000,
      until_ms: startedAtMs + 3_600_000,
      token: '5ca1ab1e5ca1ab1e',
    };
    await rig.run({ correlation_id: 'liq_20240229_120007_abc123', resume });
    expect(rig.clock.nowMs() - startedAtMs).toBeLessThan(8_000);
  });

  test('is refused where the record has another holder', async () => {
    const rig = liquidationRig();
    const correlation_id = 'liq_20240229_120007_abc123';
    await rig.run({ correlation_id });
    const nowMs = rig.clock.nowMs();
    const resume = { hop: 2, not_before_ms: nowMs + 60_000, until_ms: nowMs + 3_600_000, token: '5ca1ab1e5ca1ab1e' };
    const answer = await rig.run({ correlation_id, resume });
    expect(answer).toMatchObject({ headline: 'REFUSED, NOTHING DONE', state: 'in_progress' });
    expect(rig.clock.nowMs() - nowMs).toBeLessThan(100);
  });

  test.each([{ dry_run: true }, { correlation_id: undefined }])('is refused with %o: it names no run', async extra => {
    const rig = liquidationRig();
    const resume = { hop: 2, not_before_ms: 0, until_ms: rig.clock.nowMs() + 3_600_000, token: '5ca1ab1e5ca1ab1e' };
    const answer = await rig.run({ correlation_id: 'liq_20240229_120007_abc123', resume, ...extra });
    expect(answer).toMatchObject({ headline: 'REFUSED, NOTHING DONE', state: 'failed' });
    expect(answer.errors[0]).toMatchObject({ code: 'EVENT_INVALID' });
  });
});

describe('a hand-over that arrives twice (Lambda may deliver an event twice; a hand-over may only seem to fail)', () => {
  test.each([
    { when: 'while the first works', afterMs: 3_000 },
    { when: 'after the first was flat', afterMs: 60_000 },
    { when: 'an hour later', afterMs: 3_600_000 },
  ])('$when: the second does nothing, and nobody is notified', async ({ afterMs }) => {
    const rig = liquidationRig();
    rig.account.open('ETHUSDT', '8.125');
    FAULTS['closes that are refused']?.(rig);
    await liquidated(rig);
    const [rawEvent] = rig.invoked;
    rig.exchange.faults.clear();
    rig.exchange.faults.add({ on: { method: 'GET' }, times: 6, fault: { kind: 'delay', ms: 1_500 } });
    const first = rig.run({}, { rawEvent });
    await rig.clock.sleep(afterMs);
    const logged = rig.logs.length;
    expect(await rig.run({}, { rawEvent })).toMatchObject({ state: 'in_progress', rounds: 0 });
    expect(rig.logs.slice(logged).filter(({ level }) => level === 'ERROR' || level === 'CRITICAL')).toEqual([]);
    expect(await first).toMatchObject({ headline: 'FLAT' });
  });
});
