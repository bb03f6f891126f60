/** The cancelled orders, by symbol. */

import { html, type Markup } from '../../../lambda/views/markup.ts';
import type { Incident } from '../../incident/incident.ts';
import { folded, tableOf } from './table.ts';

/** Further rows are folded. */
const OPEN_ROWS = 40;

/** Undefined when none was. */
export function cancelsSection({ cancels }: Incident): Markup | undefined {
  if (cancels.length === 0) return undefined;
  const table = (caption: string, some: typeof cancels): Markup =>
    tableOf({
      caption,
      columns: [
        { name: 'symbol', kind: 'name' },
        { name: 'orders', kind: 'number' },
        { name: 'conditional orders', kind: 'number' },
        { name: 'stops kept, not cancelled', kind: 'number' },
      ],
      rows: some.map(one => ({ cells: [one.symbol, one.orders, one.conditionalOrders, one.keptProtective] })),
    });
  const rest = cancels.slice(OPEN_ROWS);
  return html`${table('Orders cancelled, by symbol', cancels.slice(0, OPEN_ROWS))}${
    rest.length === 0
      ? undefined
      : folded(`${rest.length} more symbols`, table('Orders cancelled, further symbols', rest), true)
  }`;
}
