/** What a correlation ID was first used for: other claims with the ID are refused, so one symbol never answers for all. */

import { createHash } from 'node:crypto';

interface ClaimScope {
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

export const scopeInWords = (scope: string): string =>
  scope.endsWith(' account') ? 'the whole account' : 'a list of symbols';
