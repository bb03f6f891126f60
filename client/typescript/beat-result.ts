/** The result of a heartbeat or a start, and the state of the watch as known to the bot. */

import type { StartResult } from './run.ts';

export type HeartbeatState =
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
  /** Another run is active, and only one may be: this one is not watched. */
  | { readonly kind: 'occupied' }
  /** The bot is not in the deployed configuration, so it is not watched. */
  | { readonly kind: 'not-watched'; readonly sentence: string }
  /** Nothing was sent: start() comes first. */
  | { readonly kind: 'not-started' }
  /** Nothing was sent: a liquidation is not known to have ended flat. */
  | { readonly kind: 'resting' };

export type Refused = Extract<BeatResult, { kind: 'tripped' | 'disarmed' | 'replaced' | 'occupied' }>;
