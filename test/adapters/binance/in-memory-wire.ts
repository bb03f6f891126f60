/**
 * The wire without sockets: a transport that hands each request to an exchange's `respond` (or to any function like it) and
 * ends when the caller abandons it. It knows no timeout of its own, so everything runs in the injected clock.
 */

import type { HttpRequest, Transport } from '../../../lambda/adapters/binance/http-transport.ts';
import type { HttpAnswer } from '../../../lambda/adapters/binance/response.ts';
import type { WireReply, WireRequest } from '../../../simulator/wire/wire.ts';

export type Respond = (request: WireRequest) => WireReply | Promise<WireReply>;

/** What the wire says of a connection that no real one stands behind. */
export interface WireState {
  readonly idleMsBefore?: number;
  readonly wasSent?: boolean;
  readonly wasAnswered?: boolean;
}

export function inMemoryWire(
  respond: Respond,
  { idleMsBefore, wasSent = true, wasAnswered = false }: WireState = {},
): Transport {
  return sent => {
    const abandoned = Promise.withResolvers<never>();
    return {
      answer: Promise.race([abandoned.promise, carried(sent, respond, abandoned.promise)]),
      abandon: () => abandoned.reject(transportError('ECONNRESET', 'abandoned', sent)),
      wasSent: () => wasSent,
      wasAnswered: () => wasAnswered,
      idleMsBefore: () => idleMsBefore,
    };
  };
}

async function carried(sent: HttpRequest, respond: Respond, abandoned: Promise<never>): Promise<HttpAnswer> {
  const [path = '', query = ''] = sent.target.split('?');
  const headers = sent.apiKey === undefined ? {} : { 'x-mbx-apikey': sent.apiKey };
  const reply = await respond({ method: sent.method, path, query, body: '', headers });
  switch (reply.kind) {
    case 'hang':
      return abandoned;
    case 'reset':
      throw transportError('ECONNRESET', 'socket hang up', sent);
    case 'reply': {
      const lowerCased = Object.entries(reply.headers).map(([name, value]) => [name.toLowerCase(), value] as const);
      return { status: reply.status, headers: new Map(lowerCased), body: reply.body };
    }
  }
}

/** At its worst: with the whole request on it, key and signature included, as many libraries throw them. */
export function transportError(code: string, message: string, request: unknown): Error {
  return Object.assign(new Error(message), { code, config: request, request: { path: request } });
}
