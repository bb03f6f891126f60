/** What a request is for, and which goes first where the exchange's limits leave no room for all: the one table of it. */

import type { Urgency } from '../exchange/room.ts';

/** In the order of need. */
const NEEDS = [
  'clock',
  /** The largest first. */
  'closes',
  'positions',
  'cancels that hold up a close',
  'other cancels',
  'rules',
  'lists',
  'order queries',
  'sweeps',
] as const;

export type Need = (typeof NEEDS)[number];

export interface Want {
  readonly need: Need;
  readonly urgency: Urgency;
}

/** Only the last few may wait for others: they leave the kept share of the weight alone. */
export const urgencyOf = (need: Need): Urgency =>
  rankOf(need) <= rankOf('cancels that hold up a close') ? 'urgent' : 'can-wait';

/** The lower goes first, in each market and between them. */
export const rankOf = (need: Need): number => NEEDS.indexOf(need);
