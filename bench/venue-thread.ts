/** The venue on a thread of its own, so that its work is not counted as the client's. */

import { parentPort } from 'node:worker_threads';
import { startClock } from '../lambda/adapters/system-clock.ts';
import { type Account, createVenue, type Venue } from '../simulator/venue/venue.ts';
import { startVenueServer } from '../simulator/wire/server.ts';

export interface Stage {
  readonly positions: number;
  readonly rttMs: number;
  readonly withOrders: boolean;
  readonly hedgeMode: boolean;
  readonly key: { readonly apiKey: string; readonly apiSecret: string };
}

export interface Verdict {
  readonly flat: boolean;
  /** Epoch ms at which the venue had answered the last close. */
  readonly lastCloseAtMs: number;
  readonly requests: number;
  readonly limited: number;
  readonly violations: readonly string[];
}

export type Ask =
  | { readonly ask: 'stage'; readonly stage: Stage }
  | { readonly ask: 'verdict' }
  | { readonly ask: 'close' };

let venue: Venue | undefined;
let account: Account | undefined;
let server: Awaited<ReturnType<typeof startVenueServer>> | undefined;

parentPort?.on('message', (message: Ask) => {
  void answer(message).then(reply => parentPort?.postMessage(reply));
});

async function answer(message: Ask): Promise<unknown> {
  if (message.ask === 'verdict') return verdict();
  await server?.close();
  if (message.ask === 'close') return parentPort?.close();
  return stage(message.stage);
}

async function stage({ positions, rttMs, withOrders, hedgeMode, key }: Stage): Promise<string> {
  venue = createVenue({ clock: startClock() });
  venue.addManySymbols(positions);
  account = venue.addAccount({ ...key, hedgeMode });
  for (let n = 1; n <= positions; n += 1) {
    const symbol = `SYM${String(n).padStart(3, '0')}USDT`;
    account.open(symbol, n % 2 === 0 ? '-10' : '10');
    const side = hedgeMode ? ({ positionSide: 'LONG' } as const) : {};
    if (withOrders) account.rest({ symbol, side: 'BUY', type: 'LIMIT', quantity: '10', price: '1', ...side });
  }
  venue.setLatency({ rttMs });
  account.watch();
  server = await startVenueServer(venue);
  return server.url;
}

function verdict(): Verdict {
  const truth = account?.truth();
  const journal = venue?.journal ?? [];
  return {
    flat: truth !== undefined && truth.positions.length + truth.orders.length + truth.conditionals.length === 0,
    lastCloseAtMs: Math.max(
      0,
      ...journal.filter(entry => entry.method === 'POST').map(entry => entry.answeredAtMs ?? 0),
    ),
    requests: journal.length,
    limited: journal.filter(entry => entry.status === 429 || entry.status === 418).length,
    violations: account?.violations ?? [],
  };
}
