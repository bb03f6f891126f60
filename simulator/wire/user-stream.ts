/** One user data stream, without sockets: the events of the account that a listen key is of, from now on. */

import type { AccountChange } from '../engine/accounts/account.ts';
import type { World } from '../engine/world.ts';
import { eventOf } from './user-events.ts';

/** An event of a user data stream. */
export interface UserEvent {
  readonly type: string;
  readonly json: string;
}

/** Gives what ends it; undefined: no such key is active. After its key there are no more events. */
export function listen(world: World, listenKey: string, hear: (event: UserEvent) => void): (() => void) | undefined {
  const account = world.accounts.find(one => one.listenKey?.text === listenKey);
  if (account === undefined) return undefined;
  const listener = (change: AccountChange): void => {
    if (account.listenKey?.text === listenKey) {
      const event = eventOf(world, account, change);
      hear({ type: event.e, json: JSON.stringify(event) });
    }
  };
  account.listeners.add(listener);
  return () => void account.listeners.delete(listener);
}
