/** Whether alerts reach somebody. A configured mail address alone counts: the stack's chat queue is always confirmed. */

import type { WatcherReach } from '../../events.ts';
import type { Subscription, Subscriptions } from '../../views/messages/channels.ts';

export interface Reach {
  readonly confirmed: number;
  readonly pending: number;
  /** SNS deletes a subscription that was not confirmed within days, or that its reader ended. */
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

/** Checked from the watched region, while that works. Never rejects, because the watcher's region may fail. */
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
