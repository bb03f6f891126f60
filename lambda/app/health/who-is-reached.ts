/**
 * Whether alerts reach somebody. Where the configuration names a mail address, that one counts and no other: the stack's
 * own chat queue is a confirmed subscription as well, and would hide that nobody has confirmed the mail.
 */

import type { Subscription } from '../../views/messages/channels.ts';

export interface Reach {
  readonly confirmed: number;
  readonly pending: number;
  /** SNS deletes a subscription that nobody confirmed within days, and one that its reader ends. */
  readonly isMailGone: boolean;
}

export function whoIsReached(subscribed: readonly Subscription[], mail: string | undefined): Reach {
  const wanted = mail?.toLowerCase();
  const own = subscribed.filter(
    ({ protocol, endpoint }) => wanted === undefined || (protocol === 'email' && endpoint?.toLowerCase() === wanted),
  );
  const pending = subscribed.filter(({ isConfirmed }) => !isConfirmed).length;
  return {
    confirmed: own.filter(({ isConfirmed }) => isConfirmed).length,
    pending,
    isMailGone: wanted !== undefined && own.length === 0,
  };
}
