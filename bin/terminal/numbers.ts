/** Numbers and durations on a terminal. */

/** Keeps a number and its unit on one line; the output replaces it with an ordinary space. */
export const NO_BREAK = '\u00a0';

/** 340 µs, 21 ms, 1.3 s, 64 s. */
export function duration(ms: number): string {
  const [number, unit] = numberAndUnit(ms);
  return `${number}${NO_BREAK}${unit}`;
}

function numberAndUnit(ms: number): readonly [string | number, string] {
  if (ms > 0 && ms < 0.9995) return [Math.round(ms * 1_000), 'µs'];
  if (ms < 999.5) return [Math.round(ms), 'ms'];
  return [ms < 9_950 ? (ms / 1_000).toFixed(1) : Math.round(ms / 1_000), 's'];
}

/** Seconds with three digits, for columns: `0.021`. */
export const secondsText = (ms: number): string => (ms / 1_000).toFixed(3);

/** `1 order`, `2 orders`, `no order`. */
export function countText(number: number, what: string): string {
  if (number === 1) return `1 ${what}`;
  return number === 0 ? `no ${what}` : `${number} ${what}s`;
}
