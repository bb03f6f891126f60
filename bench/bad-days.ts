/**
 * The days of the bad-day table: an account, and what goes wrong. Each is one input of the engine's design, with the
 * time that no client can beat: what the exchange itself takes.
 */

import type { Account, SimulatedExchange } from '../simulator/exchange.ts';
import type { StoreFault } from '../simulator/stores/remote.ts';
import type { Death } from '../simulator/wire/connection-proxy.ts';

export interface BadDay {
  /** Name of the input. */
  readonly input: string;
  readonly says: string;
  setUp(exchange: SimulatedExchange, account: Account): void;
  /** What goes wrong at the exchange. */
  addFaults?(exchange: SimulatedExchange, account: Account): void;
  /** What goes wrong elsewhere. */
  readonly tables?: StoreFault;
  readonly frozen?: Death;
  readonly hedgeMode?: boolean;
  /** Round trip, also on the good day; default 30. */
  readonly rttMs?: number;
  /** The liquidator is called again after each of these, while the first run may still be going on. */
  readonly calledAgainAfterMs?: readonly number[];
  /** Time is up when these are closed; default all that can be. */
  readonly symbols?: readonly string[];
  /** What the exchange takes at least on the bad day, in ms. */
  readonly floorMs: number;
}

const ALWAYS = Number.POSITIVE_INFINITY;
const HELD = ['BTCUSDT', 'ETHUSDT', 'SOLUSDT', 'XRPUSDT', 'BNBUSDT'] as const;

const five = (_exchange: SimulatedExchange, account: Account): void => {
  for (const [index, symbol] of HELD.entries()) account.open(symbol, index % 2 === 0 ? '12' : '-90');
};

/** As addManySymbols names them. */
export const loadName = (index: number): string => `SYM${String(index).padStart(3, '0')}USDT`;

function many(count: number, firstIndex = 1) {
  return (exchange: SimulatedExchange, account: Account): void => {
    exchange.addManySymbols(count + firstIndex);
    for (let index = firstIndex; index < firstIndex + count; index += 1) account.open(loadName(index), '25');
  };
}

export const BAD_DAYS: readonly BadDay[] = [
  { input: 'A1', says: 'connections died in a freeze: RST', setUp: many(5, 50), frozen: 'reset', floorMs: 60 },
  { input: 'A1', says: 'connections died in a freeze: silence', setUp: many(5, 50), frozen: 'silence', floorMs: 60 },
  {
    input: 'A2',
    says: 'one symbol of six is refused (-4402)',
    setUp: (exchange, account) => {
      five(exchange, account);
      account.open('ADAUSDT', '5000');
    },
    addFaults: exchange =>
      exchange.faults.add({
        on: { method: 'POST', symbol: 'ADAUSDT' },
        times: ALWAYS,
        fault: { kind: 'refuse', code: -4402 },
      }),
    symbols: HELD,
    floorMs: 60,
  },
  {
    input: 'A9',
    says: 'every answer takes 1.4 s',
    setUp: five,
    addFaults: exchange => exchange.setLatency({ rttMs: 1_400 }),
    floorMs: 2_100,
  },
  {
    input: 'A9',
    says: '300 positions, every answer takes 600 ms',
    setUp: many(300),
    addFaults: exchange => exchange.setLatency({ rttMs: 600 }),
    floorMs: 900,
  },
  {
    input: 'A10',
    says: 'orders wait 2.5 s in the engine',
    setUp: five,
    addFaults: exchange => exchange.setEngineQueue({ waitMs: 2_500 }),
    floorMs: 2_530,
  },
  {
    input: 'A11',
    says: 'each order fills 40 of 400: the book is thin',
    setUp: (_exchange, account) => account.open('SOLUSDT', '400'),
    addFaults: exchange => exchange.setBook('SOLUSDT', { bids: [{ distance: '0', quantity: '40' }] }),
    floorMs: 20 * 30,
  },
  {
    input: 'A12',
    says: 'another client closes a part before each of six orders',
    hedgeMode: true,
    setUp: (_exchange, account) => account.open('ETHUSDT', '80'),
    addFaults: exchange =>
      exchange.faults.add({
        on: { method: 'POST' },
        times: 6,
        fault: { kind: 'others-close', symbol: 'ETHUSDT', quantity: '10' },
      }),
    floorMs: 14 * 30,
  },
  {
    input: 'A17',
    says: 'one large position and 250 small ones with orders',
    setUp: (_exchange, account) => account.open('BTCUSDT', '36'),
    addFaults: (exchange, account) => {
      many(250)(exchange, account);
      for (let index = 1; index <= 250; index += 1) {
        account.rest({ symbol: loadName(index), side: 'BUY', type: 'LIMIT', quantity: '30', price: '0.5' });
      }
    },
    rttMs: 200,
    symbols: ['BTCUSDT'],
    floorMs: 300,
  },
  { input: 'A18', says: 'DynamoDB does not answer', setUp: five, tables: 'hang', floorMs: 45 },
  {
    input: 'E1',
    says: '429 for 5 s, and two more calls of the liquidator',
    setUp: five,
    addFaults: exchange => exchange.faults.add({ on: {}, fault: { kind: 'limited-429', retryAfterSeconds: 5 } }),
    calledAgainAfterMs: [500, 1_000],
    floorMs: 5_060,
  },
];
