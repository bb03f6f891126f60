/** What a beat or a start comes to, and how the watch stands as far as the bot knows. */

import type { StartResult } from './run.ts';

export type HeartState =
  | 'idle'
  | 'armed'
  | 'tripped'
  | 'disarmed'
  | 'replaced'
  | 'occupied'
  | 'not-watched'
  | 'unreached';

export type BeatResult =
  | Exclude<StartResult, { kind: 'occupied' }>
  /** Another run beats, and only one may: this one is not watched. */
  | { readonly kind: 'occupied' }
  /** The deployed configuration does not know the bot, so nobody watches it. */
  | { readonly kind: 'not-watched'; readonly sentence: string }
  /** Nothing was sent: start() comes first. */
  | { readonly kind: 'not-started' }
  /** Nothing was sent: a liquidation is not known to have ended flat. */
  | { readonly kind: 'resting' };

export type Refused = Extract<BeatResult, { kind: 'tripped' | 'disarmed' | 'replaced' | 'occupied' }>;
