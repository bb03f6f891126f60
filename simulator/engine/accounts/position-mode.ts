/**
 * The matrix of position mode, positionSide and reduceOnly.
 *
 *   one-way   positionSide absent or BOTH, reduceOnly as you like      else -4061
 *   hedge     positionSide LONG or SHORT                               else -4061
 *             reduceOnly must not be sent, whatever its value          else -1106
 *
 * Source: USDⓈ-M "New Order" ("reduceOnly … cannot be sent in Hedge Mode") and "Error Codes" -4061, -1106.
 */

import type { HeldSide } from '../orders/order-state.ts';
import { refusalOf } from '../rules/refusal.ts';

/** The position side an order works on. Throws the refusal the account's mode demands. */
export function checkMode(
  hedgeMode: boolean,
  sent: { readonly positionSide: HeldSide | undefined; readonly reduceOnly: boolean | undefined },
): HeldSide {
  const positionSide = sent.positionSide ?? 'BOTH';
  if (hedgeMode === (positionSide === 'BOTH')) throw refusalOf(-4061);
  if (hedgeMode && sent.reduceOnly !== undefined)
    throw refusalOf(-1106, "Parameter 'reduceonly' sent when not required.");
  return positionSide;
}
