/**
 * The wire without sockets: an axios adapter that hands each request to a venue's `respond` (or to any function like
 * it) and ends when the caller aborts. It knows no timeout of its own, so everything runs in the injected clock.
 */

import type { Transport } from '../../../lambda/adapters/binance/sdk-call.ts';
import type { WireReply, WireRequest } from '../../../simulator/wire/wire.ts';

export type Respond = (request: WireRequest) => WireReply | Promise<WireReply>;

export function inMemoryWire(respond: Respond): Transport {
  return async config => {
    const { signal } = config;
    const abandoned = new Promise<never>((_resolve, reject) => {
      const abandon = (): void => reject(transportError('ERR_CANCELED', 'canceled', config));
      if (signal?.aborted) abandon();
      signal?.addEventListener?.('abort', abandon);
    });
    const url = new URL(config.url ?? '');
    const reply = await Promise.race([
      abandoned,
      respond({
        method: (config.method ?? 'get').toUpperCase(),
        path: url.pathname,
        query: url.search.slice(1),
        body: typeof config.data === 'string' ? config.data : '',
        headers: Object.fromEntries(
          Object.entries(config.headers.toJSON()).map(([name, value]) => [name.toLowerCase(), String(value)]),
        ),
      }),
    ]);
    switch (reply.kind) {
      case 'hang':
        return abandoned;
      case 'reset':
        throw transportError('ECONNRESET', 'socket hang up', config);
      case 'reply':
        return { data: reply.body, status: reply.status, statusText: '', headers: reply.headers, config };
    }
  };
}

/** As axios throws them: with the whole request, key and signature included. */
export function transportError(code: string, message: string, config: unknown): Error {
  return Object.assign(new Error(message), { code, config, request: { path: config } });
}
