/** The meaning of a verification finding: which record it is about, and what follows from it. */

import type { IncidentEvent } from '../../lambda/core/audit/event.ts';
import type { SegmentVerdict } from '../../lambda/core/audit/verify-chain.ts';
import { instantText } from '../terminal/numbers.ts';
import { eventWords, visibleLine } from './event-words.ts';
import { writerName } from './incident-lines.ts';

export function segmentMeaning(
  { writer, kind, at }: SegmentVerdict,
  events: readonly IncidentEvent[],
): readonly string[] {
  const meaning = MEANINGS[kind];
  if (meaning === undefined) return [];
  const own = events.filter(event => event.writer === writer);
  const found = own.find(({ seq }) => seq === at);
  const before = own.findLast(({ seq }) => seq < (at ?? 0));
  const place =
    found !== undefined
      ? [`Record ${at} of ${writerName(writer)} now reads: ${wordsOf(found)}.`]
      : before !== undefined
        ? [`The last verified record before it: ${wordsOf(before)}.`]
        : [];
  return [...place, meaning];
}

const MEANINGS: Readonly<Partial<Record<SegmentVerdict['kind'], string>>> = {
  changed: 'Do not rely on this record or on later ones; the log group of the function has the original.',
  missing: 'Later records may be correct, but are not complete; the log group of the function has the original.',
  'cut-off': 'The audit log does not prove how this attempt ended; see the liquidation record and the log group.',
  gone: 'The audit log of this attempt is missing; only the liquidation record and the log group are left.',
};

function wordsOf(event: IncidentEvent): string {
  const { what, facts } = eventWords(event);
  const at = event.atMs === undefined ? 'at an unreadable time' : `at ${instantText(event.atMs)}`;
  return [`${what} ${at}`, event.symbol === undefined ? '' : visibleLine(event.symbol), facts]
    .filter(Boolean)
    .join(', ');
}
