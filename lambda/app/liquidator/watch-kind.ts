/**
 * Once a market refuses the key or the account and none was read, the kind of the account is checked, in parallel with the
 * other markets. If it is of the other kind, the run is ended, to leave time for the API that accepts the key.
 */

import { walletUrlOf } from '../../core/config/settings.ts';
import { confirmedStop } from '../../core/liquidation/account-faults.ts';
import type { EngineState } from '../../core/liquidation/state.ts';
import { PATIENCE_MIN_MS } from '../../core/liquidation/timing.ts';
import { type Caller, callExchange } from '../exchange/call-exchange.ts';
import type { AccountSession, ExchangeSession } from '../exchange/exchange-session.ts';
import type { LiquidatorPorts } from '../liquidator-ports.ts';
import { type AskRights, findKind, type KindFinding, mayBeOtherKind, wasRead } from './kind-of-account.ts';
import { callersOf, type Task } from './task.ts';

export interface KindWatch {
  /** A market made a step. */
  step(market: number, state: EngineState): void;
  /** After the run. Undefined: no market refused the key. */
  result(): Promise<KindFinding | undefined>;
}

export function watchKind(
  ports: LiquidatorPorts,
  task: Task,
  account: AccountSession,
  signal: AbortSignal,
  endRun: () => void,
): KindWatch {
  const states = new Map<number, EngineState>();
  let asking: Promise<KindFinding | undefined> | undefined;
  const isAnyRead = (): boolean => [...states.values()].some(state => wasRead({ state }));

  return {
    step(market, state) {
      states.set(market, state);
      if (asking !== undefined || state.faults.suspects.size === 0) return;
      const stop = confirmedStop(state);
      if (!mayBeOtherKind(stop) || isAnyRead()) return;
      const isKey = stop?.reason === 'key';
      // A blocked account is mostly just that: what is not known of its kind changes nothing.
      asking = kindOfRefused(ports, task, account, signal).then(one =>
        isKey || one?.says === 'other' ? one : undefined,
      );
      void asking.then(finding => {
        if (finding?.says === 'other' && !isAnyRead()) endRun();
      });
    },
    result: async () => (asking === undefined || isAnyRead() ? undefined : asking),
  };
}

/** Undefined if the exchange has no API of the other kind. */
async function kindOfRefused(
  ports: LiquidatorPorts,
  task: Pick<Task, 'settings' | 'deadline'>,
  { covered, otherKind }: AccountSession,
  signal: AbortSignal,
): Promise<KindFinding | undefined> {
  const [first] = covered;
  if (otherKind === undefined || first === undefined) return undefined;
  const callerIn = callersOf(ports, task);
  const callerOf = (session: ExchangeSession, until: AbortSignal): Caller => ({
    ...callerIn(session, until),
    patienceMs: PATIENCE_MIN_MS,
  });
  const askRights: AskRights = async until => {
    if (walletUrlOf(task.settings.exchange) === undefined) return undefined;
    const rights = await callExchange(callerOf(first, until), { kind: 'key-permissions' });
    return rights.ok ? rights.value : undefined;
  };
  return findKind(callerOf(otherKind, signal), askRights);
}
