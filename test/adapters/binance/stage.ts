/** An exchange in virtual time, one account in it, and the adapter that calls the exchange for that account. */

import { generateKeyPairSync } from 'node:crypto';
import { createBinance } from '../../../lambda/adapters/binance/open-exchange.ts';
import type { CloseOrder, Credentials, Side } from '../../../lambda/core/exchange/model.ts';
import type { Exchange } from '../../../lambda/ports.ts';
import {
  type Account,
  createExchange,
  type ExchangeOptions,
  type SimulatedExchange,
} from '../../../simulator/exchange.ts';
import { inMemoryWire } from './in-memory-wire.ts';
import { HMAC_KEY, START_MS } from './rig.ts';
import { createVirtualClock } from './virtual-clock.ts';

export interface Stage {
  readonly exchange: SimulatedExchange;
  readonly account: Account;
  readonly binance: Exchange;
}

export function stage(
  setup: {
    hedgeMode?: boolean;
    exchange?: Partial<ExchangeOptions>;
    credentials?: Credentials;
    publicKeyPem?: string;
  } = {},
): Stage {
  const clock = createVirtualClock(START_MS);
  const exchange = createExchange({ clock, ...setup.exchange });
  const credentials = setup.credentials ?? HMAC_KEY;
  const account = exchange.addAccount({
    apiKey: credentials.apiKey,
    hedgeMode: setup.hedgeMode ?? false,
    ...(setup.publicKeyPem === undefined ? { apiSecret: credentials.apiSecret } : { publicKeyPem: setup.publicKeyPem }),
  });
  const transport = inMemoryWire(request => exchange.respond(request));
  const open = createBinance({
    baseUrl: 'http://exchange.example',
    recvWindowMs: 2_000,
    clock: () => clock,
    transport,
  });
  return { exchange, account, binance: open(credentials) };
}

/** A fresh pair: the account's credentials, and what the exchange knows of them. */
export const pemPair = (kind: 'rsa' | 'ed25519') => {
  const { privateKey, publicKey } =
    kind === 'rsa' ? generateKeyPairSync('rsa', { modulusLength: 2048 }) : generateKeyPairSync('ed25519');
  return {
    credentials: { apiKey: 'pem-key', apiSecret: String(privateKey.export({ type: 'pkcs8', format: 'pem' })), kind },
    publicKeyPem: String(publicKey.export({ type: 'spki', format: 'pem' })),
  } as const;
};

/** A close in one-way mode. */
export function close(symbol: string, side: Side, quantity: string): CloseOrder {
  return {
    symbol,
    side,
    positionSide: 'BOTH',
    quantity,
    reduceOnly: true,
    clientOrderId: `fl-${symbol.length}-${side}`,
  };
}
