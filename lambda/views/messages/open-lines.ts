/** The positions that are still open: size, protective stops, and why they could not be closed. */

import { count } from '../words.ts';
import type { Ending, EndingError, OpenPosition } from './ending.ts';

const MOST_POSITIONS = 10;
const MOST_REASONS = 4;

export function openLines({ remaining }: Ending): readonly string[] {
  const { verified, positions, orders } = remaining;
  if (!verified)
    return ['OPEN POSITIONS UNKNOWN: the last read of the account failed. Check the account at the exchange.'];
  const shown = positions.slice(0, MOST_POSITIONS).map(positionLine);
  const more = positions.length - shown.length;
  return [
    'OPEN NOW',
    ...shown,
    ...(more > 0 ? [`and ${count(more, 'more position')}`] : []),
    ...(orders > 0 ? [`${count(orders, 'order')} still open, stops included`] : []),
  ];
}

const positionLine = ({ symbol, side, amount, notional, stops }: OpenPosition): string =>
  `${symbol} ${side} ${amount}, worth ${notional}: ${stopWords(stops)}`;

function stopWords(stops: number | undefined): string {
  if (stops === undefined) return 'stops not known';
  return stops === 0 ? 'NO STOP LEFT' : `${count(stops, 'stop')} kept`;
}

export function whyLines({ errors }: Ending): readonly string[] {
  if (errors.length === 0) return [];
  const causes = errors.filter(({ code }) => !OUTCOMES.has(code));
  const lines = [...Map.groupBy(causes.length > 0 ? causes : errors, reasonOf)].map(([reason, ones]) =>
    [symbolsOf(ones), reason].filter(part => part !== '').join(': '),
  );
  const more = lines.length - MOST_REASONS;
  return ['WHY', ...lines.slice(0, MOST_REASONS), ...(more > 0 ? [`and ${count(more, 'more error')}`] : [])];
}

/** These codes only repeat the verdict (not flat). The other errors, if there are any, say why. */
const OUTCOMES: ReadonlySet<string> = new Set(['ATTEMPTS_EXHAUSTED', 'TIMEOUT', 'NOT_VERIFIED']);

const reasonOf = ({ code, message, exchangeCode }: EndingError): string =>
  `${message} (${code}${exchangeCode === undefined ? '' : ` ${exchangeCode}`})`;

function symbolsOf(errors: readonly EndingError[]): string {
  const symbols = [...new Set(errors.flatMap(({ symbol }) => symbol ?? []))];
  const more = symbols.length - MOST_SYMBOLS;
  return `${symbols.slice(0, MOST_SYMBOLS).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

const MOST_SYMBOLS = 5;
