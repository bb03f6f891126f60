/**
 * A TCP proxy whose connections can die as they do when a function is frozen: neither side notices, the next byte on an
 * old connection is answered by RST, or by nothing at all, while new connections work. Its target is any server on this
 * machine: the exchange, the tables.
 *
 *   client ──▶ proxy ──▶ target        alive
 *   client ──▶ proxy ✗                 reset: RST at the next byte, in either direction
 *   client ──▶ proxy …                 silence: every byte is taken, none comes back
 *
 * Age is measured by the given clock, which is the wall's: a frozen process does not notice the time. No timers: a connection
 * is found dead when it is next used.
 */

import { connect, createServer, type Socket } from 'node:net';
import type { SimulatorClock } from '../engine/clock.ts';
import { type Listening, listenOnLoopback } from '../listen.ts';

export type Death = 'reset' | 'silence';

/** Connections that are idle for longer are dead: without a request, or with an answer to the last one. */
interface Aging {
  /** Default 4,500 ms. */
  readonly idleMs?: number;
  readonly death: Death;
}

/** Makes open connections fail. */
export interface Connections {
  /** Every connection that is open now is dead; those that come later work. */
  freeze(death: Death): void;
  /** From now on connections age; undefined: they no longer do. */
  age(aging: Aging | undefined): void;
  /** True: open and new connections take everything and answer nothing. False: new ones work again. */
  holdBytes(everything: boolean): void;
  /** So far. `died` counts those found dead by a byte that was sent on them. */
  readonly counts: { readonly opened: number; readonly open: number; readonly died: number };
}

export type ConnectionProxy = Connections & Listening;

export interface ProxyOptions {
  readonly clock: Pick<SimulatorClock, 'nowMs'>;
  /** Of the target, on 127.0.0.1. */
  readonly targetPort: number;
  /** Default 0: a free one. */
  readonly port?: number;
  readonly aging?: Aging;
}

const IDLE_MS = 4_500;

interface Connection {
  readonly client: Socket;
  /** Undefined: it was opened while nothing is answered. */
  readonly target: Socket | undefined;
  lastByteMs: number;
  /** A request waits for its answer: the connection is not idle. */
  isWaiting: boolean;
  death: Death | undefined;
  isFound: boolean;
}

/** Listens on 127.0.0.1. Rejects when the port is taken. */
export async function startConnectionProxy(options: ProxyOptions): Promise<ConnectionProxy> {
  const { clock, targetPort } = options;
  const connections = new Set<Connection>();
  let aging = options.aging;
  let holdsAll = false;
  let opened = 0;
  let died = 0;

  const server = createServer({ allowHalfOpen: true }, client => {
    opened += 1;
    const target = holdsAll ? undefined : connect({ port: targetPort, host: '127.0.0.1', allowHalfOpen: true });
    const connection: Connection = {
      client,
      target,
      lastByteMs: clock.nowMs(),
      isWaiting: false,
      death: holdsAll ? 'silence' : undefined,
      isFound: false,
    };
    connections.add(connection);
    client.setNoDelay(true);
    target?.setNoDelay(true);
    client.on('data', bytes => {
      if (!connection.isWaiting) ageOf(connection);
      connection.isWaiting = true;
      pass(connection, bytes, target);
    });
    client.on('end', () => (connection.death === undefined ? target?.end() : client.destroy()));
    target?.on('data', bytes => {
      connection.isWaiting = false;
      pass(connection, bytes, client);
    });
    target?.on('end', () => connection.death === undefined && client.end());
    // The end of one side is passed on to the other, unless the connection is dead.
    client.on('error', () => undefined);
    target?.on('error', () => connection.death === undefined && client.resetAndDestroy());
    client.on('close', () => {
      connections.delete(connection);
      target?.destroy();
    });
  });

  function ageOf(connection: Connection): void {
    const idleMs = clock.nowMs() - connection.lastByteMs;
    if (aging !== undefined && idleMs > (aging.idleMs ?? IDLE_MS)) connection.death ??= aging.death;
  }

  function pass(connection: Connection, bytes: Buffer, to: Socket | undefined): void {
    connection.lastByteMs = clock.nowMs();
    if (connection.death !== undefined) {
      findDead(connection, connection.death);
      return;
    }
    const from = to === connection.client ? connection.target : connection.client;
    if (to?.write(bytes) === false) {
      from?.pause();
      to.once('drain', () => from?.resume());
    }
  }

  function findDead(connection: Connection, death: Death): void {
    if (!connection.isFound) died += 1;
    connection.isFound = true;
    if (death === 'reset') connection.client.resetAndDestroy();
    else connection.target?.destroy();
  }

  const listening = await listenOnLoopback(server, options.port, () => {
    for (const { client, target } of connections) {
      client.destroy();
      target?.destroy();
    }
  });
  return {
    ...listening,
    freeze: death => {
      for (const connection of connections) connection.death ??= death;
    },
    age: next => {
      aging = next;
    },
    holdBytes: everything => {
      holdsAll = everything;
      if (everything) for (const connection of connections) connection.death ??= 'silence';
    },
    get counts() {
      return { opened, open: connections.size, died };
    },
  };
}
