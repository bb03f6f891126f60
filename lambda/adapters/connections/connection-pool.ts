/**
 * One pool of kept-alive connections for all accounts of a function container, so that a warm invocation pays no
 * handshake. Idle sockets do not keep the process alive: Node unrefs them.
 *
 * Connections can be opened before they are needed, while the lock is taken and the secret is read: a TLS handshake
 * takes two round trips and about a millisecond of processor time, and in a cold function each close would pay for it.
 */

import { type ClientRequest, Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { type AgingOptions, ageConnections } from './aging-agent.ts';

export interface ConnectionPool {
  readonly http: HttpAgent;
  readonly https: HttpsAgent;
  /** Each of their requests has a connection of its own, which no other was sent on. */
  readonly afresh: { readonly http: HttpAgent; readonly https: HttpsAgent };
  /** Opens connections to `origin` ahead of need, until so many stand idle. */
  prepare(origin: string, connections: number): void;
  /** How long the request's connection had stood idle, in ms of the wall clock; undefined for one that was opened for it. */
  idleMsBefore(request: ClientRequest): number | undefined;
}

/** Last used first: the freshest connection is the least likely to have been closed by the other side. */
const SCHEDULING = 'lifo';

/** More requests than `maxSockets` at once wait for a connection, within their own time limits. */
export function createConnectionPool(maxSockets: number, options: AgingOptions = {}): ConnectionPool {
  const kept = { keepAlive: true, maxSockets, maxFreeSockets: maxSockets, scheduling: SCHEDULING } as const;
  const http = ageConnections(new HttpAgent(kept), 80, options);
  const https = ageConnections(new HttpsAgent(kept), 443, options);
  return {
    http: http.agent,
    https: https.agent,
    afresh: {
      http: Object.assign(new HttpAgent(), { createConnection: http.agent.createConnection }),
      https: Object.assign(new HttpsAgent(), { createConnection: https.agent.createConnection }),
    },
    prepare(origin, connections) {
      const { protocol, hostname, port } = new URL(origin);
      const aging = protocol === 'https:' ? https : http;
      // An address of IPv6 stands in brackets in a URL, and nowhere else.
      aging.prepare(hostname.replace(/^\[|\]$/g, ''), port || undefined, connections);
    },
    idleMsBefore: request => http.idleMsBefore(request) ?? https.idleMsBefore(request),
  };
}

interface AwsTimeouts {
  readonly connectionTimeout: number;
  readonly requestTimeout?: number;
  readonly throwOnRequestTimeout?: boolean;
}

/** As the SDK's own handler has it. */
const MAX_SOCKETS = 50;

/**
 * The connections of AWS's clients: kept alive, and aged by the wall clock like those to the exchange. For the `requestHandler`
 * of one client, or of several that are to share their connections.
 */
export function awsConnections<T extends AwsTimeouts>(timeouts: T, options: AgingOptions = {}) {
  const { http, https } = createConnectionPool(MAX_SOCKETS, options);
  return { ...timeouts, httpAgent: http, httpsAgent: https };
}
