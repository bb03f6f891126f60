/**
 * One pool of kept-alive connections for all accounts of a function container, so that a warm invocation pays no
 * handshake. Idle sockets do not keep the process alive: Node unrefs them.
 */

import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';

export interface ConnectionPool {
  readonly http: HttpAgent;
  readonly https: HttpsAgent;
}

/** More symbols than this at once wait for a socket within their own time limit. */
const MAX_SOCKETS = 64;

/** Last used first: the freshest connection is the least likely to have been closed by the other side. */
const KEPT_ALIVE = {
  keepAlive: true,
  maxSockets: MAX_SOCKETS,
  maxFreeSockets: MAX_SOCKETS,
  scheduling: 'lifo',
} as const;

/** Has no idle timeout of its own; the exchange closes what it no longer wants. */
export function createConnectionPool(): ConnectionPool {
  return { http: new HttpAgent(KEPT_ALIVE), https: new HttpsAgent(KEPT_ALIVE) };
}
