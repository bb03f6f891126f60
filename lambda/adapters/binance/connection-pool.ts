/**
 * One pool of kept-alive connections for all accounts of a function container, so that a warm invocation pays no
 * handshake. Idle sockets do not keep the process alive: Node unrefs them.
 *
 * Connections can be opened before they are needed, while the lock is taken and the secret is read: a TLS handshake
 * takes two round trips and about a millisecond of processor time, and in a cold function each close would pay for it.
 */

import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { createSpareSockets } from './spare-sockets.ts';

export interface ConnectionPool {
  readonly http: HttpAgent;
  readonly https: HttpsAgent;
  /** Opens connections to `origin` ahead of need, until so many stand idle. */
  prepare(origin: string, connections: number): void;
}

/** More requests than this at once wait for a socket within their own time limit; the rate budget sends no more. */
const MAX_SOCKETS = 110;

/** Last used first: the freshest connection is the least likely to have been closed by the other side. */
const KEPT_ALIVE = {
  keepAlive: true,
  maxSockets: MAX_SOCKETS,
  maxFreeSockets: MAX_SOCKETS,
  scheduling: 'lifo',
} as const;

/** Has no idle timeout of its own; the exchange closes what it no longer wants. */
export function createConnectionPool(): ConnectionPool {
  const http = new HttpAgent(KEPT_ALIVE);
  const https = new HttpsAgent(KEPT_ALIVE);
  const spares = { 'http:': createSpareSockets(http, 80), 'https:': createSpareSockets(https, 443) };
  return {
    http,
    https,
    prepare(origin, connections) {
      const { protocol, hostname, port } = new URL(origin);
      const spare = protocol === 'https:' ? spares['https:'] : spares['http:'];
      // An address of IPv6 stands in brackets in a URL, and nowhere else.
      spare.open(hostname.replace(/^\[|\]$/g, ''), port || undefined, connections);
    },
  };
}
