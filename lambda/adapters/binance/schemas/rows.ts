/**
 * Lists, read row by row. A row that cannot be read does not hide the others: it is named by its symbol, if that can be
 * read, and by what is wrong with it.
 */

import * as z from 'zod/mini';
import type { Rows, UnreadRow } from '../../../core/exchange/model.ts';
import { symbol } from './fields.ts';

type WireRow = Readonly<Record<string, unknown>>;

/** Rows for which `matters` returns false are dropped without being read. */
export function rowsSchema<Row>(row: z.ZodMiniType<Row>, matters: (wire: WireRow) => boolean = () => true) {
  return z.pipe(
    z.array(z.unknown()),
    z.transform((list): Rows<Row> => {
      const rows: Row[] = [];
      const unread: UnreadRow[] = [];
      for (const wire of list) {
        if (isWireRow(wire) && !matters(wire)) continue;
        const read = row.safeParse(wire);
        if (read.success) rows.push(read.data);
        else unread.push({ symbol: symbolIn(wire), problem: problemOf(read.error) });
      }
      return { rows, unread };
    }),
  );
}

const isWireRow = (wire: unknown): wire is WireRow => typeof wire === 'object' && wire !== null;

function symbolIn(wire: unknown): string | undefined {
  const read = z.looseObject({ symbol }).safeParse(wire);
  return read.success ? read.data.symbol : undefined;
}

/** The field and the rule. Messages of our own schemas, never what stood there. */
function problemOf({ issues: [issue] }: z.core.$ZodError): string {
  const field = issue?.path.join('.');
  return `${field || 'the row'}: ${issue?.message ?? 'cannot be read'}`;
}
