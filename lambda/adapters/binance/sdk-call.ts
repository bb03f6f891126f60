/**
 * The SDK's part of a request: parameters to query string, timestamp, signature, HTTP.
 *
 * A client is made per request because its options are the SDK's only place for an abort signal. What the SDK and
 * axios return or throw is for nobody: it holds the key, the signature and no HTTP status. The answer is taken from the
 * transformResponse hook instead, which sees every status, and the text before anybody parses it.
 */

import { USDMClient } from 'binance/lib/usdm-client.js';
import type { RequestTrace } from '../../ports.ts';
import type { ConnectionPool } from './connection-pool.ts';
import type { Params } from './order-params.ts';
import { sdkOffsetMs } from './server-time.ts';
import type { Signer } from './signer.ts';
import type { WireAnswer } from './wire-answer.ts';

type RequestConfig = NonNullable<ConstructorParameters<typeof USDMClient>[1]>;

/** An axios adapter: what carries a request, in place of Node's own HTTP. */
export type Transport = Extract<RequestConfig['adapter'], (config: never) => unknown>;

/** What a request needs of the container it runs in. */
export interface Wire {
  readonly baseUrl: string;
  readonly recvWindowMs: number;
  readonly pool: ConnectionPool;
  readonly transport: Transport | undefined;
}

export interface WireRequest {
  readonly method: RequestTrace['method'];
  readonly path: string;
  readonly params: Params;
  /** Undefined for a public request. */
  readonly signing: { readonly apiKey: string; readonly sign: Signer } | undefined;
  /** The exchange's time, to be signed. */
  readonly timestampMs: number;
}

/** How far a request has come, noted by the hooks that axios calls on its way. */
export interface Progress {
  handedOver: boolean;
  answer: WireAnswer | undefined;
}

export interface Bounds {
  readonly progress: Progress;
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
}

/** Resolves or rejects with whatever the SDK makes of it; `bounds.progress` holds what counts. */
export async function callThroughSdk(wire: Wire, request: WireRequest, bounds: Bounds): Promise<void> {
  const { path, params, signing, timestampMs } = request;
  const client = new USDMClient(
    {
      baseUrl: wire.baseUrl,
      recvWindow: wire.recvWindowMs,
      parseExceptions: false,
      // The secret stays with the signer; the SDK only wants to see that there is one.
      ...(signing && { api_key: signing.apiKey, api_secret: 'held by the signer' }),
      ...(signing && { customSignMessageFn: async (text: string) => signing.sign(text) }),
    },
    requestConfig(wire, bounds),
  );
  const endpoint = path.slice(1);
  client.setTimeOffset(sdkOffsetMs(timestampMs));
  if (!signing) await client.get(endpoint, params);
  else if (request.method === 'POST') await client.postPrivate(endpoint, params);
  else if (request.method === 'DELETE') await client.deletePrivate(endpoint, params);
  else await client.getPrivate(endpoint, params);
}

/** Behind the clock's own bound, for the case that its timer does not come. */
const BACKSTOP_MS = 1_000;

function requestConfig(wire: Wire, { progress, signal, timeoutMs }: Bounds): RequestConfig {
  return {
    httpAgent: wire.pool.http,
    httpsAgent: wire.pool.https,
    ...(wire.transport && { adapter: wire.transport }),
    signal,
    timeout: Math.ceil(timeoutMs) + BACKSTOP_MS,
    // A redirect would carry the key elsewhere; a proxy of the environment is nobody's decision.
    maxRedirects: 0,
    proxy: false,
    responseType: 'text',
    validateStatus: () => true,
    transformRequest: (data: unknown) => {
      progress.handedOver = true;
      return data;
    },
    transformResponse: (body: unknown, headers, status) => {
      // An answer that broke off passes here too, without a body: it is none.
      if (typeof body === 'string' && status !== undefined) {
        progress.answer = { status, headers: lowerCased(headers), body };
      }
      return body;
    },
  };
}

function lowerCased(headers: object): ReadonlyMap<string, string> {
  return new Map(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]));
}
