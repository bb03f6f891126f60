/**
 * Which kind of account a refused key belongs to. The exchange refuses a key of the other kind like any wrong key (401,
 * -2015), or like a blocked account (-1109, 51122). Two sources say the kind: a page of positions at the other API, and the
 * key's permissions at the wallet's host. Both are read in parallel, and the first that says it counts.
 */

import type { AnswerError } from '../../contract.ts';
import type { Failure } from '../../core/exchange/failure.ts';
import type { AccountKind } from '../../core/exchange/market.ts';
import type { KeyPermissions } from '../../core/exchange/model.ts';
import { type Caller, callExchange } from '../exchange/call-exchange.ts';
import type { EngineResult } from './run-engine.ts';

/** Whether a refusal may mean that the account is of the other kind. */
export const mayBeOtherKind = (failure: Failure | undefined): boolean =>
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
export const withKindUnknown = (message: string, { account, failure }: KindUnknown): string =>
  `${message} (whether the key belongs to ${KIND_WORDS[account]}, which needs account = ${account} under [exchange], is not known: the API that shows it did not answer: ${failure.message})`;

export const kindUnknownErrors = (errors: readonly AnswerError[], unknown: KindUnknown | undefined) =>
  errors.map(error =>
    unknown && error.code === 'KEY_REFUSED' ? { ...error, message: withKindUnknown(error.message, unknown) } : error,
  );

/** Reads the permissions until `signal` is aborted; undefined if they cannot be read. */
export type AskRights = (signal: AbortSignal) => Promise<KeyPermissions | undefined>;

/** Reads both sources until one says the kind, or to the deadline of `other`. Never throws. */
export async function findKind(other: Caller, askRights: AskRights): Promise<KindFinding> {
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
export function kindByRights(key: KeyPermissions | undefined, account: AccountKind): KindFinding | undefined {
  if (key === undefined || !(key.canTradeFutures || key.canTradePortfolioMargin)) return undefined;
  return (account === 'portfolio_margin') === key.canTradePortfolioMargin
    ? { says: 'other', account }
    : { says: 'same' };
}

/** Whether any list of the market was read. TWAP and VP orders do not count: the wallet's host takes keys of both kinds. */
export const wasRead = ({ state: { lists } }: Pick<EngineResult, 'state'>): boolean =>
  [lists.positions, lists.orders, lists.conditionals].some(({ latest }) => latest !== undefined);
