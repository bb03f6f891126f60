/** The fault matrix: every operation × every fault × every moment × both position modes, each cell as declared. */

import { describe, expect, test } from 'vitest';
import type { Fault } from '../../simulator/exchange.ts';
import type { WatchedAccount } from '../support/watched-account.ts';
import { MOMENTS, play } from './cell.ts';
import { expected, passesAsYes } from './expectations.ts';
import { sampled } from './extent.ts';
import { FAULT_KINDS } from './fault-kinds.ts';
import { judge } from './judge.ts';
import { OPERATIONS } from './operations.ts';

const LIQUIDATING = OPERATIONS.filter(operation => operation.asked !== 'preflight');

const CELLS = LIQUIDATING.flatMap(operation =>
  FAULT_KINDS.flatMap(fault =>
    // Codes of one class differ only by their number: two moments suffice for each.
    MOMENTS.filter(moment => !fault.isCode || moment === 'first' || moment === 'every').flatMap(moment =>
      [false, true].map(hedgeMode => ({ operation, fault, moment, hedgeMode })),
    ),
  ),
);

describe.each(LIQUIDATING)('$name', operation => {
  const cells = sampled(
    CELLS.filter(cell => cell.operation === operation),
    83,
    7 * LIQUIDATING.indexOf(operation),
  );

  test(`${cells.length} cells end as declared, and no promise is broken`, async () => {
    const unexpected: unknown[] = [];
    for (const cell of cells) {
      const { fault, moment, hedgeMode } = cell;
      const played = await play(cell);
      const { end, code, broken } = await judge(played);
      const wanted = expected(operation, fault, moment);
      const unseen = wasKnown(played.account, cell);
      const isToldAs = wanted.code === undefined ? code === undefined : wanted.code.some(one => one === code);
      if (end === wanted.end && isToldAs && broken.length === 0 && unseen === undefined) continue;
      unexpected.push({ fault: fault.name, moment, hedgeMode, wanted, ended: { end, code }, broken, unseen });
    }
    expect(unexpected).toEqual([]);
    expect(cells.length).toBeGreaterThan(4);
  });
});

const HALF: Fault['kind'] = 'truncated-json';

/** What the log says was known of the request with the fault; undefined if it is what the exchange's page says. */
function wasKnown(
  { logs, exchange }: Pick<WatchedAccount, 'logs' | 'exchange'>,
  { operation, fault }: (typeof CELLS)[number],
): string | undefined {
  const { method, path } = operation;
  const ofOperation = logs.filter(({ fields }) => fields.method === method && fields.path === path);
  const failed = ofOperation.filter(({ message }) => message === 'Exchange request failed');
  const said = failed.map(({ fields }) => `${fields.known}, ${fields.why}`);
  if (fault.known === undefined || operation.name === 'server time' || passesAsYes(operation, fault)) return undefined;
  // A cut-off refusal is a refusal: its status says so.
  const isRefusal = exchange.journal.some(entry => entry.fault === HALF && entry.status === 400);
  if (isRefusal) return said.includes('refused, unexpected') ? undefined : `the log says: ${said.join('; ')}`;
  return said.includes(`${fault.known}, ${fault.why}`) ? undefined : `the log says: ${said.join('; ') || 'nothing'}`;
}
