/**
 * Connections of an agent that were opened before any request wanted them. The agent takes one of these when it would
 * open a new one for the same host. One that fails meanwhile is forgotten: whoever needs a connection tries anew.
 */

import type { Agent } from 'node:http';
import { isIP, type Socket } from 'node:net';

export interface SpareSockets {
  /** Opens as many as are missing until `connections` stand idle, kept-alive ones included. */
  open(host: string, port: string | undefined, connections: number): void;
}

interface Spare {
  readonly socket: Socket;
  readonly key: string;
  readonly openedAtMs: number;
}

/** Servers close a connection on which nothing comes; while Lambda has us frozen, we do not learn of it. */
const MAX_AGE_MS = 5_000;

/** What an agent that keeps connections alive says of each. */
const AS_THE_AGENT = { keepAlive: true, noDelay: true, ALPNProtocols: ['http/1.1'] };

/** Puts itself between the agent and its `createConnection`, which Node documents for this. */
export function createSpareSockets(agent: Agent, defaultPort: number): SpareSockets {
  const spares = new Set<Spare>();
  const openNew = agent.createConnection.bind(agent);
  const keyOf = (host: unknown, port: unknown): string => `${host}:${port}`;

  agent.createConnection = (options, onCreated) => {
    for (const spare of spares) {
      if (spare.key !== keyOf(options.host, options.port)) continue;
      spares.delete(spare);
      // The wall clock goes on while the process is frozen.
      if (Date.now() - spare.openedAtMs < MAX_AGE_MS) return spare.socket.ref();
      spare.socket.destroy();
    }
    return openNew(options, onCreated);
  };

  return {
    open(host, port, connections) {
      // As Node itself does: no name is indicated for an address.
      const servername = isIP(host) ? '' : host;
      const target = { host, port: Number(port ?? defaultPort), servername, ...AS_THE_AGENT };
      const key = keyOf(target.host, target.port);
      const kept = Object.values(agent.freeSockets).reduce((sum, free) => sum + (free?.length ?? 0), 0);
      const wanted = connections - kept - [...spares].filter(spare => spare.key === key).length;
      for (let n = 0; n < wanted; n += 1) {
        const socket = openNew(target, () => undefined) as Socket;
        const spare = { socket: socket.unref(), key, openedAtMs: Date.now() };
        spares.add(spare);
        const forget = (): void => void spares.delete(spare);
        socket.on('error', forget).on('close', forget);
      }
    },
  };
}
