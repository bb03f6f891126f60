/** What is still open, how large it is, which stops protect it, and why it could not be closed. */

import { count } from '../panel/words.ts';
import type { Ending, OpenPosition } from './ending.ts';

const MOST_POSITIONS = 10;
const MOST_REASONS = 4;

export function openLines({ remaining }: Ending): readonly string[] {
  const { verified, positions, orders } = remaining;
  if (!verified) return ['WHAT IS OPEN IS NOT KNOWN: the last look at the exchange failed. Look yourself.'];
  const shown = positions.slice(0, MOST_POSITIONS).map(positionLine);
  const more = positions.length - shown.length;
  return [
    'OPEN NOW',
    ...shown,
    ...(more > 0 ? [`and ${count(more, 'more position')}`] : []),
    ...(orders > 0 ? [`${count(orders, 'order')} in the book, stops included`] : []),
  ];
}

const positionLine = ({ symbol, side, amount, notional, stops }: OpenPosition): string =>
  `${symbol} ${side} ${amount}, worth ${notional}: ${stops === 0 ? 'NO STOP LEFT' : `${count(stops, 'stop')} kept`}`;

/** For a step of the operator's: which orders are to be cancelled. Stops stay until the position is gone. */
export const openOrders = ({ remaining }: Ending): string =>
  remaining.verified && remaining.orders === 0 ? 'any order that is left' : 'its open orders (stops last)';

export function whyLines({ errors }: Ending): readonly string[] {
  if (errors.length === 0) return [];
  const lines = errors.map(({ code, message, symbol, exchangeCode }) => {
    const number = exchangeCode === undefined ? '' : ` ${exchangeCode}`;
    return `${symbol === undefined ? '' : `${symbol}: `}${message} (${code}${number})`;
  });
  const more = lines.length - MOST_REASONS;
  return ['WHY', ...lines.slice(0, MOST_REASONS), ...(more > 0 ? [`and ${count(more, 'more error')}`] : [])];
}
