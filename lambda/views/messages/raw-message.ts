/** What came and could not be understood: passed on as it stands, shortened and without what looks like a secret. */

import { boundedText } from '../../core/text/bounded-text.ts';
import { redactionOf } from '../../core/text/redaction.ts';
import { type ComposedMessage, compose } from './message.ts';
import type { Place } from './place.ts';

const MOST_LINES = 5;
const LINE_MAX_CHARS = 600;

/** `what` says what was not understood. */
export function rawMessage(what: string, lines: readonly string[], place: Place): ComposedMessage {
  const { text } = redactionOf([]);
  // Redacted before it is cut: half a secret is one no pattern knows.
  const shown = lines.slice(0, MOST_LINES).map(line => boundedText(text(line), LINE_MAX_CHARS));
  const more = lines.length - shown.length;
  return compose(
    {
      verdict: 'NOT UNDERSTOOD',
      because: what,
      facts: [[...shown, ...(more > 0 ? [`and ${more} more`] : [])]],
      next: 'nothing follows from this message. The log has the whole of it.',
      steps: [`See how things stand: flatline status${place.flags}`],
      heading: 'A message was not delivered',
    },
    place,
  );
}
