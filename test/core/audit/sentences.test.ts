/** What a verified audit log says to people: where the fault starts, and what it may mean. */

import { expect, it } from 'vitest';
import { link, sealOf, startChain } from '../../../lambda/core/audit/chain.ts';
import { verifyAuditLog } from '../../../lambda/core/audit/verify-chain.ts';
import type { AuditItem, Seal } from '../../../lambda/ports.ts';

const NEVER_STORED = 'They were removed, or never stored (the answer then says AUDIT_INCOMPLETE).';

function auditLog(count: number, data: object = {}): { readonly items: readonly AuditItem[]; readonly seal: Seal } {
  const items: AuditItem[] = [];
  let head = startChain('liq_20261121_120000_abcdef', 'a1');
  for (let seq = 1; seq <= count; seq += 1) {
    const step = link(head, {
      ...{ correlation_id: 'liq_20261121_120000_abcdef', timestamp: '2026-11-21T12:00:00.123456Z', bot_id: 'default' },
      ...{ event_type: 'liquidation_positions_queried', operation: 'observe', attempt: 1, data: { seq, ...data } },
    });
    items.push(step.item);
    head = step.head;
  }
  return { items, seal: sealOf(head) };
}

const { items, seal } = auditLog(3);
const [one, two, three] = items as [AuditItem, AuditItem, AuditItem];
const other = auditLog(3, { other: true });
const [, otherTwo] = other.items as [AuditItem, AuditItem];

it.each<[string, readonly AuditItem[], readonly Seal[], string]>([
  ['whole', items, [seal], 'a1: 3 items, intact.'],
  [
    'of other content',
    [one, { ...two, data: {} }, three],
    [seal],
    'a1: changed at item 2: its content does not match its hash.',
  ],
  ['with an item twice', [one, two, two, three], [seal], 'a1: changed at item 2: another item claims the same place.'],
  [
    'with an item of another audit log',
    [one, otherTwo, three],
    [seal],
    'a1: changed at item 2: it does not follow the item before it.',
  ],
  ['with a hole', [one, three], [seal], `a1: item 2 is missing in the middle. ${NEVER_STORED}`],
  ['cut off', [one, two], [seal], `a1: cut off at the end: 3 items were sealed, 2 are there. ${NEVER_STORED}`],
  ['emptied', [], [seal], `a1: 3 items were sealed and none is there. ${NEVER_STORED}`],
  [
    'that goes on behind its seal',
    items,
    [auditLog(2).seal],
    'a1: changed at item 3: it stands behind the sealed end (2 items).',
  ],
  ['rewritten from the start', other.items, [seal], 'a1: changed at item 3: its hash is not the sealed one.'],
  [
    'with seals of different lengths',
    items,
    [seal, { ...seal, items: 2 }],
    'a1: two seals disagree about the end; one of them was changed.',
  ],
  [
    'with seals of different hashes',
    items,
    [seal, { ...seal, lastHash: other.seal.lastHash }],
    'a1: two seals disagree about the end; one of them was changed.',
  ],
  [
    'without a seal',
    items,
    [],
    'a1: 3 items without contradiction, but no seal: the writer died or is still running. Items missing at its very end would not be noticed.',
  ],
])('an audit log %s', (_what, found, seals, sentence) => {
  const { segments } = verifyAuditLog(found, seals);
  expect(segments.map(segment => segment.sentence)).toEqual([sentence]);
});

it('an attempt that left nothing is named', () => {
  const { ok, sealed, segments } = verifyAuditLog([], [], 1);
  expect([ok, sealed]).toEqual([true, false]);
  expect(segments.map(({ sentence }) => sentence)).toEqual([
    'a1: no item and no seal: it is just starting, it died before its first item, or all were removed.',
  ]);
});

it('an audit log without records contradicts nothing and proves nothing', () => {
  expect(verifyAuditLog([], [])).toEqual({ ok: true, sealed: false, segments: [] });
});

it('a writer that sealed nothing, and left nothing, is intact', () => {
  expect(verifyAuditLog([], [{ ...seal, items: 0 }]).segments).toEqual([
    { writer: 'a1', kind: 'intact', items: 0, sentence: 'a1: sealed as never used.' },
  ]);
});

it('a place that is no number is the first', () => {
  const strange = { ...three, seq: 'x' } as unknown as AuditItem;
  expect(verifyAuditLog([one, two, strange], [seal]).segments).toMatchObject([{ kind: 'changed', at: 0 }]);
});
