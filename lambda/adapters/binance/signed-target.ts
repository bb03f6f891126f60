/**
 * Path and query of a request, signed: parameters, timestamp, recvWindow, and the signature over all of them, last
 * (General Info, "Signed Endpoint Examples"). Values are percent-encoded first and signed as they are sent, since
 * symbols need not be ASCII.
 */

import type { Params } from './order-params.ts';
import type { Signer } from './signer.ts';

export interface Signing {
  readonly sign: Signer;
  /** The exchange's time. */
  readonly timestampMs: number;
  readonly recvWindowMs: number;
}

/** Without `signing`, a public request. Throws UnusableSecretError. */
export function targetOf(path: string, params: Params, signing: Signing | undefined): string {
  let query = '';
  for (const [name, value] of Object.entries(params)) query += `${name}=${encodeURIComponent(value)}&`;
  if (signing === undefined) return query === '' ? path : `${path}?${query.slice(0, -1)}`;
  query += `timestamp=${Math.trunc(signing.timestampMs)}&recvWindow=${signing.recvWindowMs}`;
  return `${path}?${query}&signature=${signing.sign(query)}`;
}
