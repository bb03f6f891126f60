/** The key of an account's user data stream ("Start User Data Stream"): valid for an hour from its last use. */

import { refusalOf } from '../rules/refusal.ts';
import { randomId } from '../seeded-random.ts';
import type { World } from '../world.ts';
import type { AccountState, ListenKey } from './account.ts';
import { announce } from './account-listeners.ts';

const VALID_MS = 3_600_000;

/** The active one, or a new one. */
export function openListenKey(world: World, account: AccountState): string {
  account.listenKey ??= { text: newText(world), expiresAtMs: 0 };
  return extendListenKey(world, account);
}

const newText = ({ random }: World): string =>
  [1, 2, 3]
    .map(() => randomId(random))
    .join('')
    .slice(0, 64);

/** Throws -1125 where there is none, as `closeListenKey` does. */
export function extendListenKey(world: World, account: AccountState): string {
  const key = activeKey(account);
  const untilMs = world.clock.nowMs() + VALID_MS;
  key.expiresAtMs = untilMs;
  world.schedule.at(untilMs, atMs => {
    if (account.listenKey !== key || key.expiresAtMs !== untilMs) return;
    announce(account, { kind: 'listen key expired', listenKey: key.text, atMs });
    account.listenKey = undefined;
  });
  return key.text;
}

export function closeListenKey(account: AccountState): void {
  activeKey(account);
  account.listenKey = undefined;
}

function activeKey({ listenKey }: AccountState): ListenKey {
  if (listenKey === undefined) throw refusalOf(-1125);
  return listenKey;
}
