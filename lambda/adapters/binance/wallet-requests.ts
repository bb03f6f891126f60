/** The few requests that go to the wallet's host, by path, through whichever client is loaded. */

import type { RequestKind } from '../../core/exchange/request.ts';

/** What every client of the SDK has: a signed call by path. */
export interface PathClient {
  getPrivate(path: string, params?: object): Promise<unknown>;
  deletePrivate(path: string, params?: object): Promise<unknown>;
}

export type WalletRequest =
  | { readonly kind: 'strategy-orders' }
  | { readonly kind: 'cancel-strategy'; readonly algoId: string }
  | { readonly kind: 'key-permissions' };

export const isOfWallet = (request: { readonly kind: RequestKind }): request is WalletRequest =>
  request.kind === 'strategy-orders' || request.kind === 'cancel-strategy' || request.kind === 'key-permissions';

export function sendToWallet(wallet: PathClient, request: WalletRequest): Promise<unknown> {
  switch (request.kind) {
    case 'strategy-orders':
      return wallet.getPrivate('sapi/v1/algo/futures/openOrders');
    case 'cancel-strategy':
      return wallet.deletePrivate('sapi/v1/algo/futures/order', { algoId: request.algoId });
    case 'key-permissions':
      return wallet.getPrivate('sapi/v1/account/apiRestrictions');
  }
}
