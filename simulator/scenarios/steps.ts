/** Steps that several scenarios take. */

import { ORDER_PATH, ordersIn } from './expectations.ts';
import type { Step } from './scenario.ts';
import type { FunctionLabel, Stage } from './stage.ts';

/** Calls the function, and waits for its answer. */
export const callAndWait = (call = 'liquidate', id = 'one', on: FunctionLabel = 'A'): readonly Step[] => [
  { kind: 'call', call, id, on },
  { kind: 'answered', calls: [call] },
];

export const FIRST_CLOSE_EXECUTED: Step = {
  kind: 'until',
  says: 'the exchange has executed the first close',
  holds: ({ exchange }) => ordersIn(exchange.journal).some(({ executed }) => executed),
};

export const ORDERS_ACCEPTED_AGAIN: Step = {
  kind: 'change',
  says: 'the exchange accepts orders again',
  make: ({ exchange }) => exchange.faults.clear(),
};

/** NEW_ORDER_REJECTED */
export const REFUSED = -2010;

/** From now on every order is refused, or those of one symbol. */
export const refuseOrders = ({ exchange }: Stage, symbol?: string): void =>
  exchange.faults.add({
    on: { method: 'POST', path: ORDER_PATH, ...(symbol !== undefined && { symbol }) },
    times: Number.POSITIVE_INFINITY,
    fault: { kind: 'refuse', code: REFUSED, msg: 'NEW_ORDER_REJECTED' },
  });
