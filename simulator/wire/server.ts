/**
 * The venue on a loopback port, plain HTTP with keep-alive. Sockets do what the venue decides: an answer, a connection
 * that ends, or one that stays open without an answer until either side closes it.
 */

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Venue } from '../venue/venue.ts';
import { jsonAnswer, type WireReply, type WireRequest } from './wire.ts';

export interface VenueServer {
  readonly url: string;
  readonly port: number;
  /** Destroys the open sockets; resolves when the port is free. */
  close(): Promise<void>;
}

/** Listens on 127.0.0.1; `port` 0 (default) takes a free one. Rejects when the port is taken. */
export async function startVenueServer(venue: Venue, options: { readonly port?: number } = {}): Promise<VenueServer> {
  const sockets = new Set<Socket>();
  const server = createServer((request, response) => {
    answer(venue, request, response).catch((error: unknown) => {
      write(jsonAnswer(500, { code: -1000, msg: `Simulator bug: ${String(error)}` }), response);
    });
  });
  // Longer than any client keeps an idle connection: who closes first must never be the venue.
  server.keepAliveTimeout = 120_000;
  server.on('connection', socket => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

async function answer(venue: Venue, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const reply = await venue.respond(await wireRequest(request));
  write(reply, response);
}

async function wireRequest(request: IncomingMessage): Promise<WireRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  const [path = '', ...query] = (request.url ?? '').split('?');
  return {
    method: request.method ?? 'GET',
    path,
    query: query.join('?'),
    body: Buffer.concat(chunks).toString('utf8'),
    headers: Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)])),
  };
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
