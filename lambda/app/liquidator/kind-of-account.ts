/**
 * Which kind of account a refused key belongs to. The exchange answers a key of a portfolio margin account at fapi like any
 * wrong key (401, -2015), and the other way round, so the refusal alone does not say which: the key's permissions do, and where
 * they cannot be read, one page at the other API.
 */

import type { PreflightCheck } from '../../contract.ts';
import type { AccountKind } from '../../core/exchange/market.ts';
import type { KeyPermissions } from '../../core/exchange/model.ts';
import { ERROR_CODES } from '../../core/invocation/error-codes.ts';
import type { Caller } from '../exchange/ask-until-heard.ts';
import { callExchange } from '../exchange/call-exchange.ts';
import type { AccountSession } from '../exchange/exchange-session.ts';
import type { EngineResult } from './run-engine.ts';

export const WRONG_KIND = ERROR_CODES.WRONG_ACCOUNT.heading;

/** What a key of that kind may do. */
export const TRADES: Readonly<Record<AccountKind, string>> = {
  futures: 'futures',
  portfolio_margin: 'portfolio margin',
};

export const kindMessage = (kind: AccountKind): string =>
  kind === 'portfolio_margin'
    ? 'the key belongs to a portfolio margin account: set account = portfolio_margin under [exchange]'
    : 'the key belongs to an ordinary futures account: set account = futures under [exchange]';

export const wrongKind = (check: PreflightCheck, kind: AccountKind): PreflightCheck => ({
  ...check,
  detail: kindMessage(kind),
  heading: WRONG_KIND,
});

/** The kind of `other`'s market if the key belongs to it; undefined if it does not, or if that is not known. */
export async function kindOfAccount(other: Caller, key: KeyPermissions | undefined): Promise<AccountKind | undefined> {
  const { account: kind } = other.session.market;
  if (key !== undefined && (key.canTradeFutures || key.canTradePortfolioMargin)) {
    return (kind === 'portfolio_margin') === key.canTradePortfolioMargin ? kind : undefined;
  }
  const page = await callExchange({ ...other, job: { ...other.job, maxRetries: 0 } }, { kind: 'positions' });
  return page.ok ? kind : undefined;
}

/**
 * After a run: the key was refused, no market let anything be read with it, and the API of the other kind takes it. Never
 * throws.
 */
export async function isOfOtherKind(
  { otherKind }: AccountSession,
  results: readonly EngineResult[],
  signal: AbortSignal,
): Promise<boolean> {
  const isRefused = results.some(({ end }) => end.kind === 'stopped' && end.failure.reason === 'key');
  // TWAP and VP orders are at the wallet's host, which takes keys of both kinds.
  const wasRead = results.some(({ state: { lists } }) =>
    [lists.positions, lists.orders, lists.conditionals].some(({ latest }) => latest !== undefined),
  );
  return isRefused && !wasRead && (await otherKind.ask({ kind: 'positions' }, signal)).ok;
}
