/** The audit log for people: time, event, symbol, main facts; then the verification of the chain. */

import type { AuditLogItem, IncidentEvidence } from '../../../../simulator/scenarios/evidence.ts';
import { eventWords } from '../../../incident/event-words.ts';
import { inColumns } from '../../../terminal/columns.ts';
import { countText, secondsText } from '../../../terminal/numbers.ts';
import type { Screen } from '../../../terminal/paint.ts';
import { hanging } from '../../../terminal/text-width.ts';

const MOST_ROWS = 24;

/** Times are relative to `startedAtMs`. */
export function auditLogLines(incident: IncidentEvidence, startedAtMs: number, screen: Screen): readonly string[] {
  const { paint, width } = screen;
  const { auditLog } = incident;
  const shown = shortened(auditLog);
  const severalWriters = new Set(auditLog.map(item => item.writer)).size > 1;
  const rows = shown.map(({ timestamp, writer, symbol, event_type, attempt, data, error }) => {
    const { what, facts, tone } = eventWords({ type: event_type, attempt, data, error });
    return [
      paint.dim(secondsText(Math.max(0, Date.parse(timestamp) - startedAtMs))),
      ...(severalWriters ? [writerName(writer)] : []),
      paint[tone](what),
      symbol ?? '',
      facts,
    ];
  });
  const aligns = ['right', ...(severalWriters ? (['left'] as const) : []), 'left', 'left', 'left'] as const;
  const hidden = auditLog.length - shown.length;
  return [
    ...inColumns(rows, aligns, { width }),
    ...(hidden > 0 ? [paint.dim(`  … ${countText(hidden, 'more record')} between them, not shown`)] : []),
    ...chainLines(incident, screen),
  ];
}

/** The first and the last ones are shown. */
function shortened(auditLog: readonly AuditLogItem[]): readonly AuditLogItem[] {
  if (auditLog.length <= MOST_ROWS) return auditLog;
  return [...auditLog.slice(0, MOST_ROWS - 6), ...auditLog.slice(-6)];
}

/** `a1` is the first attempt; the names of duplicates are long and carry no meaning. */
const writerName = (writer: string): string =>
  writer.startsWith('a') ? `attempt ${writer.slice(1)}` : (WRITERS[writer.charAt(0)] ?? 'unlocked');

const WRITERS: Readonly<Record<string, string>> = { d: 'duplicate', w: 'watchdog' };

function chainLines({ chain }: IncidentEvidence, { paint, width }: Screen): readonly string[] {
  const [word, mark] = chain.sealed
    ? ['hash chain intact: no record changed, removed, added or cut off the end', paint.good('✓')]
    : chain.ok
      ? ['hash chain without contradiction, but not sealed by every writer', paint.warn('!')]
      : ['hash chain BROKEN', paint.bad('✗')];
  const odd = chain.segments.filter(({ kind }) => kind !== 'intact');
  return [...hanging(`  ${mark}`, word, width), ...odd.flatMap(({ sentence }) => hanging('     ', sentence, width).map(paint.dim))];
}
