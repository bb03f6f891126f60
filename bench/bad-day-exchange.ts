/** The exchange of a bad day, on a thread of its own: it sets up the stage by number, and sends the verdict. */

import { parentPort } from 'node:worker_threads';
import { startClock } from '../lambda/adapters/clock.ts';
import { type Account, createExchange, type SimulatedExchange } from '../simulator/exchange.ts';
import { type ExchangeServer, startExchangeServer } from '../simulator/wire/server.ts';
import { BAD_DAYS } from './bad-days.ts';

export type Ask =
  | { readonly ask: 'stage'; readonly day: number; readonly isGood: boolean; readonly key: Key }
  /** Closed 40 positions and stood idle: the connections that are open now are dead. */
  | { readonly ask: 'warm' }
  | { readonly ask: 'freeze' }
  | { readonly ask: 'begin' }
  | { readonly ask: 'verdict' };

export interface Key {
  readonly apiKey: string;
  readonly apiSecret: string;
}

export interface Verdict {
  /** Epoch ms at which the last of the measured positions was gone; undefined while one is left. */
  readonly flatAtMs: number | undefined;
  readonly requests: number;
  readonly limited: number;
  readonly violations: readonly string[];
}

let exchange: SimulatedExchange | undefined;
let account: Account | undefined;
let server: ExchangeServer | undefined;
let current: { readonly day: number; readonly isGood: boolean } = { day: 0, isGood: true };
let requestsBefore = 0;

parentPort?.on('message', (message: Ask) => {
  void answer(message).then(reply => parentPort?.postMessage(reply));
});

async function answer(message: Ask): Promise<unknown> {
  switch (message.ask) {
    case 'stage':
      await server?.close();
      current = message;
      return stage(message.key);
    case 'warm':
      exchange?.addManySymbols(60);
      for (let index = 1; index <= 40; index += 1) account?.open(`SYM${String(index).padStart(3, '0')}USDT`, '25');
      return null;
    case 'freeze':
      server?.connections?.freeze(BAD_DAYS[current.day]?.frozen ?? 'reset');
      return null;
    case 'begin':
      return begin();
    case 'verdict':
      return verdict();
  }
}

async function stage(key: Key): Promise<string> {
  const clock = startClock();
  exchange = createExchange({ clock });
  account = exchange.addAccount({ ...key, hedgeMode: BAD_DAYS[current.day]?.hedgeMode ?? false });
  exchange.setLatency({ rttMs: BAD_DAYS[current.day]?.rttMs ?? 30 });
  account.watch();
  server = await startExchangeServer(exchange, { connections: { clock } });
  return server.url;
}

function begin(): null {
  const day = BAD_DAYS[current.day];
  if (day === undefined || exchange === undefined || account === undefined) return null;
  day.setUp(exchange, account);
  if (!current.isGood) day.addFaults?.(exchange, account);
  requestsBefore = exchange.journal.length;
  return null;
}

function verdict(): Verdict {
  const symbols = BAD_DAYS[current.day]?.symbols;
  const isMeant = ({ symbol }: { readonly symbol: string }): boolean => symbols?.includes(symbol) ?? true;
  const isLeft = account?.truth().positions.some(isMeant) ?? true;
  const journal = (exchange?.journal ?? []).slice(requestsBefore);
  return {
    flatAtMs: isLeft ? undefined : account?.moves.filter(isMeant).at(-1)?.atMs,
    requests: journal.length,
    limited: journal.filter(({ status }) => status === 429 || status === 418).length,
    violations: account?.violations ?? [],
  };
}
