/** The exchange on a thread of its own, so that its work is not counted as the client's. */

import { parentPort } from 'node:worker_threads';
import { startClock } from '../lambda/adapters/clock.ts';
import { loadCoinSymbols } from '../simulator/engine/symbols/coin-symbols.ts';
import { type Account, createExchange, type Fault, type SimulatedExchange } from '../simulator/exchange.ts';
import { startExchangeServer } from '../simulator/wire/server.ts';
import { threadCpuMs } from './machine.ts';

export interface BenchSetup {
  readonly positions: number;
  readonly rttMs: number;
  readonly withOrders: boolean;
  /** Where the positions are; `both`: half of them in each market. */
  readonly kind: 'usdm' | 'coinm' | 'both' | 'portfolio';
  readonly hedgeMode: boolean;
  /** Every so many requests one fails; 0: none. */
  readonly faultEvery: number;
  /** How long a new connection takes until its first request is read. */
  readonly connectMs: number;
  readonly key: { readonly apiKey: string; readonly apiSecret: string };
}

export interface ThreadReport {
  readonly flat: boolean;
  /** Positions that are still open. */
  readonly left: number;
  /** Epoch ms at which the exchange had answered the last close. */
  readonly lastCloseAtMs: number;
  readonly requests: number;
  readonly limited: number;
  readonly violations: readonly string[];
  /** Processor time of the exchange since the stage was set. */
  readonly cpuMs: number;
}

export type ThreadRequest =
  | { readonly ask: 'stage'; readonly stage: BenchSetup }
  /** From here on counts what the verdict counts, and faults begin. */
  | { readonly ask: 'begin' }
  | { readonly ask: 'verdict' };

let exchange: SimulatedExchange | undefined;
let account: Account | undefined;
let server: Awaited<ReturnType<typeof startExchangeServer>> | undefined;
let faultEvery = 0;
let before = { requests: 0, cpuMs: 0 };

parentPort?.on('message', (message: ThreadRequest) => {
  void answer(message).then(reply => parentPort?.postMessage(reply));
});

async function answer(message: ThreadRequest): Promise<unknown> {
  switch (message.ask) {
    case 'stage':
      await server?.close();
      return stage(message.stage);
    case 'begin':
      return begin();
    case 'verdict':
      return verdict();
  }
}

async function stage({
  positions,
  rttMs,
  withOrders,
  kind,
  hedgeMode,
  connectMs,
  key,
  ...faults
}: BenchSetup): Promise<string> {
  exchange = createExchange({ clock: startClock() });
  exchange.addManySymbols(positions);
  for (const spec of loadCoinSymbols(positions)) exchange.addSymbol(spec);
  account = exchange.addAccount({ ...key, hedgeMode, portfolioMargin: kind === 'portfolio' });
  for (let n = 1; n <= positions; n += 1) {
    const isCoin = kind === 'coinm' || (kind !== 'usdm' && n % 4 < 2);
    const number = String(n).padStart(3, '0');
    const symbol = isCoin ? `CN${number}USD_PERP` : `SYM${number}USDT`;
    account.open(symbol, n % 2 === 0 ? '-10' : '10');
    const side = hedgeMode ? ({ positionSide: 'LONG' } as const) : {};
    if (withOrders) account.rest({ symbol, side: 'BUY', type: 'LIMIT', quantity: '10', price: '1', ...side });
  }
  exchange.setLatency({ rttMs });
  faultEvery = faults.faultEvery;
  account.watch();
  const admit = (enter: () => void): void => void setTimeout(enter, connectMs);
  server = await startExchangeServer(exchange, connectMs > 0 ? { admit } : {});
  return server.url;
}

/** In turn: refused unseen, done without an answer, lost on the way there, lost on the way back. */
const FAULTS: readonly Fault[] = [
  { kind: '503-unavailable' },
  { kind: '503-unknown', executed: true },
  { kind: 'reset-before' },
  { kind: 'reset-after' },
];

function begin(): null {
  for (let n = 1; faultEvery > 0 && n <= 100; n += 1) {
    const fault = FAULTS[n % FAULTS.length];
    if (fault) exchange?.faults.add({ on: {}, skip: n * faultEvery - 1, fault });
  }
  before = { requests: exchange?.journal.length ?? 0, cpuMs: threadCpuMs() };
  return null;
}

function verdict(): ThreadReport {
  const truth = account?.truth();
  const journal = (exchange?.journal ?? []).slice(before.requests);
  return {
    flat: truth !== undefined && truth.positions.length + truth.orders.length + truth.conditionals.length === 0,
    left: truth?.positions.length ?? 0,
    lastCloseAtMs: Math.max(
      0,
      ...journal.filter(entry => entry.method === 'POST').map(entry => entry.answeredAtMs ?? 0),
    ),
    requests: journal.length,
    limited: journal.filter(entry => entry.status === 429 || entry.status === 418).length,
    violations: account?.violations ?? [],
    cpuMs: threadCpuMs() - before.cpuMs,
  };
}
