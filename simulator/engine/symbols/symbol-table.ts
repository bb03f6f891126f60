/**
 * The symbols of an exchange. Most are only listed and never traded: their state is made when it is first needed, so that
 * an exchange with 700 symbols costs no more than one with a dozen.
 */

import {
  type MarketCode,
  marketOf,
  type SymbolSpec,
  type SymbolState,
  type SymbolStatus,
  symbolState,
} from './symbols.ts';

export interface SymbolTable {
  get(name: string): SymbolState | undefined;
  /** Adds or replaces. A replaced symbol keeps its place, and its mark price and book where `keepMarket` says so. */
  put(spec: SymbolSpec, keepMarket?: boolean): void;
  setStatus(name: string, status: SymbolStatus): void;
  /** In the order of the list. */
  all(market: MarketCode): readonly SymbolState[];
  names(market: MarketCode): readonly string[];
  /** Those of USDⓈ-M that a scenario uses, without those that only fill the list. */
  played(): readonly string[];
  /** What the list says, without making a state. */
  listed(market: MarketCode): readonly { readonly spec: SymbolSpec; readonly status: SymbolStatus }[];
  /** Sorts names as the list has them. */
  inOrder(names: Iterable<string>): readonly string[];
  /** Grows with every change of what `listed` gives. */
  readonly version: number;
}

interface Row {
  readonly ordinal: number;
  readonly spec: SymbolSpec;
  readonly isPlayed: boolean;
  state: SymbolState | undefined;
}

/** `played` are for scenarios, `others` fill the list, `coins` are those of COIN-M. */
export function createSymbolTable(
  played: readonly SymbolSpec[],
  others: readonly SymbolSpec[],
  coins: readonly SymbolSpec[] = [],
): SymbolTable {
  const rows = new Map<string, Row>();
  let version = 0;
  const add = (spec: SymbolSpec, isPlayed: boolean, state?: SymbolState): void => {
    const ordinal = rows.get(spec.symbol)?.ordinal ?? rows.size;
    rows.set(spec.symbol, { ordinal, spec, isPlayed, state });
    version += 1;
  };
  for (const spec of played) add(spec, true);
  for (const spec of others) add(spec, false);
  for (const spec of coins) add(spec, true);

  const stateOf = (row: Row): SymbolState => {
    row.state ??= symbolState(row.spec);
    return row.state;
  };
  const rowsIn = (market: MarketCode): Row[] => [...rows.values()].filter(({ spec }) => marketOf(spec) === market);
  const get = (name: string): SymbolState | undefined => {
    const row = rows.get(name);
    return row === undefined ? undefined : stateOf(row);
  };
  return {
    get,
    put(spec, keepMarket = false) {
      const known = keepMarket ? get(spec.symbol) : undefined;
      const state = symbolState(spec);
      if (known !== undefined) Object.assign(state, { mark: known.mark, book: known.book, status: known.status });
      add(spec, true, state);
    },
    setStatus(name, status) {
      const state = get(name);
      if (state === undefined) return;
      state.status = status;
      version += 1;
    },
    all: market => rowsIn(market).map(stateOf),
    names: market => rowsIn(market).map(({ spec }) => spec.symbol),
    played: () => rowsIn('um').flatMap(({ spec, isPlayed }) => (isPlayed ? [spec.symbol] : [])),
    listed: market =>
      rowsIn(market).map(({ spec, state }) => ({ spec, status: state?.status ?? spec.status ?? 'TRADING' })),
    inOrder: names =>
      [...names].toSorted((a, b) => (rows.get(a)?.ordinal ?? rows.size) - (rows.get(b)?.ordinal ?? rows.size)),
    get version() {
      return version;
    },
  };
}
