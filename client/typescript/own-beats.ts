/**
 * Which beats were ours: a beat in the row that we did not send, after one that we did, is of somebody else who beats for
 * the same bot. An arming by hand leaves the count 0, and is nobody's.
 */

import type { PriorBeat } from './bot-row.ts';

export interface OwnBeats {
  /** Before it is sent: its answer may get lost. */
  sent(count: number, atMs: number): void;
  isForeign(prior: PriorBeat | undefined): boolean;
}

/** So many are remembered. */
const REMEMBERED = 50;

export function rememberBeats(): OwnBeats {
  let own: readonly string[] = [];
  return {
    sent: (count, atMs) => {
      own = [...own.slice(-REMEMBERED), nameOf(count, atMs)];
    },
    isForeign: prior => prior !== undefined && prior.count !== 0 && !own.includes(nameOf(prior.count, prior.atMs)),
  };
}

/** Two clients may count alike, but not at the same millisecond. */
const nameOf = (count: number, atMs: number): string => `${count}@${atMs}`;
