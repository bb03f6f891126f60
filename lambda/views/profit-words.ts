/** The profit of a liquidation in words, per asset, because amounts of different assets cannot be added. */

import type { Answer } from '../contract.ts';

/** `signed` writes one amount. Answers of an older version have one figure and no assets. */
export function profitWords(
  { realized_pnl, total_realized_pnl }: Partial<Pick<Answer, 'realized_pnl' | 'total_realized_pnl'>>,
  signed: (amount: string) => string = amount => amount,
): string {
  const assets = Object.entries(realized_pnl ?? {});
  if (assets.length === 0) return signed(total_realized_pnl ?? '0');
  return assets.map(([asset, amount]) => `${signed(amount)} ${asset}`).join(', ');
}
