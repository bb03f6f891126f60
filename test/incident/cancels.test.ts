/** What the report says of cancelled orders adds up to what the answer says. */

import { expect, test } from 'vitest';
import { readCancels } from '../../bin/incident/positions.ts';
import type { IncidentEvent } from '../../lambda/core/audit/event.ts';

const cancelled = (orders: number, conditional_orders: number, kept_protective: number): IncidentEvent =>
  ({
    ...{ type: 'liquidation_orders_cancelled', symbol: 'BTCUSDT' },
    data: { orders, conditional_orders, kept_protective },
  }) as unknown as IncidentEvent;

test.each([
  [
    'a stop that went with its position was kept, and not cancelled',
    [cancelled(2, 1, 1), cancelled(0, 0, 0)],
    [2, 1, 1],
  ],
  [
    'a stop that was cancelled after its position is a cancelled one',
    [cancelled(2, 1, 1), cancelled(0, 1, 0)],
    [2, 2, 0],
  ],
  ['one of two', [cancelled(0, 0, 2), cancelled(0, 1, 0)], [0, 1, 1]],
  ['a stop that is kept in each attempt is one', [cancelled(1, 0, 1), cancelled(0, 0, 1)], [1, 0, 1]],
  ['without stops', [cancelled(3, 0, 0), cancelled(1, 0, 0)], [4, 0, 0]],
])('%s', (_name, events, [orders, conditionalOrders, keptProtective]) => {
  expect(readCancels(events)).toEqual([{ symbol: 'BTCUSDT', orders, conditionalOrders, keptProtective }]);
});
