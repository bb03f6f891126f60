/** How much is played: everything by `npm run test:faults`, a sample by `npm test`. */

export const PLAY_ALL = process.env.FLATLINE_FAULTS === 'all';

/**
 * Every `nth` of a list, or the whole of it. The step shares no factor with the lists' own rhythm. Several samples of one
 * list, each `from` another index, cover more of it together.
 */
export const sampled = <T>(list: readonly T[], nth: number, from = 0): readonly T[] =>
  PLAY_ALL ? list : list.filter((_, index) => index % nth === from % nth);

/** How often a property is tried. */
export const runs = (usual: number, all: number): number => (PLAY_ALL ? all : usual);

/** The same by FLATLINE_PROPERTY_RUNS, which is how often a property of 100 tries is tried. */
export const tries = (usual: number): number =>
  Math.ceil((usual * Number(process.env.FLATLINE_PROPERTY_RUNS ?? 100)) / 100);

/** Enough for everything on a busy machine. */
export const LONGEST_MS = 3_600_000;
