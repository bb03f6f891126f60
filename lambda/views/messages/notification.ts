/**
 * The notification of one log line. `id` names the change of state: AWS may deliver a line twice, and an id that was
 * sent once is not sent again. `standing` is the state after the line. A `quiet` notification that leaves this state
 * unchanged is dropped: the watchdog finds the same again each minute.
 */

import type { ComposedMessage, Draft, Place } from './message.ts';

export interface Notification {
  readonly id: string;
  /** Notifications of one kind that arrive together become one message. A code of lambda/events.ts, or `critical`. */
  readonly kind: string;
  readonly message: ComposedMessage;
  readonly standing?: SubjectState;
}

/** A notification before its text is composed. Its kind comes from the line's code. */
export type NotificationDraft = Draft & Pick<Notification, 'id' | 'standing'>;

export interface SubjectState {
  /** `account alpha`. */
  readonly of: string;
  readonly is: string;
  readonly quiet: boolean;
}

/** Begins the `of` of named symbols of an account: their state says nothing about the account. */
export const PART_OF = 'part of ';

/** What every message needs besides its line. */
export interface About {
  readonly place: Place;
  /** `lockout_minutes`, in ms. */
  readonly lockoutMs: number;
}
