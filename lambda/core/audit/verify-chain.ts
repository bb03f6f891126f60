/** Checks a stored audit log: per writer, is every item unchanged, and is the end where it was sealed? See chain.ts. */

import type { AuditItem, Seal } from '../../ports.ts';
import { canonicalJson } from '../text/plain-json.ts';
import { genesisOf, hashOfItem } from './chain.ts';

export type SegmentKind =
  | 'intact'
  /** No contradiction and no seal: the writer died or is still running. */
  | 'unsealed'
  | 'changed'
  | 'missing'
  | 'cut-off'
  /** Sealed, and no item is there. */
  | 'gone';

export interface SegmentVerdict {
  readonly writer: string;
  readonly kind: SegmentKind;
  /** Items found. */
  readonly items: number;
  /** Sequence number of the first problem. */
  readonly at?: number;
  readonly sentence: string;
}

export interface Verification {
  /** No contradiction. An audit log is proven only if it is `sealed` too. */
  readonly ok: boolean;
  /** Every segment is intact to its sealed end. */
  readonly sealed: boolean;
  readonly segments: readonly SegmentVerdict[];
}

/** The result of a Verification in one word. Missing records alone do not prove a change: they may never have been stored. */
export type ChainStanding = 'proven' | 'unproven' | 'incomplete' | 'changed';

export function chainStanding({
  ok,
  sealed,
  segments,
}: Pick<Verification, 'ok' | 'sealed'> & { readonly segments: readonly { readonly kind: string }[] }): ChainStanding {
  if (ok) return sealed ? 'proven' : 'unproven';
  return segments.some(({ kind }) => kind === 'changed') ? 'changed' : 'incomplete';
}

type Problem = Pick<SegmentVerdict, 'kind' | 'sentence'> & { readonly at?: number };

/** Items of one correlation ID, in any order. With `attempts`, the record's count, attempts without item and seal are named. */
export function verifyAuditLog(items: readonly AuditItem[], seals: readonly Seal[], attempts = 0): Verification {
  const expected = Array.from({ length: attempts }, (_, index) => `a${index + 1}`);
  const writers = new Set([...expected, ...items.map(writerOf), ...seals.map(seal => seal.writer)]);
  const segments = [...writers].sort(byAttempt).map(writer => {
    const own = items.filter(item => writerOf(item) === writer);
    const ownSeals = seals.filter(seal => seal.writer === writer);
    return judge(writer, own, ownSeals);
  });
  return {
    ok: segments.every(({ kind }) => kind === 'intact' || kind === 'unsealed'),
    sealed: segments.length > 0 && segments.every(({ kind }) => kind === 'intact'),
    segments,
  };
}

/** A tampered item may contain any value. */
const seqOf = ({ seq }: AuditItem): number => (typeof seq === 'number' ? seq : 0);
const writerOf = ({ writer }: AuditItem): string => (typeof writer === 'string' ? writer : canonicalJson(writer));

/** a2 before a10. */
const byAttempt = (left: string, right: string): number => left.localeCompare(right, 'en', { numeric: true });

function judge(writer: string, items: readonly AuditItem[], seals: readonly Seal[]): SegmentVerdict {
  const ordered = [...items].sort((left, right) => seqOf(left) - seqOf(right));
  const problem = problemInside(ordered) ?? problemAtTheEnd(ordered, seals);
  if (problem !== undefined) {
    return { writer, items: items.length, ...problem, sentence: `${writer}: ${problem.sentence}` };
  }
  const found = items.length === 0 ? 'sealed as never used' : `${items.length} items, intact`;
  return { writer, kind: 'intact', items: items.length, sentence: `${writer}: ${found}.` };
}

function problemInside(ordered: readonly AuditItem[]): Problem | undefined {
  const first = ordered[0];
  if (first === undefined) return undefined;
  let previous = genesisOf(first.correlation_id, first.writer);
  for (const [index, item] of ordered.entries()) {
    const seq = index + 1;
    const found = seqOf(item);
    if (hashOfItem(item) !== item.hash) return changed(found, 'its content does not match its hash');
    if (found > seq) return missing(seq);
    if (found < seq) return changed(found, 'another item claims the same place');
    if (item.prev_hash !== previous) return changed(seq, 'it does not follow the item before it');
    previous = item.hash;
  }
  return undefined;
}

function problemAtTheEnd(ordered: readonly AuditItem[], seals: readonly Seal[]): Problem | undefined {
  const [seal, ...others] = seals;
  const found = ordered.length;
  if (seal === undefined) return unsealed(found);
  // A seal that was sent twice is one seal.
  if (others.some(other => other.items !== seal.items || other.lastHash !== seal.lastHash)) {
    return { kind: 'changed', sentence: 'two seals disagree about the end; one of them was changed.' };
  }
  if (found === 0 && seal.items > 0) {
    return { kind: 'gone', at: 1, sentence: `${seal.items} items were sealed and none is there. ${NEVER_STORED}` };
  }
  if (found < seal.items) {
    const sentence = `cut off at the end: ${seal.items} items were sealed, ${found} are there. ${NEVER_STORED}`;
    return { kind: 'cut-off', at: found + 1, sentence };
  }
  if (found > seal.items) return changed(seal.items + 1, `it stands behind the sealed end (${seal.items} items)`);
  const last = ordered.at(-1);
  if (last !== undefined && last.hash !== seal.lastHash) return changed(found, 'its hash is not the sealed one');
  return undefined;
}

const NEVER_STORED = 'They were removed, or never stored (the answer then says AUDIT_INCOMPLETE).';

function changed(at: number, why: string): Problem {
  return { kind: 'changed', at, sentence: `changed at item ${at}: ${why}.` };
}

function missing(at: number): Problem {
  return { kind: 'missing', at, sentence: `item ${at} is missing in the middle. ${NEVER_STORED}` };
}

function unsealed(found: number): Problem {
  const sentence =
    found === 0
      ? 'no item and no seal: it is just starting, it died before its first item, or all were removed.'
      : `${found} items without contradiction, but no seal: the writer died or is still running. Items missing at its very end would not be noticed.`;
  return { kind: 'unsealed', sentence };
}
