/**
 * Which kind of account a refused key belongs to. The exchange refuses a key of the other kind like any wrong key (401,
 * -2015), or like a blocked account (-1109, 51122). Two sources say the kind: a page of positions at the other API, and the
 * key's permissions at the wallet's host. Both are read in parallel, and the first that says it counts.
 *
 * In a run the kind is checked once a market refuses the key or the account and none was read, in parallel with the other
 * markets. If it is of the other kind, the run is ended, to leave time for the API that accepts the key.
 */

import type { AnswerError, PreflightCheck } from '../../contract.ts';
import { walletUrlOf } from '../../core/config/settings.ts';
import type { Failure } from '../../core/exchange/failure.ts';
import type { AccountKind } from '../../core/exchange/market.ts';
import type { KeyPermissions } from '../../core/exchange/model.ts';
import { ERROR_CODES } from '../../core/invocation/error-codes.ts';
import { confirmedStop } from '../../core/liquidation/account-faults.ts';
import type { EngineState } from '../../core/liquidation/state.ts';
import { PATIENCE_MIN_MS } from '../../core/liquidation/timing.ts';
import { type Caller, callExchange } from '../exchange/call-exchange.ts';
import type { AccountSession, ExchangeSession } from '../exchange/exchange-session.ts';
import type { LiquidatorPorts } from '../liquidator-ports.ts';
import { callersOf, type Task } from './task.ts';

/** Whether a refusal may mean that the account is of the other kind. */
const mayBeOtherKind = (failure: Failure | undefined): boolean =>
  failure?.reason === 'key' || failure?.reason === 'account-blocked';

export type KindFinding =
  | { readonly says: 'other'; readonly account: AccountKind }
  | { readonly says: 'same' }
  /** `account`: the kind that it may be; `failure`: why its API did not say. */
  | { readonly says: 'unknown'; readonly account: AccountKind; readonly failure: Failure };

/** What a key of that kind may do. */
export const TRADES: Readonly<Record<AccountKind, string>> = {
  futures: 'futures',
  portfolio_margin: 'portfolio margin',
};

const KIND_WORDS: Readonly<Record<AccountKind, string>> = {
  futures: 'an ordinary futures account',
  portfolio_margin: 'a portfolio margin account',
};

export const kindMessage = (kind: AccountKind): string =>
  `the key belongs to ${KIND_WORDS[kind]}: set account = ${kind} under [exchange]`;

type KindUnknown = Extract<KindFinding, { says: 'unknown' }>;

/** The message of a refused key whose kind is not known. */
const withKindUnknown = (message: string, { account, failure }: KindUnknown): string =>
  `${message} (whether the key belongs to ${KIND_WORDS[account]}, which needs account = ${account} under [exchange], is not known: the API that shows it did not answer: ${failure.message})`;

export const kindUnknownErrors = (errors: readonly AnswerError[], unknown: KindUnknown | undefined) =>
  errors.map(error =>
    unknown && error.code === 'KEY_REFUSED' ? { ...error, message: withKindUnknown(error.message, unknown) } : error,
  );

/** Reads the permissions until `signal` is aborted; undefined if they cannot be read. */
type AskRights = (signal: AbortSignal) => Promise<KeyPermissions | undefined>;

/** Reads both sources until one says the kind, or to the deadline of `other`. Never throws. */
async function findKind(other: Caller, askRights: AskRights): Promise<KindFinding> {
  const { account } = other.session.market;
  const over = new AbortController();
  const signal = AbortSignal.any([other.signal, over.signal]);
  const page = callExchange({ ...other, session: withOneKey(other.session), signal }, { kind: 'positions' });
  const byPage = page.then((answer): KindFinding => {
    if (answer.ok) return { says: 'other', account };
    return answer.failure.reason === 'key' ? { says: 'same' } : { says: 'unknown', account, failure: answer.failure };
  });
  const byRights = askRights(signal).then(key => kindByRights(key, account));
  const first = await Promise.race([byPage, byRights]);
  const finding = first === undefined || first.says === 'unknown' ? ((await byRights) ?? (await byPage)) : first;
  over.abort('answered');
  return finding;
}

/** The secret was read again already, when the configured API refused the key. */
const withOneKey = (session: Caller['session']): Caller['session'] => ({
  ...session,
  readSecretAgain: async () => false,
});

/** Undefined if they do not say: a key that may trade nothing may be of any account. */
function kindByRights(key: KeyPermissions | undefined, account: AccountKind): KindFinding | undefined {
  if (key === undefined || !(key.canTradeFutures || key.canTradePortfolioMargin)) return undefined;
  return (account === 'portfolio_margin') === key.canTradePortfolioMargin
    ? { says: 'other', account }
    : { says: 'same' };
}

/** Whether any list of the market was read. TWAP and VP orders do not count: the wallet's host takes keys of both kinds. */
const wasRead = ({ lists }: EngineState): boolean =>
  [lists.positions, lists.orders, lists.conditionals].some(({ latest }) => latest !== undefined);

export interface KindDetector {
  /** A market made a step. */
  step(market: number, state: EngineState): void;
  /** After the run. Undefined: no market refused the key. */
  result(): Promise<KindFinding | undefined>;
}

export function detectKind(
  ports: LiquidatorPorts,
  task: Task,
  account: AccountSession,
  signal: AbortSignal,
  endRun: () => void,
): KindDetector {
  const states = new Map<number, EngineState>();
  let asking: Promise<KindFinding | undefined> | undefined;
  const isAnyRead = (): boolean => [...states.values()].some(wasRead);

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

export const WRONG_KIND = ERROR_CODES.WRONG_ACCOUNT.heading;

/** Whether one of these answers passes `test`, as soon as the first does. They never reject. */
export const anyAnswer = <T>(answers: readonly Promise<T>[], test: (answer: T) => boolean): Promise<boolean> =>
  Promise.any(
    answers.map(async answer => {
      if (!test(await answer)) throw new Error('not this one');
      return true;
    }),
  ).catch(() => false);

/** Reads the kind once a market has refused the key. `other`: undefined if the exchange has no API of the other kind. */
export async function kindOfRefusedKey(
  other: Caller | undefined,
  markets: readonly Promise<Failure | undefined>[],
  rights: Promise<KeyPermissions | undefined>,
): Promise<KindFinding | undefined> {
  if (other === undefined || !(await anyAnswer(markets, mayBeOtherKind))) return undefined;
  const finding = await findKind(other, () => rights);
  // A key that both APIs refuse may still have rights that decide it.
  return finding.says === 'same' ? (kindByRights(await rights, other.session.market.account) ?? finding) : finding;
}

/** A check of the key once the kind of its account is known. */
export const withKind =
  (kind: KindFinding | undefined) =>
  (check: PreflightCheck): PreflightCheck => {
    if (kind === undefined || kind.says === 'same' || !isAboutKey(check)) return check;
    if (kind.says === 'other') return { ...check, detail: kindMessage(kind.account), heading: WRONG_KIND };
    return check.heading === ERROR_CODES.KEY_REFUSED.heading
      ? { ...check, detail: withKindUnknown(check.detail, kind) }
      : check;
  };

const isAboutKey = ({ name, status }: PreflightCheck): boolean =>
  status === 'failed' && (name.startsWith('key and account') || name === 'positions and orders');
