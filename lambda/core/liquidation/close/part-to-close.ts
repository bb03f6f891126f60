/**
 * How much of a position the next orders are for: all of it, unless more digits than it has were refused.
 *
 * The exchange writes amounts on the step, so a refusal of digits that are needed means a coarser step, or is wrong. The
 * rules say which, if they can be read:
 *
 *   they say the same      the part on the coarser step is closed; the rest is sent once as it was written, and then is dust
 *   they say otherwise,    the part with fewer digits is closed first; then the rest is tried as it is, as often as
 *   or nothing             max_retries allows
 *
 * In hedge mode no order can be reduce-only, so the minimum notional may hold for closes too (-4164): a rest is left only if
 * it is large enough to be closed by itself.
 */

import {
  amountWorth,
  decimalsOf,
  difference,
  doubled,
  floored,
  halved,
  isMore,
  isMultiple,
  magnitude,
  plain,
  stepOf,
} from '../../exchange/amount.ts';
import type { Position } from '../../exchange/model.ts';
import { digitsOf, type Learnt } from './learnt.ts';

interface PartToClose {
  readonly quantity: string;
  /** Its chunks are multiples of this. */
  readonly step: string;
  /** The rest that no order can close. */
  readonly dust: string;
}

export function partToClose(
  position: Position,
  learnt: Learnt,
  documented: { readonly step: string | undefined; readonly minNotional: string | undefined },
): PartToClose {
  const digits = digitsOf(learnt);
  const quantity = magnitude(position.amount);
  const needed = decimalsOf(plain(quantity));
  if (learnt.offStep && learnt.digitsDoubt !== 'asked' && documented.step !== undefined) {
    const part = floored(quantity, documented.step);
    return { quantity: part, step: documented.step, dust: difference(quantity, part) };
  }
  if (digits === undefined || needed <= digits) {
    return { quantity, step: stepFor(quantity, learnt, documented.step), dust: '0' };
  }
  const documentedDigits = documented.step === undefined ? needed : decimalsOf(plain(documented.step));
  if (documentedDigits < needed) {
    const step = stepOfDigits(Math.min(digits, documentedDigits));
    const part = floored(quantity, step);
    return { quantity: part, step, dust: difference(quantity, part) };
  }
  const least = leastClosable(position, documented.minNotional);
  const step = stepOfDigits(digits);
  const part = least === undefined ? '0' : floored(difference(quantity, least), step);
  const isOrderable = isMore(part, '0') && least !== undefined && !isMore(least, part);
  const whole = plain(quantity);
  return isOrderable ? { quantity: part, step, dust: '0' } : { quantity: whole, step: stepOf(whole), dust: '0' };
}

/** More digits go out than were refused: the same order again. */
export const repeatsDigits = ({ digits }: Learnt, quantity: string): boolean =>
  digits !== undefined && decimalsOf(quantity) > digits;

/**
 * The quantity goes out as the exchange wrote it; a documented step that does not divide it is wrong. One that does keeps
 * chunks on the step, if it has no more digits than are accepted. If zeros at the end were refused, chunks have no more
 * digits than the quantity needs, unless the smallest such chunk was refused as too large.
 */
function stepFor(quantity: string, learnt: Learnt, documented: string | undefined): string {
  const digits = digitsOf(learnt);
  const isKnown = documented !== undefined && isMultiple(quantity, documented);
  if (isKnown && (digits === undefined || decimalsOf(plain(documented)) <= digits)) return documented;
  if (digits === undefined) return stepOf(quantity);
  const step = stepOfDigits(Math.min(digits, decimalsOf(plain(quantity))));
  if (isKnown || learnt.refusedQuantity === undefined) return step;
  const half = halved(learnt.refusedQuantity);
  return isMore(step, half) ? stepOfDigits(Math.min(digits, decimalsOf(half))) : step;
}

const stepOfDigits = (digits: number): string => stepOf((0).toFixed(digits));

/** What can surely be closed by itself, with a margin of two because prices move; undefined if not known. */
export function leastClosable(
  { positionSide, markPrice }: Position,
  minNotional = MOST_MIN_NOTIONAL,
): string | undefined {
  if (positionSide === 'BOTH') return '0';
  const least = amountWorth(minNotional, markPrice);
  return least === undefined ? undefined : doubled(least);
}

/** The largest minimum notional that was seen (BTCUSDT, 100 until 2024). */
const MOST_MIN_NOTIONAL = '100';
