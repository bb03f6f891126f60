/**
 * The hash chain of the audit log.
 *
 *   genesis(correlation id, writer) ← item 1 ← item 2 ← … ← item n      Seal { writer, n, hash of item n }
 *
 * Each writer (an attempt `a1`, a refused duplicate `d-…`, an unlocked run `u-…`) has its own segment, so writers never wait
 * for each other. The seal is in another table, so a missing end is found. Promise: a changed, removed, swapped or added item
 * of a sealed segment is found; of an unsealed segment only missing items at the end are not.
 */

import { createHash } from 'node:crypto';
import type { AuditItem, Seal } from '../../ports.ts';
import { canonicalJson, toPlain } from '../text/plain-json.ts';

export type AuditEvent = Omit<AuditItem, 'at_seq' | 'seq' | 'writer' | 'prev_hash' | 'hash'>;

/** How many items a segment has, and the hash that the next one continues. */
interface ChainHead {
  readonly correlationId: string;
  readonly writer: string;
  readonly items: number;
  readonly lastHash: string;
}

/** `at_seq` is split at `#`, and a seal's text at `|`. */
const WRITER_PATTERN = /^[a-z][a-z0-9-]*$/;

const SEQ_DIGITS = 6;

/** An empty segment. Throws RangeError for an invalid writer. */
export function startChain(correlationId: string, writer: string): ChainHead {
  if (!WRITER_PATTERN.test(writer)) {
    throw new RangeError(`The writer "${writer}" does not match ${WRITER_PATTERN.source}; use a1, d-0f or u-0f.`);
  }
  return { correlationId, writer, items: 0, lastHash: genesisOf(correlationId, writer) };
}

/** Appends an event. The item is plain data, as it will be stored. Throws RangeError for another correlation ID. */
export function link(head: ChainHead, event: AuditEvent): { readonly item: AuditItem; readonly head: ChainHead } {
  if (event.correlation_id !== head.correlationId) {
    throw new RangeError(`An event of ${event.correlation_id} cannot join the audit log of ${head.correlationId}.`);
  }
  const seq = head.items + 1;
  const unhashed = {
    ...event,
    writer: head.writer,
    seq,
    at_seq: `${event.timestamp}#${head.writer}#${String(seq).padStart(SEQ_DIGITS, '0')}`,
    prev_hash: head.lastHash,
  };
  const plain = toPlain(unhashed) as unknown as Omit<AuditItem, 'hash'>;
  const hash = sha256(canonicalJson(plain));
  return { item: { ...plain, hash }, head: { ...head, items: seq, lastHash: hash } };
}

export const sealOf = ({ writer, items, lastHash }: ChainHead): Seal => ({ writer, items, lastHash });

/** Over all attributes but `hash` itself. */
export function hashOfItem(item: AuditItem): string {
  const { hash: _, ...rest } = item;
  return sha256(canonicalJson(rest));
}

export const genesisOf = (correlationId: string, writer: string): string =>
  sha256(canonicalJson({ trail: 'flatline', correlation_id: correlationId, writer }));

const sha256 = (text: string): string => createHash('sha256').update(text, 'utf8').digest('hex');
