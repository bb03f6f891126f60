/**
 * The watchdog is killed at every call of a run: before the call has an effect, and after its effect but before
 * its answer. The next run finishes: the account of the silent bot is flat, and for the missed deadline there is
 * exactly one liquidation, by exactly one attempt.
 */

import { expect, test } from 'vitest';
import { verifyAuditLog } from '../../lambda/core/audit/verify-chain.ts';
import { SAFE_DEFAULTS } from '../../lambda/core/config/settings.ts';
import { beat } from '../support/bot-actions.ts';
import type { RunChanges } from '../support/liquidation-rig.ts';
import { type WatchedAccount, watchedAccount } from '../support/watched-account.ts';
import { sampled } from './extent.ts';
import { type KillPoint, killable } from './killable-ports.ts';

const MINUTE_MS = 60_000;
const TICKS = 6;
/** No lock-out check: each would be a liquidation of its own. */
const CHANGES: RunChanges = { liquidation: { lockoutMs: 0 } };
const [BOT = { botId: '', heartbeatMs: 0, lateAfterMs: 0, deadAfterMs: 0 }] = SAFE_DEFAULTS.bots;
const TIMES = { heartbeatMs: BOT.heartbeatMs, lateAfterMs: BOT.lateAfterMs, deadAfterMs: BOT.deadAfterMs };

/**
 * A bot that sends heartbeats for a while and falls silent, a watchdog run each minute whether the ones before have ended or not, and a
 * Lambda that runs what is accepted. `tick` names the run that dies, and where; without a death its calls are counted.
 */
async function live(account: WatchedAccount, victim: number, death?: KillPoint): Promise<readonly string[]> {
  const { clock, bots } = account;
  const startMs = clock.nowMs();
  const { world, calls, died } = killable(account.watchWorld, death);
  const until = (ms: number): Promise<void> => clock.sleep(Math.max(0, startMs + ms - clock.nowMs()));
  const beats = async (): Promise<void> => {
    for (const [index, atMs] of [500, 10_500, 20_500].entries()) {
      await until(atMs);
      const sign = {
        botId: BOT.botId,
        atMs: clock.nowMs(),
        count: index + 1,
        by: 'bot',
        times: TIMES,
        arms: index === 0,
      };
      await beat(bots, sign, 1_000);
    }
  };
  const ticks = Array.from({ length: TICKS }, async (_, number) => {
    await until(number * MINUTE_MS);
    if (number === victim) await Promise.race([account.tick(CHANGES, world), died]);
    else await account.tick(CHANGES);
  });
  const lambda = (async (): Promise<void> => {
    for (let second = 0; second < TICKS * 60; second += 1) {
      await until(second * 1_000);
      await account.runAccepted(CHANGES);
    }
  })();
  await Promise.all([beats(), lambda, ...ticks]);
  return calls;
}

function stage(): WatchedAccount {
  const account = watchedAccount();
  account.account.open('BTCUSDT', '0.500');
  account.account.rest({ symbol: 'BTCUSDT', side: 'BUY', type: 'LIMIT', quantity: '0.010', price: '50000' });
  account.account.watch();
  return account;
}

async function expectOneLiquidation(account: WatchedAccount): Promise<void> {
  expect(account.account.truth()).toMatchObject({ positions: [], orders: [], conditionals: [] });
  expect(account.account.violations).toEqual([]);
  // Accepted twice under one ID is allowed: the lock lets one act.
  const ids = new Set(account.invoked.map(event => event.correlation_id));
  expect(ids.size).toBe(1);
  const [id] = [...ids].map(String);
  const record = await account.stores.lock.readRecord(id ?? '', 1_000);
  // The second attempt confirms that the account is still flat.
  expect(record).toMatchObject({ state: 'completed', trigger: 'watchdog', attempts: 2 });
  const closes = account.exchange.journal.filter(entry => entry.method === 'POST' && entry.path === '/fapi/v1/order');
  expect(closes).toHaveLength(1);
  expect(account.bots.rows().get(BOT.botId)).toMatchObject({ watch_state: 'tripped', correlation_id: id });

  const auditLog = await account.auditLog(id ?? '');
  expect(auditLog.some(item => item.event_type === 'bot_dead')).toBe(true);
  expect(verifyAuditLog(auditLog, record?.seals ?? []).ok).toBe(true);
}

test('without a crash: the late bot is reported, and tripped once and in time', async () => {
  const account = stage();
  await live(account, -1);
  await expectOneLiquidation(account);
});

test.each([
  ['the tick that first sees the bot', 1],
  ['the tick that waits for the deadline and fires', 2],
  ['the run after the trip', 3],
] as const)('%s is killed at every call', async (_name, victim) => {
  const life = await live(stage(), victim);
  expect(life.length).toBeGreaterThan(12);
  for (const [index, name] of sampled([...life.entries()], 7, victim)) {
    for (const when of ['before its effect', 'before its answer'] as const) {
      const account = stage();
      await live(account, victim, { atCall: index + 1, when });
      await expectOneLiquidation(account).catch((error: unknown) => {
        throw new Error(`killed at call ${index + 1}, ${name}, ${when}`, { cause: error });
      });
    }
  }
});

test('a watchdog run that resumes an unfinished liquidation is killed at every call: the next one resumes it', async () => {
  const ID = 'liq_20240229_120007_abc123';
  const prepare = async (): Promise<WatchedAccount> => {
    const account = stage();
    const { world, died } = killable(account.world, { atCall: 12, when: 'before its answer' });
    await Promise.race([account.run({ correlation_id: ID }, { world }), died]);
    await account.clock.sleep(60_000);
    return account;
  };
  const calm = await prepare();
  const counted = killable(calm.watchWorld);
  await calm.tick(CHANGES, counted.world);
  expect(calm.invoked).toMatchObject([{ correlation_id: ID }]);
  for (const [index, name] of sampled([...counted.calls.entries()], 3)) {
    for (const when of ['before its effect', 'before its answer'] as const) {
      const account = await prepare();
      const { world, died } = killable(account.watchWorld, { atCall: index + 1, when });
      await Promise.race([account.tick(CHANGES, world), died]);
      await account.untilFinished(CHANGES, 3);
      const record = await account.stores.lock.readRecord(ID, 1_000);
      // The attempt that was resumed, and the one that confirms it.
      expect([name, when, record?.state, record?.attempts]).toEqual([name, when, 'completed', 3]);
      expect(account.account.truth()).toMatchObject({ positions: [], orders: [], conditionals: [] });
      expect(account.account.violations).toEqual([]);
    }
  }
});
