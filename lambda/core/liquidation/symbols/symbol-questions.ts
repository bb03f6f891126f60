/** What one symbol's work says by itself. */

import type { SymbolWork } from './symbol-work.ts';

export const hasPosition = (own: SymbolWork): boolean => own.targets.some(target => target.row !== undefined);

/** Rows still to be cancelled, as far as is known. */
export const uncancelledOrders = ({ orders, cancelOrders: { covered } }: SymbolWork): SymbolWork['orders'] =>
  covered.size === 0 ? orders : orders.filter(row => !covered.has(row.orderId));
export const uncancelledConditionals = ({
  conditionals,
  cancelConditionals: { covered },
}: SymbolWork): SymbolWork['conditionals'] =>
  covered.size === 0 ? conditionals : conditionals.filter(row => !covered.has(row.algoId));
