/**
 * Connections of an agent that were opened before any request needed them. The agent takes one of these when it would
 * open a new one for the same host. One that fails meanwhile is removed: the next request opens another.
 */

import type { Agent } from 'node:http';
import { isIP, type Socket } from 'node:net';

interface Preconnected {
  /** Opens as many as are missing until `connections` stand idle, kept-alive ones included. */
  open(host: string, port: string | undefined, connections: number): void;
  /** Closes those that were opened at `latestMs` or before, by the wall clock. */
  drop(latestMs: number): void;
  /** When it was opened, by the wall clock; undefined when it was no spare. */
  openedAtMs(socket: Socket): number | undefined;
}

interface Spare {
  readonly socket: Socket;
  readonly key: string;
  readonly openedAtMs: number;
}

/** What an agent that keeps connections alive says of each. */
const AS_THE_AGENT = { keepAlive: true, noDelay: true, ALPNProtocols: ['http/1.1'] };

/** Puts itself between the agent and its `createConnection`, which Node documents for this. */
export function createPreconnected(
  agent: Agent,
  defaultPort: number,
  { wallMs, maxIdleMs }: { readonly wallMs: () => number; readonly maxIdleMs: number },
): Preconnected {
  const spares = new Set<Spare>();
  const taken = new WeakMap<Socket, number>();
  const openNew = agent.createConnection.bind(agent);
  const keyOf = (host: unknown, port: unknown): string => `${host}:${port}`;

  const drop = (latestMs: number): void => {
    for (const spare of spares) {
      if (spare.openedAtMs > latestMs) continue;
      spares.delete(spare);
      spare.socket.destroy();
    }
  };

  agent.createConnection = (options, onCreated) => {
    drop(wallMs() - maxIdleMs);
    const key = keyOf(options.host, options.port);
    for (const spare of spares) {
      if (spare.key !== key) continue;
      spares.delete(spare);
      taken.set(spare.socket, spare.openedAtMs);
      return spare.socket.ref();
    }
    return openNew(options, onCreated);
  };

  return {
    drop,
    openedAtMs: socket => taken.get(socket),
    open(host, port, connections) {
      // As Node itself does: no name is indicated for an address.
      const servername = isIP(host) ? '' : host;
      const own: object = Reflect.get(agent, 'options') ?? {};
      const target = { ...own, host, port: Number(port ?? defaultPort), servername, ...AS_THE_AGENT };
      const key = keyOf(target.host, target.port);
      const kept = Object.values(agent.freeSockets).reduce(
        (sum, free) => sum + (free?.filter(socket => !socket.destroyed).length ?? 0),
        0,
      );
      const wanted = connections - kept - [...spares].filter(spare => spare.key === key).length;
      for (let n = 0; n < wanted; n += 1) {
        const socket = openNew(target, () => undefined) as Socket;
        const spare = { socket: socket.unref(), key, openedAtMs: wallMs() };
        spares.add(spare);
        const forget = (): void => void spares.delete(spare);
        socket.on('error', forget).on('close', forget);
      }
    },
  };
}
