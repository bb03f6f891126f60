/**
 * A list of two pages, as two markets have them: each symbol is on one of them. A page of positions shows its symbols
 * whole, whatever the other one may add.
 */

import type { Rows } from '../../../../lambda/core/exchange/model.ts';
import type { ExchangeRequest } from '../../../../lambda/core/exchange/request.ts';
import type { EngineAnswer } from '../../../../lambda/core/liquidation/reduce.ts';
import type { Fate } from './schedule.ts';

export type InPart = Extract<Fate, { kind: 'in-part' }>;

type AnyRows = Rows<{ readonly symbol: string }>;

const pageOf = (symbol: string): number => (symbol.charCodeAt(1) || 0) % 2;

const LOST = { certainty: 'unknown', subject: 'request', reason: 'no-answer', message: 'no-answer' } as const;

/** One page alone; `isLast`: nothing more will come. */
export function onePage(
  { kind }: ExchangeRequest,
  answer: EngineAnswer,
  { page }: InPart,
  symbols: readonly string[],
  isLast: boolean,
): Rows<unknown> {
  if (!answer.ok) throw new Error('a page of a list that was refused');
  const { rows, unread } = answer.value as unknown as AnyRows;
  return {
    rows: rows.filter(({ symbol }) => pageOf(symbol) === page),
    unread: [...unread, { symbol: undefined, problem: 'no answer yet', isPage: true }],
    ...(kind === 'positions' ? { shown: new Set(symbols.filter(symbol => pageOf(symbol) === page)) } : {}),
    ...(isLast ? { missing: LOST } : {}),
  };
}

/** Both: the first as it was, the other as it is now. */
export function bothPages(before: EngineAnswer, now: EngineAnswer, { page }: InPart): EngineAnswer {
  if (!before.ok || !now.ok) throw new Error('a page of a list that was refused');
  const [first, second] = [before.value as unknown as AnyRows, now.value as unknown as AnyRows];
  const rows = [
    ...first.rows.filter(({ symbol }) => pageOf(symbol) === page),
    ...second.rows.filter(({ symbol }) => pageOf(symbol) !== page),
  ];
  return { ok: true, value: { rows, unread: second.unread } as never };
}
