/**
 * Positions of COIN-M from two pages: one shows symbols in status TRADING only, the other all of the account. Where the
 * first lists a symbol it counts, with its mark price; where it does not, or not readably, the second. The second counts
 * too where the first shows no position and the second a newer one: pages lag, and a position that only one of them shows
 * must not be called flat. A row that is wrong costs a close that is refused, since a close can only reduce.
 */

import type { Position, Rows } from '../../core/exchange/model.ts';
import type { Reply } from '../../ports.ts';
import { bothPages, joinRows, type Page } from './join.ts';
import { type CoinPositions, rowKey } from './schemas/coin-positions.ts';

export async function positionsOfPages(
  pages: readonly [trading: Promise<Reply<CoinPositions>>, account: Promise<Reply<CoinPositions>>],
  part: Page,
): Promise<Reply<Rows<Position>>> {
  const [trading, account] = await bothPages(pages, part, page => ({ ...page, shown: shownBy(page) }));
  const joined = joinRows<Position>(trading, account, (shown, all) => [
    ...shown,
    ...(trading.ok ? all.filter(row => isMissingIn(trading.value, row)) : all),
  ]);
  const shown = [trading, account].flatMap(page => (page.ok ? [...shownBy(page.value)] : []));
  return joined.ok ? { ...joined, value: { ...joined.value, shown: new Set(shown) } } : joined;
}

function isMissingIn({ listed, rows, unread, changedAtMs }: CoinPositions, row: Position): boolean {
  if (!listed.has(row.symbol)) return true;
  const key = rowKey(row);
  if (rows.some(one => rowKey(one) === key)) return false;
  return unread.some(({ symbol }) => symbol === row.symbol) || row.updatedAtMs > (changedAtMs.get(key) ?? 0);
}

/** A row without a name may be of any symbol, of those that are listed too. */
const shownBy = ({ listed, unread }: CoinPositions): ReadonlySet<string> =>
  unread.some(({ symbol }) => symbol === undefined) ? new Set() : listed;
