/**
 * The liquidator is killed at every call of its ports: before the call has an effect, and after its
 * effect but before its answer. Each time the next attempt finishes: flat, nothing closed twice, the audit log of both
 * attempts complete, the lock concluded.
 */

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FINAL_EVENT_TYPES } from '../../lambda/contract.ts';
import { verifyAuditLog } from '../../lambda/core/audit/verify-chain.ts';
import type { LiquidationRig } from '../support/liquidation-rig.ts';
import { injectFaults, randomRun } from '../support/random-account.ts';
import { type WatchedAccount, watchedAccount } from '../support/watched-account.ts';
import { LONGEST_MS, runs, sampled } from './extent.ts';
import { type KillPoint, killable } from './killable-ports.ts';
import { fillAccount } from './portfolio.ts';

const ID = 'liq_20240229_120007_abc123';
const EVENT = { correlation_id: ID };
const isFinal = (type: string): boolean => (FINAL_EVENT_TYPES as readonly string[]).includes(type);

function stage(hedgeMode: boolean): WatchedAccount {
  const account = watchedAccount({ hedgeMode });
  fillAccount(account, hedgeMode);
  account.account.watch();
  return account;
}

async function callsOfALife(hedgeMode: boolean): Promise<readonly string[]> {
  const account = stage(hedgeMode);
  const { world, calls } = killable(account.world);
  const answer = await account.run(EVENT, { world });
  expect(answer.headline).toBe('FLAT');
  return calls;
}

/** Plays the first attempt up to its death. */
async function dieAt(account: WatchedAccount, death: KillPoint): Promise<void> {
  const { world, died } = killable(account.world, death);
  const ended = await Promise.race([account.run(EVENT, { world }).then(() => 'answered'), died.then(() => 'died')]);
  expect(ended).toBe('died');
  // Requests in flight arrive.
  await account.clock.sleep(1_000);
}

/** What each position lost, by the fills of orders that came over the wire, and what it had. */
function closedOf({ account }: LiquidationRig): ReadonlyMap<string, number> {
  const closed = new Map<string, number>();
  for (const { symbol, positionSide, side, quantity } of account.truth().fills) {
    const key = `${symbol} ${positionSide}`;
    closed.set(key, (closed.get(key) ?? 0) + Number(quantity) * (side === 'SELL' ? 1 : -1));
  }
  return closed;
}

async function expectFinished(account: WatchedAccount, before: ReadonlyMap<string, number>): Promise<void> {
  expect(account.account.truth()).toMatchObject({ positions: [], orders: [], conditionals: [] });
  expect(account.account.violations).toEqual([]);
  expect(closedOf(account)).toEqual(before);

  const [auditLog, record] = await Promise.all([account.auditLog(ID), account.stores.lock.readRecord(ID, 1_000)]);
  expect(record).toMatchObject({ state: 'completed', resumeAtMs: undefined });
  const attempts = record?.attempts ?? 0;
  const { ok, segments } = verifyAuditLog(auditLog, record?.seals ?? [], attempts);
  expect([ok, segments.map(segment => segment.sentence)]).toEqual([true, expect.anything()]);
  // A dead attempt has no seal; the one that concluded has, before the attempt that confirms. Duplicates seal their own.
  const kindOf = (attempt: number) => segments.find(segment => segment.writer === `a${attempt}`)?.kind;
  expect(kindOf(attempts)).toBe('intact');
  for (let attempt = 1; attempt < attempts; attempt += 1) expect(['unsealed', 'intact']).toContain(kindOf(attempt));
  const finals = (attempt: number): number =>
    auditLog.filter(item => item.writer === `a${attempt}` && isFinal(item.event_type)).length;
  expect(finals(attempts)).toBe(1);
  for (let attempt = 1; attempt < attempts; attempt += 1) expect(finals(attempt)).toBeLessThanOrEqual(1);
}

const positionsOf = ({ account }: LiquidationRig): ReadonlyMap<string, number> =>
  new Map(account.truth().positions.map(row => [`${row.symbol} ${row.positionSide}`, Number(row.amount)]));

for (const hedgeMode of [false, true]) {
  const mode = hedgeMode ? 'hedge' : 'one-way';
  test(`killed at every call (${mode}): the next watchdog run or a repeated call finishes`, async () => {
    const life = await callsOfALife(hedgeMode);
    const deaths = life.flatMap((name, index) =>
      (['before its effect', 'before its answer'] as const).map(when => ({ name, atCall: index + 1, when })),
    );
    expect(deaths.length).toBeGreaterThan(80);
    let byTheWatchdog = 0;
    for (const death of sampled(deaths, 7, hedgeMode ? 1 : 0)) {
      const account = stage(hedgeMode);
      const before = positionsOf(account);
      await dieAt(account, death);
      await account.untilFinished({}, 4);
      byTheWatchdog += account.laterAnswers.length;
      // One that died before it left a record has done nothing either; its caller calls again.
      const record = await account.stores.lock.readRecord(ID, 1_000);
      if (record === undefined) expect(positionsOf(account)).toEqual(before);
      const again = await account.run(EVENT);
      expect([death, again.headline]).toEqual([death, expect.stringMatching(/^FLAT(?:, REPLAY OF 12:\d\d:\d\dZ)?$/)]);
      await expectFinished(account, before);
    }
    expect(byTheWatchdog).toBeGreaterThan(3);
  });

  test(`killed at every call (${mode}): the caller's own repetition finishes when the lease is over`, async () => {
    const life = await callsOfALife(hedgeMode);
    const deaths = life.flatMap((name, index) =>
      (['before its effect', 'before its answer'] as const).map(when => ({ name, atCall: index + 1, when })),
    );
    for (const death of sampled(deaths, 7, hedgeMode ? 2 : 3)) {
      const account = stage(hedgeMode);
      const before = positionsOf(account);
      await dieAt(account, death);
      const atOnce = await account.run(EVENT);
      if (atOnce.state === 'in_progress') {
        await account.clock.sleep(8_000);
        expect([death, (await account.run(EVENT)).headline]).toEqual([death, 'FLAT']);
      }
      await expectFinished(account, before);
    }
  });
}

test('killed twice: the attempt after the next finishes', async () => {
  const life = await callsOfALife(false);
  const pairs = [1, 9, 17, 25, 33, 41].flatMap(first => [3, 11, 19, 27].map(second => [first, second] as const));
  for (const [first, second] of pairs.filter(([first]) => first <= life.length)) {
    const account = stage(false);
    const before = positionsOf(account);
    await dieAt(account, { atCall: first, when: 'before its answer' });
    await account.clock.sleep(60_000);
    const { world, died } = killable(account.world, { atCall: second, when: 'before its answer' });
    await Promise.race([account.run(EVENT, { world }), died]);
    await account.clock.sleep(60_000);
    const { headline } = await account.run(EVENT);
    expect([first, second, headline]).toEqual([
      first,
      second,
      expect.stringMatching(/^FLAT(?:, REPLAY OF 12:\d\d:\d\dZ)?$/),
    ]);
    await expectFinished(account, before);
  }
});

test('killed in a storm: for every account, fault and failing store, a later call finishes', {
  timeout: LONGEST_MS,
}, async () => {
  const death = fc.record({
    atCall: fc.integer({ min: 1, max: 60 }),
    when: fc.constantFrom('before its effect' as const, 'before its answer' as const),
  });
  let deaths = 0;
  await fc.assert(
    fc.asyncProperty(randomRun, death, async (bad, moment) => {
      const account = watchedAccount(bad.rig);
      injectFaults(account, bad);
      const { world, died } = killable(account.world, moment);
      const ended = account.run(EVENT, { ...bad.changes, world }).then(() => 'answered');
      if ((await Promise.race([ended, died.then(() => 'died')])) === 'died') deaths += 1;
      account.exchange.faults.clear();
      account.stores.script.recover();
      // A ban lasts minutes; until its end every request is refused.
      await account.clock.sleep(30 * 60_000);
      const again = await account.run({ trigger: 'manual' }, { liquidation: { timeoutMs: 12_000, retryDelayMs: 100 } });
      expect(again).toMatchObject({ state: 'completed' });
      expect(account.account.truth()).toMatchObject({ positions: [], orders: [], conditionals: [] });
      expect(account.account.violations).toEqual([]);
      const record = await account.stores.lock.readRecord(ID, 1_000);
      const segments = verifyAuditLog(await account.auditLog(ID), record?.seals ?? []).segments;
      expect(segments.filter(({ kind }) => kind === 'changed')).toEqual([]);
    }),
    { numRuns: runs(30, 3_000) },
  );
  expect(deaths).toBeGreaterThan(10);
});
