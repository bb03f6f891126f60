/** Steps that several scenarios take, and the account that most of them begin with. */

import { ORDER_PATH, ordersIn } from './expectations.ts';
import { openOneEach, openPortfolio } from './portfolio.ts';
import type { ScenarioStep } from './scenario.ts';
import type { FunctionLabel, ScenarioStage } from './stage.ts';

export const USUAL_ACCOUNT = { positions: { usual: 2, least: 1 }, prepare: openPortfolio } as const;

/** Each bot has an account with one position. */
export const ONE_EACH = {
  positions: { usual: 1, least: 1, most: 1 },
  prepare: (stage: ScenarioStage): void => openOneEach(stage),
} as const;

/** Calls the function, and waits for its answer. */
export const callAndWait = (call = 'liquidate', id = 'one', on: FunctionLabel = 'A'): readonly ScenarioStep[] => [
  { kind: 'call', call, id, on },
  { kind: 'answered', calls: [call] },
];

/** A watchdog run, and everything that it starts. */
export const WATCHDOG_RUN: readonly ScenarioStep[] = [{ kind: 'tick' }, { kind: 'settled' }];

/** Bots start, and a watchdog run has begun to watch them: it waits for their deadlines. */
export const startWatched = (says: string): readonly ScenarioStep[] => [
  { kind: 'bot-lives', says },
  { kind: 'tick' },
  { kind: 'ticked' },
];

export const FIRST_CLOSE_EXECUTED: ScenarioStep = {
  kind: 'until',
  says: 'the exchange has executed the first close',
  holds: ({ exchange }) => ordersIn(exchange.journal).some(({ executed }) => executed),
};

export const ORDERS_ACCEPTED_AGAIN: ScenarioStep = {
  kind: 'change',
  says: 'the exchange accepts orders again',
  make: ({ exchange }) => exchange.faults.clear(),
};

/** NEW_ORDER_REJECTED */
export const REFUSED = -2010;

/** From now on every order is refused, or those of one symbol. */
export const refuseOrders = ({ exchange }: ScenarioStage, symbol?: string): void =>
  exchange.faults.add({
    on: { method: 'POST', path: ORDER_PATH, ...(symbol !== undefined && { symbol }) },
    times: Number.POSITIVE_INFINITY,
    fault: { kind: 'refuse', code: REFUSED, msg: 'NEW_ORDER_REJECTED' },
  });
