/**
 * What holds for every account and every random run, judged by the exchange's truth:
 * nothing is ever opened, enlarged or flipped · it ends by its deadline · "completed" is never said of an account that is
 * not flat · the stops of a position that stayed survive · one final event, one chain · the same inputs, the same names.
 */

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FINAL_EVENT_TYPES, type Remaining } from '../../lambda/contract.ts';
import { verifyAuditLog } from '../../lambda/core/audit/verify-chain.ts';
import { tries } from '../faults/extent.ts';
import { type LiquidationRig, liquidationRig } from '../support/liquidation-rig.ts';
import { injectFaults, type RandomRun, randomRun } from '../support/random-account.ts';
import { isLeftByThinBooks } from '../support/too-small-to-close.ts';
import { watchedAccount } from '../support/watched-account.ts';

const ID = 'liq_20240229_120007_abc123';

async function liquidateUnder(bad: RandomRun) {
  const rig = liquidationRig(bad.rig);
  injectFaults(rig, bad);
  const before = rig.account.truth();
  const startedAtMs = rig.clock.nowMs();
  const answer = await rig.run({ correlation_id: ID }, bad.changes);
  // Taken at this instant: what was given up may still be on its way, and arrive after the last read.
  const orderNames = rig.exchange.journal.filter(one => one.method === 'POST').map(one => one.params.newClientOrderId);
  return { rig, before, answer, orderNames, tookMs: rig.clock.nowMs() - startedAtMs, after: rig.account.truth() };
}

/** A stop may trigger, an order may fill, after the read that the answer speaks of; when, the journal knows within bounds. */
function changedAfterTheRead({ exchange }: LiquidationRig, { seen_at }: Remaining): boolean {
  const seenAtMs = Date.parse(seen_at ?? '');
  return exchange.journal.some(
    ({ fault, answeredAtMs = Number.POSITIVE_INFINITY }) =>
      answeredAtMs >= seenAtMs && /trigger-now|fill-during-cancel/.test(fault ?? ''),
  );
}

test('for every account and every schedule of faults', async () => {
  await fc.assert(
    fc.asyncProperty(randomRun, async bad => {
      const { rig, before, answer, tookMs, after } = await liquidateUnder(bad);

      expect(rig.account.violations).toEqual([]);
      expect(tookMs).toBeLessThanOrEqual(bad.changes.liquidation?.timeoutMs ?? 0);
      expect(['completed', 'partial', 'failed']).toContain(answer.state);
      expect(answer.success).toBe(answer.state === 'completed');

      if (answer.state === 'completed') {
        expect(after).toMatchObject({ positions: [], orders: [], conditionals: [] });
        expect(answer.remaining).toMatchObject({ verified: true, positions: [], orders: 0 });
        expect(answer.errors).toEqual([]);
      } else {
        expect(answer.errors.length).toBeGreaterThan(0);
      }
      // Without a round trip a read, the close that it leads to and its fill have the same instant.
      const isOrdered = bad.rig.positionLagMs === 0 && bad.rig.rttMs !== 0;
      if (answer.remaining.verified && isOrdered && !changedAfterTheRead(rig, answer.remaining)) {
        const name = (row: { symbol: string }, side: string) => `${row.symbol} ${side}`;
        expect(answer.remaining.positions.map(row => name(row, row.position_side)).toSorted()).toEqual(
          after.positions.map(row => name(row, row.positionSide)).toSorted(),
        );
      }

      // What was executed is never sent again under its name: an unknown outcome is read first.
      const posted = rig.exchange.journal.filter(entry => entry.method === 'POST');
      const again = posted.filter(({ seq, params: { newClientOrderId: name } }) =>
        posted.some(earlier => earlier.executed && earlier.seq < seq && earlier.params.newClientOrderId === name),
      );
      expect(again).toEqual([]);

      // A symbol in which nothing traded kept its position all the time: its stops must have stayed.
      const traded = new Set(after.fills.map(fill => fill.symbol));
      const untouched = after.positions.filter(row => !traded.has(row.symbol)).map(row => row.symbol);
      const stops = (truth: typeof after) =>
        truth.conditionals.filter(one => one.closePosition && untouched.includes(one.symbol)).map(one => one.algoId);
      expect(stops(after)).toEqual(stops(before));

      const auditLog = await rig.stores.audit.list(ID, 1_000).catch(() => []);
      const finals = auditLog.filter(item => (FINAL_EVENT_TYPES as readonly string[]).includes(item.event_type));
      const isComplete = !answer.warnings.some(warning => warning.code === 'AUDIT_INCOMPLETE');
      if (isComplete) {
        expect(finals).toHaveLength(1);
        const record = await rig.stores.lock.readRecord(ID, 1_000);
        expect(
          verifyAuditLog(auditLog, record?.seals ?? [])
            .segments.map(one => one.sentence)
            .join(),
        ).not.toMatch(/changed|missing/);
        expect(verifyAuditLog(auditLog, record?.seals ?? []).ok).toBe(true);
      }
    }),
    { numRuns: tries(100) },
  );
});

test('for every account, the same inputs give the same client order IDs', async () => {
  await fc.assert(
    fc.asyncProperty(randomRun, async bad => {
      const [first, second] = [await liquidateUnder(bad), await liquidateUnder(bad)];
      expect(second.orderNames).toEqual(first.orderNames);
      expect(second.answer).toEqual(first.answer);
    }),
    { numRuns: tries(20) },
  );
});

test('for every account without a fault, one call makes it flat', async () => {
  await fc.assert(
    fc.asyncProperty(randomRun, async bad => {
      const calm = {
        ...bad,
        faults: [],
        storeFaults: [],
        changes: { liquidation: { timeoutMs: 12_000, retryDelayMs: 100 } },
      };
      const { answer, after } = await liquidateUnder(calm);
      expect(answer).toMatchObject({ state: 'completed', headline: 'FLAT', warnings: [] });
      expect(after).toMatchObject({ positions: [], orders: [], conditionals: [] });
    }),
    { numRuns: tries(50) },
  );
});

test('for every fault that ends, calling again makes it flat', async () => {
  await fc.assert(
    fc.asyncProperty(randomRun, async bad => {
      const { rig } = await liquidateUnder(bad);
      rig.exchange.faults.clear();
      rig.stores.script.recover();
      // A ban lasts minutes and hours; until it is over nobody passes.
      await rig.clock.sleep(30 * 60_000);
      const again = await rig.run({ trigger: 'watchdog' }, { liquidation: { timeoutMs: 12_000, retryDelayMs: 100 } });
      expect(rig.account.violations).toEqual([]);
      const { positions } = rig.account.truth();
      if (positions.length > 0 && isLeftByThinBooks(rig)) {
        expect(again.errors.map(one => one.code)).toContain('DUST');
        return;
      }
      expect(again).toMatchObject({ state: 'completed' });
      expect(rig.account.truth()).toMatchObject({ positions: [], orders: [], conditionals: [] });
    }),
    { numRuns: tries(40) },
  );
});

test('for every fault that ends, the run continues by itself until it is flat', async () => {
  await fc.assert(
    fc.asyncProperty(randomRun, async bad => {
      const rig = watchedAccount(bad.rig);
      injectFaults(rig, bad);
      await rig.run({ correlation_id: ID }, bad.changes);
      rig.exchange.faults.clear();
      rig.stores.script.recover();
      await rig.untilFinished({ liquidation: { timeoutMs: 12_000, retryDelayMs: 100 } });
      expect(rig.account.violations).toEqual([]);
      const { positions } = rig.account.truth();
      if (positions.length > 0 && isLeftByThinBooks(rig)) return;
      expect(rig.account.truth()).toMatchObject({ positions: [], orders: [], conditionals: [] });
    }),
    { numRuns: tries(40) },
  );
});
