/** Several at once: triggers on one account, accounts of one address, a bot that trades on while it is liquidated. */

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { verifyAuditLog } from '../../lambda/core/audit/verify-chain.ts';
import { createRandom } from '../../simulator/engine/seeded-random.ts';
import { beat } from '../support/bot-actions.ts';
import type { LiquidationRig, RunChanges } from '../support/liquidation-rig.ts';
import { type WatchedAccount, watchedAccount } from '../support/watched-account.ts';
import { LONGEST_MS, runs } from './extent.ts';
import { fillAccount } from './portfolio.ts';
import { slowWorld } from './slow-ports.ts';

const NOTHING_LEFT = { positions: [], orders: [], conditionals: [] };
const MINUTE_MS = 60_000;

/**
 * Mostly quick, sometimes slow: this makes the interleavings. Before and after a call together it stays below the
 * 300 ms for which a first order waits for the lock. Beyond them two calls may act at once, and only reduce.
 */
const delaysOf = (seed: number): (() => number) => {
  const random = createRandom(seed);
  return () => (random() < 0.05 ? random() * 140 : random() * 30);
};

/** What each position lost to orders from the wire; `SELL` counts up. */
function closedOf({ account }: LiquidationRig): Readonly<Record<string, number>> {
  const closed: Record<string, number> = {};
  for (const { symbol, positionSide, side, quantity } of account.truth().fills) {
    const key = `${symbol} ${positionSide}`;
    closed[key] = (closed[key] ?? 0) + Number(quantity) * (side === 'SELL' ? 1 : -1);
  }
  return closed;
}

async function expectAuditLogsWhole(account: WatchedAccount, ids: readonly string[]): Promise<void> {
  // Records in flight when their writer answered.
  await account.clock.sleep(3_000);
  for (const id of ids) {
    const record = await account.stores.lock.readRecord(id, 1_000);
    const { ok, segments } = verifyAuditLog(await account.auditLog(id), record?.seals ?? [], record?.attempts);
    expect([ok, segments.filter(({ kind }) => kind !== 'intact')]).toEqual([true, []]);
  }
}

describe('shutdown, watchdog and a person at once, under three IDs', () => {
  const race = fc.record({
    hedgeMode: fc.boolean(),
    startsMs: fc.tuple(...[0, 1, 2].map(() => fc.integer({ min: 0, max: 900 }))),
    seeds: fc.tuple(...[0, 1, 2].map(() => fc.nat())),
    positionLagMs: fc.constantFrom(0, 0, 100, 200),
    reservedBy: fc.constantFrom('reduce-only' as const, 'all-same-side' as const),
    oversizeReduceOnly: fc.constantFrom('trim' as const, 'reject' as const),
  });

  test('for every interleaving: flat, nothing closed twice, each answer true, each audit log whole', {
    timeout: LONGEST_MS,
  }, async () => {
    await fc.assert(
      fc.asyncProperty(race, async ({ hedgeMode, startsMs, seeds, positionLagMs, ...unconfirmed }) => {
        const account = watchedAccount({ hedgeMode, positionLagMs, unconfirmed });
        fillAccount(account, hedgeMode);
        account.account.watch();
        const before = Object.fromEntries(
          account.account.truth().positions.map(row => [`${row.symbol} ${row.positionSide}`, Number(row.amount)]),
        );
        const triggers = ['shutdown', 'watchdog', 'manual'] as const;
        const ids = triggers.map((_, index) => `liq_20240229_120007_abc12${index}`);
        const answers = await Promise.all(
          triggers.map(async (trigger, index) => {
            await account.clock.sleep(startsMs[index] ?? 0);
            const world = slowWorld(account.world, account.clock, delaysOf(seeds[index] ?? 0));
            return account.run({ trigger, correlation_id: ids[index] }, { world });
          }),
        );
        await account.untilFinished({}, 5);
        expect(account.account.violations).toEqual([]);
        expect(account.account.truth()).toMatchObject(NOTHING_LEFT);
        expect(closedOf(account)).toEqual(before);
        for (const answer of [...answers, ...account.laterAnswers]) {
          expect(answer.success).toBe(answer.state === 'completed');
          if (!answer.success) expect(answer.errors.length).toBeGreaterThan(0);
        }
        await expectAuditLogsWhole(account, ids);
      }),
      { numRuns: runs(15, 1_500) },
    );
  });

  test('for every interleaving of one ID called three times: exactly one acts', async () => {
    await fc.assert(
      fc.asyncProperty(race, async ({ hedgeMode, startsMs, seeds }) => {
        const account = watchedAccount({ hedgeMode });
        fillAccount(account, hedgeMode);
        account.account.watch();
        const id = 'liq_20240229_120007_abc123';
        const answers = await Promise.all(
          startsMs.map(async (startMs, index) => {
            await account.clock.sleep(startMs);
            const world = slowWorld(account.world, account.clock, delaysOf(seeds[index] ?? 0));
            return account.run({ correlation_id: id }, { world });
          }),
        );
        await account.untilFinished({}, 5);
        expect(account.account.truth()).toMatchObject(NOTHING_LEFT);
        expect(account.account.violations).toEqual([]);
        const acting = answers.filter(answer => answer.state !== 'in_progress' && !answer.replayed);
        expect(acting).toHaveLength(1);
        const auditLog = await account.auditLog(id);
        expect(auditLog.filter(item => item.event_type === 'liquidation_started' && item.attempt === 1)).toHaveLength(
          1,
        );
        await expectAuditLogsWhole(account, [id]);
      }),
      { numRuns: runs(10, 500) },
    );
  });
});

describe('accounts that share an address share its weight', () => {
  const other = { apiKey: 'a'.repeat(64), apiSecret: 'b'.repeat(64), kind: 'hmac' } as const;
  const SYMBOLS = 150;
  const fill = ({ account }: LiquidationRig): void => {
    for (let n = 1; n <= SYMBOLS; n += 1) {
      const symbol = `SYM${String(n).padStart(3, '0')}USDT`;
      account.open(symbol, '10');
      account.rest({ symbol, side: 'BUY', type: 'LIMIT', quantity: '10', price: '1' });
    }
    account.watch();
  };

  test('two of 150 positions with orders each are flat together, and the address is not banned', {
    timeout: 60_000,
  }, async () => {
    const first = watchedAccount();
    first.exchange.addManySymbols(SYMBOLS);
    const second = watchedAccount({ beside: first, key: other });
    fill(first);
    fill(second);
    const changes: RunChanges = { liquidation: { timeoutMs: 5_000 } };
    await Promise.all([first.run({}, changes), second.run({}, changes)]);
    await Promise.all([first.untilFinished(changes, 5), second.untilFinished(changes, 5)]);
    for (const one of [first, second]) {
      expect(one.account.truth()).toMatchObject(NOTHING_LEFT);
      expect(one.account.violations).toEqual([]);
    }
    expect(first.exchange.journal.filter(entry => entry.status === 418)).toEqual([]);
  });

  test('another program that has used up the weight delays it to the next minute, and causes no ban', async () => {
    const neighbour = watchedAccount();
    const account = watchedAccount({ beside: neighbour, key: other });
    account.account.open('BTCUSDT', '0.500');
    account.account.watch();
    await useUp(neighbour);
    const startedAtMs = account.clock.nowMs();
    await account.run();
    await account.untilFinished({}, 5);
    expect(account.account.truth()).toMatchObject(NOTHING_LEFT);
    expect(account.clock.nowMs() - startedAtMs).toBeLessThan(2 * MINUTE_MS);
    expect(account.exchange.journal.filter(entry => entry.status === 418)).toEqual([]);
  });

  /** Reads its account until the minute's weight is nearly used up. */
  async function useUp(rig: LiquidationRig): Promise<void> {
    for (let n = 0; n < 27; n += 1) await rig.run({ dry_run: true });
  }
});

describe('a bot that trades on while it is liquidated', () => {
  const BOT = 'default';
  const TIMES = { heartbeatMs: 10_000, lateAfterMs: 30_000, deadAfterMs: 120_000 };

  const story = fc.record({
    everyMs: fc.constantFrom(700, 5_000, 20_000, 45_000),
    tradesUntilMs: fc.integer({ min: 150_000, max: 420_000 }),
    restsToo: fc.boolean(),
    seed: fc.nat(),
  });

  test('is flat after the lock-out, and all it traded is in the audit logs', async () => {
    await fc.assert(
      fc.asyncProperty(story, async ({ everyMs, tradesUntilMs, restsToo, seed }) => {
        const account = watchedAccount();
        const { clock } = account;
        const changes: RunChanges = { liquidation: { lockoutMs: 8 * MINUTE_MS } };
        const startMs = clock.nowMs();
        const until = (ms: number): Promise<void> => clock.sleep(Math.max(0, startMs + ms - clock.nowMs()));
        account.account.watch();
        const sign = { botId: BOT, atMs: startMs, count: 1, by: 'bot', times: TIMES, arms: true };
        await beat(account.bots, sign, 1_000);

        let opened = 0;
        const symbols = ['BTCUSDT', 'ETHUSDT', 'SOLUSDT'];
        const trading = async (): Promise<void> => {
          const random = createRandom(seed);
          for (let atMs = 1_000; atMs < tradesUntilMs; atMs += everyMs) {
            await until(atMs);
            const symbol = symbols[Math.floor(random() * symbols.length)] ?? 'BTCUSDT';
            account.account.open(symbol, '1');
            opened += 1;
            if (restsToo) account.account.rest({ symbol, side: 'BUY', type: 'LIMIT', quantity: '1', price: '10' });
          }
        };
        const ticks = Array.from({ length: 14 }, async (_, minute) => {
          await until(minute * MINUTE_MS);
          await account.tick(changes);
        });
        const lambda = async (): Promise<void> => {
          for (let second = 0; second < 14 * 60; second += 1) {
            await until(second * 1_000);
            await account.runAccepted(changes);
          }
        };
        await Promise.all([trading(), lambda(), ...ticks]);

        expect(account.account.truth()).toMatchObject(NOTHING_LEFT);
        expect(account.account.violations).toEqual([]);
        // Each opening was 1 of its symbol, and only flatline closes: the audit logs must have what the fills show.
        const ids = [...new Set(account.invoked.map(event => String(event.correlation_id)))];
        const auditLogs = (await Promise.all(ids.map(id => account.auditLog(id)))).flat();
        const closed = auditLogs.filter(item => item.event_type === 'liquidation_position_closed');
        const recorded = closed.reduce((sum, item) => sum + Number(item.data.quantity ?? 0), 0);
        // A bot that trades all the time uses up the weight: what an order of another attempt executed may not be asked for.
        const isUnknown = closed.some(item => item.data.quantity === null);
        expect(isUnknown ? Math.max(recorded, opened) : recorded).toBe(opened);
        await expectAuditLogsWhole(account, ids);
      }),
      { numRuns: runs(6, 200) },
    );
  });
});
