/** One item of an audit log, for readers. An item that may have been changed is shown as it is, marked as doubtful. */

import { type Fields, fieldsOf, instantOf, numberOf, textOf } from '../text/fields.ts';

export interface IncidentEvent {
  /** Undefined when the item's time cannot be read. */
  readonly atMs: number | undefined;
  /** `a1` is the first attempt. */
  readonly writer: string;
  readonly attempt: number;
  readonly seq: number;
  /** An AuditEventType, unless it was changed. */
  readonly type: string;
  readonly operation: string;
  readonly botId: string | undefined;
  readonly symbol: string | undefined;
  readonly data: Fields;
  readonly error: Fields | undefined;
  /** The chain is broken at this item or before it. */
  readonly doubtful: boolean;
}

type WriterKind = 'attempt' | 'unlocked' | 'duplicate' | 'dry-run' | 'preflight' | 'watchdog' | 'unknown';

/** By how writers are named: lambda/core/audit/chain.ts. */
export function writerKind(writer: string): WriterKind {
  if (/^a\d+$/.test(writer)) return 'attempt';
  return KINDS[writer.slice(0, 2)] ?? 'unknown';
}

const KINDS: Readonly<Record<string, WriterKind>> = {
  'u-': 'unlocked',
  'd-': 'duplicate',
  'y-': 'dry-run',
  'p-': 'preflight',
  'w-': 'watchdog',
};

/** The part of a Verification that tells where a chain is broken. */
interface BrokenFrom {
  readonly segments: readonly { readonly writer: string; readonly kind: string; readonly at?: number }[];
}

/** In order of time. */
export function readEvents(items: readonly object[], { segments }: BrokenFrom): readonly IncidentEvent[] {
  const brokenFrom = new Map(
    segments.flatMap(({ writer, kind, at }) =>
      at !== undefined && (kind === 'changed' || kind === 'missing') ? [[writer, at] as const] : [],
    ),
  );
  return items
    .map(item => {
      const { writer, attempt, seq, event_type, operation, bot_id, symbol, timestamp, data, error } = fieldsOf(item);
      const name = textOf(writer) ?? '?';
      const place = numberOf(seq) ?? 0;
      return {
        atMs: instantOf(timestamp),
        writer: name,
        attempt: numberOf(attempt) ?? 0,
        seq: place,
        type: textOf(event_type) ?? '?',
        operation: textOf(operation) ?? '?',
        botId: textOf(bot_id),
        symbol: textOf(symbol),
        data: fieldsOf(data),
        error: error === undefined ? undefined : fieldsOf(error),
        doubtful: place >= (brokenFrom.get(name) ?? Number.POSITIVE_INFINITY),
      };
    })
    .toSorted((a, b) => (a.atMs ?? 0) - (b.atMs ?? 0) || a.seq - b.seq);
}
