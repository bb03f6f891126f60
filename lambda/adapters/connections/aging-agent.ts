/**
 * Connections that age by the wall clock. Lambda freezes a function between two invocations: connections die meanwhile,
 * timers and the monotonic clock stand still, and nothing reports it. So none that stood idle for longer than `MAX_IDLE_MS`
 * is used again, whether it was kept alive after a request or opened ahead of need.
 *
 *   request ─ drop what is too old ─┬─ kept alive ─┐
 *                                   ├─ spare ──────┼─▶ answer
 *                                   └─ new ────────┘
 *                 one that stood idle is reset, or stays silent: all idle ones are dropped, the next request opens a new one
 *
 * A dropped connection never takes a request with it: only idle ones are dropped.
 */

import type { Agent, ClientRequest } from 'node:http';
import type { Socket } from 'node:net';
import { createPreconnected } from './preconnect.ts';

interface AgingAgent<A extends Agent = Agent> {
  /** The agent that was given, with its connections aging from now on. */
  readonly agent: A;
  /** Opens connections ahead of need, until so many stand idle, kept-alive ones included. */
  prepare(host: string, port: string | undefined, connections: number): void;
  /** How long the request's connection had stood idle, in ms of the wall clock; undefined for one that was opened for it. */
  idleMsBefore(request: ClientRequest): number | undefined;
}

export interface AgingOptions {
  readonly wallMs?: () => number;
  readonly maxIdleMs?: number;
  readonly silenceMs?: number;
}

/** Servers close idle connections after 5 s and more (Node's own after 5); a freeze leaves us no other sign. */
const MAX_IDLE_MS = 4_000;

/**
 * A healthy service answers in less; a dead connection never does. Less than the time after which a read is sent again
 * (500 ms, want-reads.ts): the second one would otherwise go out on a dead connection as well.
 */
export const SILENCE_MS = 400;

/** A connection that was idle for less than this is not dead: silence on it means a slow service. */
export const SUSPECT_IDLE_MS = 1_000;

/** How long a connection was idle before its current request, and how many bytes it had received by then. */
interface Use {
  readonly idleMs: number;
  /** Bytes that had come before. */
  readonly bytesBefore: number;
}

/** `agent` must keep connections alive. It is changed in place: the hooks are those that Node's Agent documents, and `addRequest`. */
export function ageConnections<A extends Agent>(
  agent: A,
  defaultPort: number,
  { wallMs = Date.now, maxIdleMs = MAX_IDLE_MS, silenceMs = SILENCE_MS }: AgingOptions = {},
): AgingAgent<A> {
  const idleSinceMs = new WeakMap<object, number>();
  const uses = new WeakMap<object, Use>();
  const spares = createPreconnected(agent, defaultPort, { wallMs, maxIdleMs });

  const dropIdle = (olderThanMs: number): void => {
    const latestMs = wallMs() - olderThanMs;
    for (const free of Object.values(agent.freeSockets)) {
      // In order of their last use.
      const young = (free ?? []).findIndex(socket => (idleSinceMs.get(socket) ?? Number.NEGATIVE_INFINITY) > latestMs);
      for (const socket of (free ?? []).slice(0, young === -1 ? undefined : young)) socket.destroy();
    }
    spares.drop(latestMs);
  };
  /** All idle ones stood through the same freeze. */
  const suspectIdle = (): void => dropIdle(0);
  const isSilent = (socket: Socket, { bytesBefore }: Use): boolean => socket.bytesRead === bytesBefore;

  const take = (socket: Socket, idleMs: number): void => {
    const use = { idleMs, bytesBefore: socket.bytesRead };
    uses.set(socket, use);
    if (idleMs < SUSPECT_IDLE_MS) return;
    setTimeout(() => {
      if (uses.get(socket) === use && isSilent(socket, use)) suspectIdle();
    }, silenceMs).unref();
  };

  const takeOrOpen = agent.createConnection.bind(agent);
  agent.createConnection = (options, onCreated) => {
    const socket = takeOrOpen(options, onCreated) as Socket;
    const openedAtMs = spares.openedAtMs(socket);
    if (openedAtMs !== undefined) take(socket, wallMs() - openedAtMs);
    socket.once('close', () => {
      const use = uses.get(socket);
      if (use !== undefined && isSilent(socket, use)) suspectIdle();
    });
    return socket;
  };

  const keep = agent.keepSocketAlive.bind(agent);
  agent.keepSocketAlive = socket => {
    idleSinceMs.set(socket, wallMs());
    uses.delete(socket);
    return keep(socket);
  };

  const reuse = agent.reuseSocket.bind(agent);
  agent.reuseSocket = (socket, request) => {
    take(socket as Socket, wallMs() - (idleSinceMs.get(socket) ?? 0));
    reuse(socket, request);
  };

  const addRequest = agentMethod(agent, 'addRequest');
  Reflect.set(agent, 'addRequest', (...details: unknown[]) => {
    dropIdle(maxIdleMs);
    addRequest.apply(agent, details);
  });

  return {
    agent,
    prepare: (host, port, connections) => {
      dropIdle(maxIdleMs);
      spares.open(host, port, connections);
    },
    idleMsBefore: ({ socket }) => (socket === null ? undefined : uses.get(socket)?.idleMs),
  };
}

/** Every request passes through `addRequest`; Node does not document it, agents of others have relied on it for ten years. */
function agentMethod(agent: Agent, name: string): (...details: unknown[]) => unknown {
  const method: unknown = Reflect.get(agent, name);
  if (typeof method !== 'function') throw new TypeError(`Node's http.Agent has no method ${name} any more.`);
  return method as (...details: unknown[]) => unknown;
}
