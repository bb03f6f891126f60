/** A message that could not be parsed: passed on as received, shortened, and without anything that looks like a secret. */

import { boundedText } from '../../core/text/fields.ts';
import { redactionOf } from '../../core/text/redaction.ts';
import { type ComposedMessage, compose, type Place } from './message.ts';

const MOST_LINES = 5;
const LINE_MAX_CHARS = 600;

/** `what` names what could not be parsed. */
export function rawMessage(what: string, lines: readonly string[], place: Place): ComposedMessage {
  const { text } = redactionOf([]);
  // Redacted before it is cut: no pattern matches half a secret.
  const shown = lines.slice(0, MOST_LINES).map(line => boundedText(text(line), LINE_MAX_CHARS));
  const more = lines.length - shown.length;
  return compose(
    {
      verdict: 'NOT UNDERSTOOD',
      because: what,
      facts: [[...shown, ...(more > 0 ? [`and ${more} more`] : [])]],
      next: 'nothing. flatline does not act on this message. The log has its full text.',
      steps: [`Check the state: flatline status${place.flags}`],
      heading: 'A message was not delivered',
    },
    place,
  );
}
