/** What a request is for, and which goes first if the limits leave no room for all. */

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

/** The last few leave the kept share of the weight alone. */
export const urgencyOf = (need: Need): Urgency =>
  rankOf(need) <= rankOf('cancels that hold up a close') ? 'urgent' : 'can-wait';

/** The lower goes first, in each market and across markets. */
export const rankOf = (need: Need): number => NEEDS.indexOf(need);
