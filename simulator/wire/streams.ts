/**
 * The exchange's WebSocket streams. A user data stream sends the events of its account; its listen key stands in the path,
 * in the query or in a SUBSCRIBE. Streams of market data open and stay silent.
 */

import type { IncomingMessage, Server } from 'node:http';
import type { SimulatedExchange } from '../exchange.ts';
import { acceptWebSocket } from './web-socket.ts';

/** The base addresses of Binance: one without a folder, one for each kind of stream, and that of a portfolio margin account. */
const PATH = /^\/(?:(?:public|market|private|pm)\/)?(ws|stream)(?:\/(.*))?$/;

export function openStreams(server: Server, exchange: SimulatedExchange): void {
  server.on('upgrade', (request: IncomingMessage, socket) => {
    const address = readAddress(request.url ?? '');
    const webSocket = address && acceptWebSocket(request, socket);
    if (address === undefined || webSocket === undefined) return void socket.destroy();
    const { subscribe, unsubscribe } = subscriptions(exchange, address, webSocket.send);
    address.names.forEach(subscribe);
    webSocket.onText(text => {
      const { method, params, id } = readRequest(text);
      const names = Array.isArray(params) ? params.map(String) : [];
      if (method === 'SUBSCRIBE') names.forEach(subscribe);
      if (method === 'UNSUBSCRIBE') names.forEach(unsubscribe);
      // "Live Subscribing/Unsubscribing to streams".
      if (id !== undefined) webSocket.send(JSON.stringify({ result: null, id }));
    });
    webSocket.onEnd(() => unsubscribe());
  });
}

function subscriptions(exchange: SimulatedExchange, address: Address, send: (text: string) => void) {
  const ends = new Map<string, () => void>();
  return {
    subscribe: (name: string): void => {
      if (ends.has(name)) return;
      const end = exchange.listen(name, ({ type, json }) => {
        if (address.has(type)) send(address.isCombined ? `{"stream":${JSON.stringify(name)},"data":${json}}` : json);
      });
      if (end !== undefined) ends.set(name, end);
    },
    /** Without a name: all. */
    unsubscribe: (name?: string): void => {
      for (const [known, end] of ends) {
        if (name !== undefined && name !== known) continue;
        end();
        ends.delete(known);
      }
    },
  };
}

interface Address {
  readonly names: readonly string[];
  /** Each event comes with the name of its stream. */
  readonly isCombined: boolean;
  has(eventType: string): boolean;
}

/** Undefined: no stream is there. */
function readAddress(url: string): Address | undefined {
  const { pathname, searchParams } = new URL(url, 'ws://exchange');
  const [, kind, inPath = ''] = PATH.exec(pathname) ?? [];
  if (kind === undefined) return undefined;
  const listed = (name: string): readonly string[] => searchParams.getAll(name).flatMap(text => text.split('/'));
  const events = listed('events');
  return {
    names: [...inPath.split('/'), ...listed('streams'), ...listed('listenKey')],
    isCombined: kind === 'stream',
    has: eventType => events.length === 0 || events.includes(eventType),
  };
}

/** What is no request gets no answer. */
function readRequest(text: string): { readonly method?: unknown; readonly params?: unknown; readonly id?: unknown } {
  try {
    const request: unknown = JSON.parse(text);
    return typeof request === 'object' && request !== null ? request : {};
  } catch {
    return {};
  }
}
