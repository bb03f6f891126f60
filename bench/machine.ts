/** What a figure was measured on, and how it is said: the middle of several runs, between the least and the most. */

import { cpus } from 'node:os';

/** As in "Intel(R) Xeon(R) Processor, 2 cores, Node v24.21.0". */
export const machine = (): string =>
  `${cpus()[0]?.model ?? 'unknown processor'}, ${cpus().length} cores, Node ${process.version}`;

/** `text` is `46 (45–49)`, or the number alone where there is only one. */
export function spread(numbers: readonly number[]): { readonly median: number; readonly text: string } {
  const sorted = numbers.toSorted((a, b) => a - b);
  const median = sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
  const show = (ms: number | undefined): string => (ms ?? Number.NaN).toFixed(0);
  const range = sorted.length === 1 ? '' : ` (${show(sorted[0])}–${show(sorted.at(-1))})`;
  return { median, text: `${show(median)}${range}` };
}

/** The number that this share of all does not exceed: 0.5 is the median, 1 the largest. */
export function quantile(numbers: readonly number[], share: number): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[Math.ceil(share * sorted.length) - 1] ?? Number.NaN;
}

/** Processor time of this thread so far, in ms. */
export function threadCpuMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1_000;
}
