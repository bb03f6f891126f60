/**
 * Positions of COIN-M from two pages: one shows symbols in status TRADING only, the other all of the account. Where the
 * first lists a symbol it counts, with its mark price; where it does not, the second. A row that is wrong costs a close
 * that is refused, since a close can only reduce.
 */

import type { Position, Rows } from '../../core/exchange/model.ts';
import type { Reply } from '../../ports.ts';
import { joinRows } from './join.ts';
import type { CoinPositions } from './schemas/coin-positions.ts';

export function positionsOfPages(trading: Reply<CoinPositions>, account: Reply<Rows<Position>>): Reply<Rows<Position>> {
  const listed = trading.ok ? trading.value.listed : new Set<string>();
  return joinRows<Position>(trading, account, (shown, all) => [
    ...shown,
    ...all.filter(({ symbol }) => !listed.has(symbol)),
  ]);
}
