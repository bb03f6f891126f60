/** What a finding of the verification means: which item it is about, and what follows from it. */

import type { IncidentEvent } from '../../lambda/core/audit/event.ts';
import type { SegmentVerdict } from '../../lambda/core/audit/verify-chain.ts';
import { instantText } from '../terminal/ages.ts';
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
      ? [`Item ${at} of ${writerName(writer)} now says: ${wordsOf(found)}.`]
      : before !== undefined
        ? [`The last good one before it: ${wordsOf(before)}.`]
        : [];
  return [...place, meaning];
}

const MEANINGS: Readonly<Partial<Record<SegmentVerdict['kind'], string>>> = {
  changed: 'Believe neither this item nor what follows it; the log group of the function has the original.',
  missing: 'What follows it may be true, but is not the whole; the log group of the function has the original.',
  'cut-off': 'How this attempt ended is not proven by the trail; the record and the log group say it.',
  gone: 'The trail of this attempt is not there; the record and the log group are what is left of it.',
};

function wordsOf(event: IncidentEvent): string {
  const { what, facts } = eventWords(event);
  const at = event.atMs === undefined ? 'at an unreadable time' : `at ${instantText(event.atMs)}`;
  return [`${what} ${at}`, event.symbol === undefined ? '' : visibleLine(event.symbol), facts]
    .filter(Boolean)
    .join(', ');
}
