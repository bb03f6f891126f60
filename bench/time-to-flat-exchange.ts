/** The exchange of time-to-flat.ts, on a thread of its own. */

import { startClock } from '../lambda/adapters/clock.ts';
import { loadCoinSymbols } from '../simulator/engine/symbols/default-symbols.ts';
import { type Account, createExchange, type Fault, type SimulatedExchange } from '../simulator/exchange.ts';
import { type ExchangeServer, startExchangeServer } from '../simulator/wire/server.ts';
import { answerAsks, type ExchangeReport, reportSince } from './exchange-thread.ts';
import type { Key } from './liquidator-here.ts';
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
  readonly key: Key;
}

export interface FlatReport extends ExchangeReport {
  readonly flat: boolean;
  /** Positions that are still open. */
  readonly left: number;
  /** Epoch ms at which the exchange had answered the last close. */
  readonly lastCloseAtMs: number;
  /** Processor time of the exchange since "begin". */
  readonly cpuMs: number;
}

export type FlatAsk =
  | { readonly ask: 'stage'; readonly stage: BenchSetup }
  /** From here on counts what the verdict counts, and faults begin. */
  | { readonly ask: 'begin' }
  | { readonly ask: 'verdict' };

interface Stage {
  readonly exchange: SimulatedExchange;
  readonly account: Account;
  readonly server: ExchangeServer;
  readonly faultEvery: number;
}

let stage: Stage | undefined;
let before = { requests: 0, cpuMs: 0 };

answerAsks(async (message: FlatAsk) => {
  if (message.ask === 'stage') {
    await stage?.server.close();
    stage = await setUp(message.stage);
    return stage.server.url;
  }
  if (stage === undefined) throw new Error('There is no stage.');
  return message.ask === 'begin' ? begin(stage) : verdict(stage);
});

async function setUp(setup: BenchSetup): Promise<Stage> {
  const { positions, rttMs, withOrders, kind, hedgeMode, connectMs, key, faultEvery } = setup;
  const exchange = createExchange({ clock: startClock() });
  exchange.addManySymbols(positions);
  for (const spec of loadCoinSymbols(positions)) exchange.addSymbol(spec);
  const account = exchange.addAccount({ ...key, hedgeMode, portfolioMargin: kind === 'portfolio' });
  for (let n = 1; n <= positions; n += 1) {
    const isCoin = kind === 'coinm' || (kind !== 'usdm' && n % 4 < 2);
    const number = String(n).padStart(3, '0');
    const symbol = isCoin ? `CN${number}USD_PERP` : `SYM${number}USDT`;
    account.open(symbol, n % 2 === 0 ? '-10' : '10');
    const side = hedgeMode ? ({ positionSide: 'LONG' } as const) : {};
    if (withOrders) account.rest({ symbol, side: 'BUY', type: 'LIMIT', quantity: '10', price: '1', ...side });
  }
  exchange.setLatency({ rttMs });
  account.watch();
  const admit = (enter: () => void): void => void setTimeout(enter, connectMs);
  return { exchange, account, faultEvery, server: await startExchangeServer(exchange, connectMs > 0 ? { admit } : {}) };
}

/** In turn: refused unseen, done without an answer, lost on the way there, lost on the way back. */
const FAULTS: readonly Fault[] = [
  { kind: '503-unavailable' },
  { kind: '503-unknown', executed: true },
  { kind: 'reset-before' },
  { kind: 'reset-after' },
];

function begin({ exchange, faultEvery }: Stage): null {
  for (let n = 1; faultEvery > 0 && n <= 100; n += 1) {
    const fault = FAULTS[n % FAULTS.length];
    if (fault) exchange.faults.add({ on: {}, skip: n * faultEvery - 1, fault });
  }
  before = { requests: exchange.journal.length, cpuMs: threadCpuMs() };
  return null;
}

function verdict({ exchange, account }: Stage): FlatReport {
  const { positions, orders, conditionals } = account.truth();
  const { journal, ...report } = reportSince(exchange, account, before.requests);
  const closes = journal.filter(({ method }) => method === 'POST');
  return {
    ...report,
    flat: positions.length + orders.length + conditionals.length === 0,
    left: positions.length,
    lastCloseAtMs: Math.max(0, ...closes.map(({ answeredAtMs = 0 }) => answeredAtMs)),
    cpuMs: threadCpuMs() - before.cpuMs,
  };
}
