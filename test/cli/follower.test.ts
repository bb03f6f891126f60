import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createFollower } from '../../bin/incident/follower.ts';
import { readIncident } from '../../bin/incident/incident.ts';
import type { CommandRun } from '../../bin/terminal/cli.ts';
import { createPaint } from '../../bin/terminal/paint.ts';
import type { AuditItem } from '../../lambda/ports.ts';
import { auditLogOf } from '../adapters/store-contract.ts';

const ID = 'liq_20261121_120000_abcdef';
const AUDIT_LOG = [...auditLogOf(ID, 4, 'a1'), ...auditLogOf(ID, 3, 'a2')];
const NOW_MS = Date.UTC(2026, 10, 21, 12, 0, 1);

const seen = (items: readonly AuditItem[]) =>
  readIncident({ correlationId: ID, record: undefined, items, nowMs: NOW_MS });

function follower(eventsOnly: boolean) {
  const lines: string[] = [];
  const print = (text = ''): void => void lines.push(text);
  const paint = createPaint(false);
  const run = { print, paint, screen: { paint, width: 100 } } as unknown as CommandRun<object>;
  return { lines, followed: createFollower(run, { eventsOnly }) };
}

test('for every order in which items appear: each event is printed once, the heading once and first', () => {
  const reads = fc.array(fc.subarray(AUDIT_LOG), { minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(reads, partial => {
      const { lines, followed } = follower(false);
      for (const items of [...partial, AUDIT_LOG, AUDIT_LOG]) followed.print(seen(items));
      expect(lines.filter(line => line.includes('position closed'))).toHaveLength(AUDIT_LOG.length);
      expect(lines.filter(line => line.startsWith(ID))).toHaveLength(1);
      expect(lines[0]).toMatch(ID);
    }),
  );
});

test('the follower of an audit log names the writer when another one follows, and the verdict when it changes', () => {
  const { lines, followed } = follower(false);
  followed.print(seen(AUDIT_LOG.slice(0, 1)));
  followed.print(seen(AUDIT_LOG.slice(0, 2)));
  const heads = lines.filter(line => !line.includes('position closed'));
  expect(heads).toEqual([`${ID}  default`, '  attempt 1:', `  ${seen(AUDIT_LOG.slice(0, 1)).verdict.headline}`]);
});

test('the follower prints neither heading nor verdict when it follows events only', () => {
  const { lines, followed } = follower(true);
  followed.print(seen(AUDIT_LOG.slice(0, 2)));
  expect(lines).toEqual([
    '  attempt 1:',
    expect.stringMatching(/^ {4}0\.000 s {2}position closed +币安人生USDT {2}0\.001/),
    expect.stringMatching(/^ {4}0\.000 s {2}position closed/),
  ]);
});
