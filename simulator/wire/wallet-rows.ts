/** The wallets in balance and account calls. Clients skip a row whose update time is 0. */

import type Big from 'big.js';
import { toExchangeTime } from '../engine/world.ts';
import type { EndpointCall } from './endpoint.ts';

interface WalletRow {
  readonly asset: string;
  readonly amount: Big;
  /** Exchange time of the last fill in this asset, else of the account's beginning. */
  readonly updateTime: number;
}

export function walletRows({ world, account }: EndpointCall): readonly WalletRow[] {
  return [...account.wallets].map(([asset, amount]) => {
    const lastFill = account.trades.findLast(({ marginAsset }) => marginAsset === asset);
    return { asset, amount, updateTime: toExchangeTime(world, lastFill?.atMs ?? account.createdAtMs) };
  });
}
