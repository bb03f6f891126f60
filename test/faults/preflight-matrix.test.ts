/** The same faults against the preflight: it is READY only if it must be, in time, and changes nothing. */

import { describe, expect, test } from 'vitest';
import type { PreflightAnswer } from '../../lambda/contract.ts';
import { stagePreflight } from './cell.ts';
import { sampled } from './extent.ts';
import { FAULT_KINDS, type FaultKind } from './fault-kinds.ts';
import { OPERATIONS, type Operation } from './operations.ts';
import { staysReady } from './readiness.ts';

const ASKED = OPERATIONS.filter(operation => operation.asked !== 'liquidation');
const LONGEST_MS = 15_000;

interface Cell {
  readonly fault: FaultKind;
  readonly moment: 'first' | 'every';
  readonly hedgeMode: boolean;
}

const CELLS: readonly Cell[] = FAULT_KINDS.flatMap(fault =>
  (['first', 'every'] as const).flatMap(moment => [false, true].map(hedgeMode => ({ fault, moment, hedgeMode }))),
);

async function play(operation: Operation, { fault, moment, hedgeMode }: Cell) {
  const account = stagePreflight({ operation, fault, moment, hedgeMode });
  const before = account.account.truth();
  const startedAtMs = account.clock.nowMs();
  const answer = await account.preflight();
  const tookMs = account.clock.nowMs() - startedAtMs;
  await account.clock.sleep(5_000);
  const broken: string[] = [];
  if (tookMs > LONGEST_MS) broken.push(`it took ${tookMs} ms`);
  if (JSON.stringify(account.account.truth()) !== JSON.stringify(before)) broken.push('it touched the account');
  const auditLog = await account.auditLog(answer.correlation_id);
  if (auditLog.length !== 1) broken.push(`${auditLog.length} events in the audit log`);
  const failed = answer.checks.filter(check => check.status === 'failed');
  if (answer.ready !== (failed.length === 0)) broken.push('ready, with failed checks, or the reverse');
  if (failed.some(check => check.heading === undefined)) broken.push('a failed check without a cure');
  return { answer, broken };
}

const verdictOf = ({ headline, checks }: PreflightAnswer): string =>
  [headline, ...checks.filter(check => check.status === 'failed').map(check => check.name)].join(': ');

describe.each(ASKED)('$name', operation => {
  const cells = sampled(CELLS, 23);
  test(`${cells.length} cells end as declared, and nothing is touched`, async () => {
    const unexpected: unknown[] = [];
    for (const cell of cells) {
      const { answer, broken } = await play(operation, cell);
      const wanted = staysReady(operation, cell.fault, cell.moment);
      if (answer.ready === wanted && broken.length === 0) continue;
      const { fault, moment, hedgeMode } = cell;
      unexpected.push([
        fault.name,
        moment,
        hedgeMode ? 'hedge' : 'one-way',
        verdictOf(answer),
        `ready wanted: ${wanted}`,
        broken,
      ]);
    }
    expect(unexpected).toEqual([]);
  });
});
