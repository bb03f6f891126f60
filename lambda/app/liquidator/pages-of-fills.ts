/**
 * Which page of fills to ask for next. A page that is full may be the oldest or the newest one of what was asked for
 * (Account Trade List does not say), so the pages after it are read first, and then those before it.
 *
 *   first page, full ── forward from its end, until a page is not full ── back from its beginning
 */

/** The most that a page holds (Account Trade List). */
const PAGE = 1_000;

interface Pages {
  /** Given the IDs of the page that was read, the ID from which the next one begins; undefined when there is none. */
  after(ids: readonly string[]): string | undefined;
}

export function createPages(): Pages {
  let direction: 'first' | 'forward' | 'back' = 'first';
  let lowest: bigint | undefined;
  let step = BigInt(PAGE);
  let lastFrom: bigint | undefined;
  return {
    after(texts) {
      // Without IDs there are no further pages.
      if (!texts.every(text => /^\d+$/.test(text))) return undefined;
      const ids = texts.map(BigInt);
      const isFull = ids.length >= PAGE;
      if (direction === 'first' && !isFull) return undefined;
      const low = ids.reduce((least, id) => (id < least ? id : least), lowest ?? ids[0] ?? 0n);
      if (direction === 'back' && low === lowest) step *= 2n;
      lowest = low;
      if (direction !== 'back' && isFull) {
        direction = 'forward';
        return (ids.reduce((most, id) => (id > most ? id : most), 0n) + 1n).toString();
      }
      if (direction === 'back' && lastFrom === 0n) return undefined;
      direction = 'back';
      lastFrom = low > step ? low - step : 0n;
      return lastFrom.toString();
    },
  };
}
