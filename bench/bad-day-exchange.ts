/** The exchange of a bad day, on a thread of its own: it sets up the stage by number, and sends the verdict. */

import { startClock } from '../lambda/adapters/clock.ts';
import { type Account, createExchange, type SimulatedExchange } from '../simulator/exchange.ts';
import { type ExchangeServer, startExchangeServer } from '../simulator/wire/server.ts';
import { BAD_DAYS, type BadDay, loadName } from './bad-days.ts';
import { answerAsks, type ExchangeReport, reportSince } from './exchange-thread.ts';
import type { Key } from './liquidator-here.ts';

export type DayAsk =
  | { readonly ask: 'stage'; readonly day: number; readonly isGood: boolean; readonly key: Key }
  /** Closed 40 positions and stood idle: the connections that are open now are dead. */
  | { readonly ask: 'warm' }
  | { readonly ask: 'freeze' }
  | { readonly ask: 'begin' }
  | { readonly ask: 'verdict' };

export interface DayReport extends ExchangeReport {
  /** Epoch ms at which the last of the measured positions was gone; undefined while one is left. */
  readonly flatAtMs: number | undefined;
}

interface Stage {
  readonly day: BadDay;
  readonly isGood: boolean;
  readonly exchange: SimulatedExchange;
  readonly account: Account;
  readonly server: ExchangeServer;
}

let stage: Stage | undefined;
let requestsBefore = 0;

answerAsks(async (message: DayAsk) => {
  if (message.ask === 'stage') {
    await stage?.server.close();
    stage = await setUp(message);
    return stage.server.url;
  }
  if (stage === undefined) throw new Error('There is no stage.');
  const { day, isGood, exchange, account, server } = stage;
  switch (message.ask) {
    case 'warm':
      exchange.addManySymbols(60);
      for (let index = 1; index <= 40; index += 1) account.open(loadName(index), '25');
      return null;
    case 'freeze':
      server.connections?.freeze(day.frozen ?? 'reset');
      return null;
    case 'begin':
      day.setUp(exchange, account);
      if (!isGood) day.addFaults?.(exchange, account);
      requestsBefore = exchange.journal.length;
      return null;
    case 'verdict':
      return verdict(stage);
  }
});

async function setUp({ day: number, isGood, key }: Extract<DayAsk, { ask: 'stage' }>): Promise<Stage> {
  const day = BAD_DAYS[number];
  if (day === undefined) throw new RangeError(`There is no day ${number}.`);
  const clock = startClock();
  const exchange = createExchange({ clock });
  const account = exchange.addAccount({ ...key, hedgeMode: day.hedgeMode ?? false });
  exchange.setLatency({ rttMs: day.rttMs ?? 30 });
  account.watch();
  return { day, isGood, exchange, account, server: await startExchangeServer(exchange, { connections: { clock } }) };
}

function verdict({ day: { symbols }, exchange, account }: Stage): DayReport {
  const isMeant = ({ symbol }: { readonly symbol: string }): boolean => symbols?.includes(symbol) ?? true;
  const isLeft = account.truth().positions.some(isMeant);
  const { journal: _, ...report } = reportSince(exchange, account, requestsBefore);
  return { ...report, flatAtMs: isLeft ? undefined : account.moves.filter(isMeant).at(-1)?.atMs };
}
