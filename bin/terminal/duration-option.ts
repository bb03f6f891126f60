/** Durations on the command line: 45s, 30m, 24h, 7d. A number without a unit is refused. */

import { InvalidArgumentError } from 'commander';

const UNIT_MS = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** For argParser: gives milliseconds. */
export function readDurationMs(text: string): number {
  const [, number, unit] = /^(\d{1,6})([smhd])$/.exec(text) ?? [];
  const ms = Number(number) * UNIT_MS[(unit ?? 's') as keyof typeof UNIT_MS];
  if (unit !== undefined && ms > 0) return ms;
  if (unit !== undefined) throw new InvalidArgumentError('It is at least 1s.');
  throw new InvalidArgumentError('A duration is a whole number with its unit: 45s, 30m, 24h or 7d.');
}
