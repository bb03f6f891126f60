/**
 * What a correlation ID was first used for. The first claim stores it, and a claim for anything else is refused, so that a
 * call that touches one symbol, or none that exists, can never answer for the whole account under the same ID.
 */

import { createHash } from 'node:crypto';

export interface ClaimScope {
  readonly botId: string;
  /** Undefined: the whole account. */
  readonly symbols: readonly string[] | undefined;
}

/** `alpha liquidate account`, or `alpha liquidate symbols 3f2a…`: equal for the same symbols in any order. */
export function claimScope({ botId, symbols }: ClaimScope): string {
  if (symbols === undefined) return `${botId} liquidate account`;
  const named = createHash('sha256')
    .update(JSON.stringify([...new Set(symbols)].sort()))
    .digest('hex');
  return `${botId} liquidate symbols ${named}`;
}

/** In words, for the error of a claim that is refused. */
export const scopeInWords = (scope: string): string =>
  scope.endsWith(' account') ? 'the whole account' : 'a list of symbols';
