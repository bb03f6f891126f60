/**
 * The clients of the npm package `binance`, as we use them: they build, sign and serialise requests. axios-adapter.ts sends
 * them and account.ts reads the answers. What the SDK returns is not read, and its errors are never shown.
 */

import type { Credentials } from '../../core/exchange/model.ts';
import { calls, createAxiosAdapter } from './axios-adapter.ts';
import type { Transport } from './http-transport.ts';
import { unusableSecret } from './network-failures.ts';
import { signerFor, UnusableSecretError } from './signer.ts';

interface SdkOptions {
  readonly baseUrl: string;
  readonly dataUrl: string;
  readonly walletUrl: string;
  readonly recvWindowMs: number;
  readonly transport: Transport;
  /** The exchange's time, in ms. */
  readonly exchangeNowMs: () => number;
}

export type ClientClass<Client> = new (options: object, requestOptions: object) => Client;

/** One client per account and host. */
export interface ClientMaker {
  signed<Client extends object>(Class: ClientClass<Client>): Client;
  /** Carries nothing of the account. */
  keyless<Client extends object>(Class: ClientClass<Client>): Client;
  /**
   * At the wallet's host, for its few endpoints: asked by path. The SDK has typed methods for them in its MainClient,
   * which would add 53 kB to each function.
   */
  wallet<Client extends object>(Class: ClientClass<Client>): Client;
}

export function createClientMaker(options: SdkOptions, credentials: Credentials): ClientMaker {
  const { baseUrl, dataUrl, walletUrl, recvWindowMs, transport, exchangeNowMs } = options;
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
  const signedAt = <Client extends object>(Class: ClientClass<Client>, url: string): Client => {
    const client = new Class({ baseUrl: url, ...keys }, axiosAt(url, credentials.apiKey));
    // The SDK adds it to the wall clock; ours is the invocation's, and the exchange's own time counts.
    Reflect.set(client, 'getTimeOffset', () => Math.trunc(exchangeNowMs()) - Date.now());
    // It would print every order whose ID does not begin with a mark of the SDK's author.
    Reflect.set(client, 'validateOrderId', () => undefined);
    return client;
  };
  return {
    signed: Class => signedAt(Class, baseUrl),
    wallet: Class => signedAt(Class, walletUrl),
    keyless: Class => new Class({ baseUrl: dataUrl }, axiosAt(dataUrl)),
  };
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
