/**
 * The lanes of the timeline, from top to bottom: the account as a whole, then each symbol, the largest position first.
 * Many symbols share the height of one page; then only those have their names written that fit, troubled ones first.
 */

import type { Incident } from '../../../incident/incident.ts';
import type { IncidentRequest } from '../../../incident/requests.ts';

export interface Lane {
  /** Undefined: the account. */
  readonly symbol: string | undefined;
  /** Pixels from the top of the lanes. */
  readonly top: number;
  readonly height: number;
  readonly labelled: boolean;
}

export interface Lanes {
  readonly all: readonly Lane[];
  readonly height: number;
  /** Too many to tell requests apart by shape: only those are marked that were not answered ok. */
  readonly dense: boolean;
  readonly of: (symbol: string | undefined) => Lane;
}

/** The three lists of a look are read side by side. */
const ACCOUNT_PX = 30;
const TALLEST_PX = 20;
/** All symbols together: so much that a figure fits on a page of A4. */
const MOST_PX = 720;
const DENSE_PX = 9;
/** A name needs as much. */
const LABEL_PX = 11;

/** The symbols of these requests; `incident` knows their order. */
export function lanesOf(requests: readonly IncidentRequest[], incident: Incident): Lanes {
  const asked = new Set(requests.flatMap(({ symbol }) => (symbol === undefined ? [] : [symbol])));
  const troubled = new Set(requests.flatMap(({ symbol, result }) => (result === 'ok' || !symbol ? [] : [symbol])));
  const symbols = [...new Set([...bySize(incident), ...asked])].filter(symbol => asked.has(symbol));
  const height = Math.min(TALLEST_PX, MOST_PX / Math.max(1, symbols.length));
  const topOf = (index: number): number => ACCOUNT_PX + index * height;
  const labelled = labels(symbols, troubled, topOf);
  const account: Lane = { symbol: undefined, top: 0, height: ACCOUNT_PX, labelled: true };
  const all = [
    account,
    ...symbols.map((symbol, index) => ({ symbol, top: topOf(index), height, labelled: labelled.has(symbol) })),
  ];
  const bySymbol = new Map(all.map(lane => [lane.symbol, lane]));
  return {
    all,
    height: topOf(symbols.length),
    dense: height < DENSE_PX,
    of: symbol => bySymbol.get(symbol) ?? account,
  };
}

/** As the first look had them, by their worth. */
function bySize({ before, after }: Incident): readonly string[] {
  const worth = new Map<string, number>();
  for (const { symbol, notional } of [...(before?.positions ?? []), ...(after?.positions ?? [])]) {
    const own = Math.abs(Number(notional));
    worth.set(symbol, Math.max(worth.get(symbol) ?? 0, Number.isFinite(own) ? own : 0));
  }
  return [...worth].toSorted(([, a], [, b]) => b - a).map(([symbol]) => symbol);
}

function labels(
  symbols: readonly string[],
  troubled: ReadonlySet<string>,
  topOf: (index: number) => number,
): ReadonlySet<string> {
  const taken: number[] = [];
  const names = new Set<string>();
  const byUrgency = [...symbols.entries()].toSorted(
    ([a, one], [b, other]) => Number(troubled.has(other)) - Number(troubled.has(one)) || a - b,
  );
  for (const [index, symbol] of byUrgency) {
    const top = topOf(index);
    if (taken.some(other => Math.abs(other - top) < LABEL_PX)) continue;
    taken.push(top);
    names.add(symbol);
  }
  return names;
}
