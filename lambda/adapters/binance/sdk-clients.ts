/**
 * The clients of the npm package `binance`, as we use them: they build, sign and serialise requests. Everything below
 * is ours (axios-adapter.ts), and so is everything above: their answers are not read, their errors shown to nobody.
 */

import type { USDMClient } from 'binance/lib/usdm-client.js';
import type { Credentials } from '../../core/exchange/model.ts';
import { createAxiosAdapter } from './axios-adapter.ts';
import { calls } from './call.ts';
import type { Transport } from './http-transport.ts';
import { signerFor, UnusableSecretError } from './signer.ts';
import { unusableSecret } from './wire-failures.ts';

export interface SdkClients {
  readonly futures: USDMClient;
  /** Carries nothing of the account. */
  readonly keyless: USDMClient;
  /**
   * At the wallet's host, for its few endpoints: asked by path. The SDK has typed methods for them in its MainClient, which
   * would add 53 kB to each function.
   */
  readonly wallet: USDMClient;
}

export interface SdkOptions {
  readonly baseUrl: string;
  readonly walletUrl: string;
  readonly recvWindowMs: number;
  readonly transport: Transport;
  /** The exchange's time, in ms. */
  readonly exchangeNowMs: () => number;
}

/** A fifth of the liquidator's code: loaded when it is first wanted, while the secret and the lock are on their way. */
export const loadSdk = () => import('binance/lib/usdm-client.js');

/** One client per account and host. */
export async function openSdkClients(options: SdkOptions, credentials: Credentials): Promise<SdkClients> {
  const { baseUrl, walletUrl, recvWindowMs, transport, exchangeNowMs } = options;
  const { USDMClient } = await loadSdk();
  const keys = {
    api_key: credentials.apiKey,
    api_secret: credentials.apiSecret,
    recvWindow: recvWindowMs,
    customSignMessageFn: signInCall(credentials),
  };
  const axiosAt = (origin: string, apiKey?: string) => ({
    adapter: createAxiosAdapter(transport, origin, apiKey),
    ...PLAIN,
  });
  const futures = new USDMClient({ baseUrl, ...keys }, axiosAt(baseUrl, credentials.apiKey));
  const wallet = new USDMClient({ baseUrl: walletUrl, ...keys }, axiosAt(walletUrl, credentials.apiKey));
  const keyless = new USDMClient({ baseUrl }, axiosAt(baseUrl));
  for (const client of [futures, wallet]) {
    // The SDK adds it to the wall clock; ours is the invocation's, and the exchange's own time counts.
    client.getTimeOffset = () => Math.trunc(exchangeNowMs()) - Date.now();
    // It would print every order whose ID does not begin with a mark of the SDK's author.
    Reflect.set(client, 'validateOrderId', () => undefined);
  }
  return { futures, wallet, keyless };
}

/** No transformation: there is no body to send, and none comes back this way. */
const PLAIN = { transformRequest: [], transformResponse: [] };

/** Synchronous, and for all three kinds of key; the SDK's own signs in a worker thread, and guesses the kind. */
function signInCall(credentials: Credentials): (text: string) => Promise<string> {
  const sign = signerFor(credentials);
  return async text => {
    try {
      return sign(text);
    } catch (error) {
      const call = calls.getStore();
      if (call === undefined || !(error instanceof UnusableSecretError)) throw error;
      call.refusal = { kind: 'failure', failure: unusableSecret(error.message) };
      return '';
    }
  };
}
