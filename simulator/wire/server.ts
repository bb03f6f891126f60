/**
 * The exchange on a loopback port, plain HTTP with keep-alive. A request gets an answer, an ended connection, or a connection
 * that stays open without an answer until either side closes it.
 */

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTcpServer, type Socket } from 'node:net';
import type { SimulatedExchange } from '../exchange.ts';
import { type Listening, listenOnLoopback } from '../listen.ts';
import { type Connections, type ProxyOptions, startConnectionProxy } from './connection-proxy.ts';
import { openStreams } from './streams.ts';
import { jsonAnswer, type WireReply, type WireRequest } from './wire.ts';

export interface ExchangeServer extends Listening {
  /** To make its connections fail, where that was requested. */
  readonly connections: Connections | undefined;
}

interface ServerOptions {
  /** Default 0: a free one. */
  readonly port?: number;
  /** Calls `enter` when a new connection may be read, later if need be, as after the handshakes of TLS. Default: at once. */
  readonly admit?: (enter: () => void) => void;
  /** Connections that can die, by the wall's clock (connection-proxy.ts). Costs a hop on this machine. */
  readonly connections?: Pick<ProxyOptions, 'clock' | 'aging'>;
}

/** Listens on 127.0.0.1. Rejects when the port is taken. */
export async function startExchangeServer(
  exchange: SimulatedExchange,
  options: ServerOptions = {},
): Promise<ExchangeServer> {
  const { connections, port, ...others } = options;
  if (connections === undefined) return listen(exchange, options);
  const behind = await listen(exchange, others);
  try {
    const proxy = await startConnectionProxy({
      ...connections,
      targetPort: behind.port,
      ...(port === undefined ? {} : { port }),
    });
    const close = async (): Promise<void> => {
      await Promise.all([proxy.close(), behind.close()]);
    };
    return { url: proxy.url, port: proxy.port, connections: proxy, close };
  } catch (error) {
    await behind.close();
    throw error;
  }
}

async function listen(exchange: SimulatedExchange, options: ServerOptions): Promise<ExchangeServer> {
  const sockets = new Set<Socket>();
  const server = createServer((request, response) => {
    answer(exchange, request, response).catch((error: unknown) => {
      write(jsonAnswer(500, { code: -1000, msg: `Simulator bug: ${String(error)}` }), response);
    });
  });
  openStreams(server, exchange);
  // Longer than any client keeps an idle connection: the exchange must never close first.
  server.keepAliveTimeout = 120_000;
  server.on('connection', socket => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  const { port: asked = 0, admit } = options;
  const listener =
    admit === undefined ? server : createTcpServer({ pauseOnConnect: true }, socket => letIn(socket, admit));
  const listening = await listenOnLoopback(listener, asked, () => {
    for (const socket of sockets) socket.destroy();
  });
  return { ...listening, connections: undefined };

  function letIn(socket: Socket, when: (enter: () => void) => void): void {
    sockets.add(socket);
    when(() => {
      server.emit('connection', socket);
      socket.resume();
    });
  }
}

async function answer(exchange: SimulatedExchange, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const reply = await exchange.respond(await wireRequest(request));
  write(reply, response);
}

async function wireRequest(request: IncomingMessage): Promise<WireRequest> {
  const { method = 'GET', url = '' } = request;
  const mark = url.indexOf('?');
  return {
    method,
    path: mark < 0 ? url : url.slice(0, mark),
    query: mark < 0 ? '' : url.slice(mark + 1),
    body: await bodyOf(request),
    headers: Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)])),
  };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const { 'content-length': length = '0', 'transfer-encoding': encoding } = request.headers;
  // Most have none; waiting for the end of nothing would take longer than serving them.
  if (length === '0' && encoding === undefined) return '';
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString('utf8');
}

function write(reply: WireReply, response: ServerResponse): void {
  switch (reply.kind) {
    case 'hang':
      return;
    case 'reset':
      response.socket?.resetAndDestroy();
      return;
    case 'reply': {
      const body = Buffer.from(reply.body, 'utf8');
      response.writeHead(reply.status, { ...reply.headers, 'content-length': body.length });
      response.end(body);
    }
  }
}
