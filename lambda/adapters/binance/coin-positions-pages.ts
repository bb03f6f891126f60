/**
 * Positions of COIN-M from two pages: one shows symbols in status TRADING only, the other all of the account. Where the
 * first lists a symbol it counts, with its mark price; where it does not, the second. A row that is wrong costs a close
 * that is refused, since a close can only reduce.
 */

import type { Position, Rows } from '../../core/exchange/model.ts';
import type { Reply } from '../../ports.ts';
import { bothPages, joinRows, type Page } from './join.ts';
import type { CoinPositions } from './schemas/coin-positions.ts';

export async function positionsOfPages(
  pages: readonly [trading: Promise<Reply<CoinPositions>>, account: Promise<Reply<CoinPositions>>],
  part: Page,
): Promise<Reply<Rows<Position>>> {
  const [trading, account] = await bothPages(pages, part, page => ({ ...page, shown: shownBy(page) }));
  const listed = trading.ok ? trading.value.listed : new Set<string>();
  const joined = joinRows<Position>(trading, account, (shown, all) => [
    ...shown,
    ...all.filter(({ symbol }) => !listed.has(symbol)),
  ]);
  const shown = [trading, account].flatMap(page => (page.ok ? [...shownBy(page.value)] : []));
  return joined.ok ? { ...joined, value: { ...joined.value, shown: new Set(shown) } } : joined;
}

/** A row without a name may be of any symbol, of those that are listed too. */
const shownBy = ({ listed, unread }: CoinPositions): ReadonlySet<string> =>
  unread.some(({ symbol }) => symbol === undefined) ? new Set() : listed;
