/**
 * Records never delay a liquidation: whatever DynamoDB does, the first close goes out within half a second, and the answer
 * comes within 0.6 s of the proof. (Input A18.)
 */

import { describe, expect, test } from 'vitest';
import { verifyAuditLog } from '../../lambda/core/audit/verify-chain.ts';
import type { StoreFault } from '../../simulator/stores/remote.ts';
import type { StoreOperation } from '../../simulator/stores/stores.ts';
import { closesOf, expectSound, liquidated, requestsOf } from '../support/bad-day.ts';
import { type LiquidationRig, liquidationRig } from '../support/liquidation-rig.ts';
import { withSlowClaim } from '../support/slow-lock.ts';

const ID = 'liq_20240229_120001_abcdef12';

describe('a liquidation whose tables fail (A18)', () => {
  test.each<{ says: string; addFaults: (rig: LiquidationRig) => void; rttMs: number }>([
    { says: 'do not answer', rttMs: 20, addFaults: all('hang') },
    { says: 'do not answer, 150 ms from the exchange', rttMs: 150, addFaults: all('hang') },
    { says: 'refuse everything', rttMs: 20, addFaults: all('refuse') },
    { says: 'do everything and answer nothing', rttMs: 20, addFaults: all('lose-answer') },
    { says: 'take 250 ms', rttMs: 20, addFaults: rig => rig.stores.script.takeMs(250) },
    { says: 'take 1.2 s', rttMs: 20, addFaults: rig => rig.stores.script.takeMs(1_200) },
    { says: 'do not answer the lock', rttMs: 20, addFaults: one('hang', 'claim') },
    { says: 'do not answer the records', rttMs: 20, addFaults: one('hang', 'append') },
    { says: 'do not answer the result', rttMs: 20, addFaults: one('hang', 'conclude') },
    { says: 'do not answer the records, and Lambda accepts nothing', rttMs: 20, addFaults: withoutLambda },
  ])('they $says: the first close is sent and the answer arrives', async ({ addFaults, rttMs }) => {
    for (const event of [{}, { correlation_id: ID }]) {
      const rig = liquidationRig({ rttMs });
      rig.exchange.addManySymbols(12);
      for (let index = 1; index <= 12; index += 1) rig.account.open(`SYM${String(index).padStart(3, '0')}USDT`, '25');
      addFaults(rig);
      const day = await liquidated(rig, event);
      expect(day.answer.headline).toBe('FLAT');
      const [first] = closesOf(day);
      expect((first?.receivedAtMs ?? 0) - day.startedAtMs).toBeLessThanOrEqual(500);
      const proof = requestsOf(day, 'GET', '/fapi/v3/positionRisk').at(-1)?.answeredAtMs ?? 0;
      expect(day.startedAtMs + day.answeredAfterMs - proof).toBeLessThanOrEqual(600);
      expectSound(day);
    }
  });
});

test('records that are refused are reported once, and how many at the end, not ninety times', async () => {
  const rig = liquidationRig();
  rig.exchange.addManySymbols(12);
  for (let index = 1; index <= 12; index += 1) rig.account.open(`SYM${String(index).padStart(3, '0')}USDT`, '25');
  one('refuse', 'append')(rig);
  await liquidated(rig);
  const lines = rig.logs.filter(({ message }) => /audit records? (?:was|were) not stored/i.test(message));
  expect(lines.map(({ level, message }) => [level, message])).toEqual([
    ['ERROR', 'An audit record was not stored'],
    ['ERROR', 'More audit records were not stored'],
  ]);
  const lost = rig.metrics.filter(({ name }) => name === 'AuditWriteFailures').length;
  expect(lost).toBeGreaterThan(10);
  expect(lines[1]?.fields).toMatchObject({ further_records: lost - 1 });
});

describe('a lock that comes when the run has begun without it', () => {
  test('leaves an audit log that is proven to its end, and no attempt without an explanation', async () => {
    const rig = liquidationRig();
    const { warnings } = await rig.run({ correlation_id: ID }, { world: withSlowClaim(rig.world, 400) });
    expect(warnings).toEqual([]);
    const record = await rig.stores.lock.readRecord(ID, 1_000);
    expect(record).toMatchObject({ state: 'completed', attempts: 1 });
    const { sealed, segments } = verifyAuditLog(await rig.auditLog(ID), record?.seals ?? [], record?.attempts);
    expect(segments.map(({ writer, kind, items }) => [writer.split('-')[0], kind, items > 0])).toEqual([
      ['a1', 'intact', false],
      ['u', 'intact', true],
    ]);
    expect(sealed).toBe(true);
  });
});

function withoutLambda(rig: LiquidationRig): void {
  one('hang', 'append')(rig);
  rig.failInvocations();
}

function all(fault: StoreFault) {
  return ({ stores }: LiquidationRig): void => stores.script.failAll(fault);
}

function one(fault: StoreFault, operation: StoreOperation) {
  return ({ stores }: LiquidationRig): void =>
    stores.script.failNext(fault, { operation, times: Number.POSITIVE_INFINITY });
}
