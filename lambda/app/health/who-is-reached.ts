/**
 * Whether alerts reach somebody. Where the configuration names a mail address, that one counts and no other: the stack's
 * own chat queue is a confirmed subscription as well, and would hide that nobody has confirmed the mail.
 */

import type { WatcherReach } from '../../events.ts';
import type { Subscription, Subscriptions } from '../../views/messages/channels.ts';

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

/**
 * Asked from the region that it watches, while that one lives: once it has failed, nobody could say so. Never rejects,
 * because the watcher's region may be the one that fails.
 */
export async function watcherReach(
  subscriptions: Subscriptions,
  mail: string | undefined,
  timeoutMs: number,
): Promise<WatcherReach> {
  try {
    const subscribed = await subscriptions.list(timeoutMs);
    if (subscribed === undefined) return 'missing';
    const reach = whoIsReached(subscribed, mail);
    if (reach.confirmed > 0) return 'confirmed';
    return reach.isMailGone ? 'gone' : 'pending';
  } catch {
    return 'unknown';
  }
}
