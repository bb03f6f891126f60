/**
 * The lanes of the timeline, from top to bottom: the account as a whole, then each symbol, the largest position first.
 * Many symbols share the height of one page; then only as many names as fit are printed, symbols with errors first.
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

export type Lanes = Readonly<ReturnType<typeof lanesOf>>;

/** The three lists of a read are requested in parallel. */
const ACCOUNT_PX = 30;
const TALLEST_PX = 20;
/** The height of all symbols together, so that a figure fits on an A4 page. */
const MOST_PX = 720;
const DENSE_PX = 9;
/** The height that a name needs. */
const LABEL_PX = 11;

/** The symbols of these requests; `incident` knows their order. */
export function lanesOf(requests: readonly IncidentRequest[], incident: Incident) {
  const asked = new Set(requests.flatMap(({ symbol }) => (symbol === undefined ? [] : [symbol])));
  const failed = new Set(requests.flatMap(({ symbol, result }) => (result === 'ok' || !symbol ? [] : [symbol])));
  const symbols = [...new Set([...bySize(incident), ...asked])].filter(symbol => asked.has(symbol));
  const height = Math.min(TALLEST_PX, MOST_PX / Math.max(1, symbols.length));
  const topOf = (index: number): number => ACCOUNT_PX + index * height;
  const labelled = labels(symbols, failed, topOf);
  const account: Lane = { symbol: undefined, top: 0, height: ACCOUNT_PX, labelled: true };
  const all = [
    account,
    ...symbols.map((symbol, index) => ({ symbol, top: topOf(index), height, labelled: labelled.has(symbol) })),
  ];
  const bySymbol = new Map(all.map(lane => [lane.symbol, lane]));
  return {
    all,
    height: topOf(symbols.length),
    /** Too many for shapes: only requests that were not answered ok are marked. */
    dense: height < DENSE_PX,
    of: (symbol: string | undefined): Lane => bySymbol.get(symbol) ?? account,
  };
}

/** In the order of the first read, by value. */
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
  failed: ReadonlySet<string>,
  topOf: (index: number) => number,
): ReadonlySet<string> {
  const taken: number[] = [];
  const names = new Set<string>();
  const byUrgency = [...symbols.entries()].toSorted(
    ([a, one], [b, other]) => Number(failed.has(other)) - Number(failed.has(one)) || a - b,
  );
  for (const [index, symbol] of byUrgency) {
    const top = topOf(index);
    if (taken.some(other => Math.abs(other - top) < LABEL_PX)) continue;
    taken.push(top);
    names.add(symbol);
  }
  return names;
}
