/**
 * What is told of one log line, if anything. `id` names the change of state: AWS may deliver a line twice, and what was
 * told once under an id is not told again. `standing` says how something stands from now on; a `quiet` notification that
 * changes nothing about it is left out: what the watchdog finds again each minute is no news.
 */

import type { ComposedMessage } from './message.ts';
import type { Place } from './place.ts';

export interface Notification {
  readonly id: string;
  /** Notifications of one kind that happen together are one message. A code of lambda/events.ts, or `critical`. */
  readonly kind: string;
  readonly message: ComposedMessage;
  readonly standing?: SubjectState;
}

/** As it is composed of a line; its kind comes from the line's code. */
export type Composed = Omit<Notification, 'kind'>;

export interface SubjectState {
  /** `account alpha`. */
  readonly of: string;
  readonly is: string;
  readonly quiet: boolean;
}

/** What every message needs to know beside its line. */
export interface About {
  readonly place: Place;
  /** `lockout_minutes`, in ms. */
  readonly lockoutMs: number;
}
