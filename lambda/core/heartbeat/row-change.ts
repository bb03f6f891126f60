/**
 * A conditional write to one row of the table `bots`, as a value: core decides it, the stores carry it out, all of it
 * or nothing. Attributes that a change does not name stay as they are, known to us or not.
 */

import type { BotAttribute } from '../../bot-row.ts';
import type { Plain } from '../text/plain-json.ts';

/** A row without its key, as it was stored: every value may be nonsense. */
export type BotFields = { readonly [attribute: string]: Plain };

export type Values = { readonly [attribute in BotAttribute]?: Plain };

export type Requirement =
  /** There is a row. */
  | { readonly kind: 'exists' }
  /** There, and anything but a number. */
  | { readonly kind: 'no-number'; readonly attribute: BotAttribute }
  /** A number, the bounds themselves excluded. */
  | { readonly kind: 'between'; readonly attribute: BotAttribute; readonly above: number; readonly below: number }
  /** Undefined: the attribute must not be there. */
  | { readonly kind: 'same'; readonly attribute: BotAttribute; readonly value: Plain | undefined }
  /** An absent attribute is none of them. */
  | { readonly kind: 'none-of'; readonly attribute: BotAttribute; readonly values: readonly string[] }
  /** Absent, or a smaller number. */
  | { readonly kind: 'below'; readonly attribute: BotAttribute; readonly value: number }
  /** There, and this text. `named`: the attribute after which clients name the value. */
  | {
      readonly kind: 'is';
      readonly attribute: BotAttribute;
      readonly value: string;
      readonly named: BotAttribute | 'tripped';
    }
  /** Absent, or another text. */
  | {
      readonly kind: 'is-not';
      readonly attribute: BotAttribute;
      readonly value: string;
      readonly named: BotAttribute | 'tripped';
    }
  /** At least one of the two is absent. */
  | { readonly kind: 'not-both'; readonly attributes: readonly [BotAttribute, BotAttribute] };

export interface RowChange {
  readonly botId: string;
  /** As in "could not … trip the bot alpha". */
  readonly doing: string;
  readonly requires: readonly Requirement[];
  readonly set: Values;
  /** Set only where the attribute is absent. */
  readonly keep?: Values;
  /** Set to the value that another attribute had before, or NO_RUN where that was absent. */
  readonly copy?: { readonly to: BotAttribute; readonly from: BotAttribute };
  /** One more than before; absent counts as 0. */
  readonly increment?: BotAttribute;
  readonly remove?: readonly BotAttribute[];
}

/**
 * Requires that attributes stand as they were seen. What cannot be compared for equality (documents, numbers with more
 * digits than a double holds) can only have been put there by hand; there it is required that no whole number of ours
 * has taken its place, which every beat would.
 */
export function unchanged(seen: BotFields, attributes: readonly BotAttribute[]): readonly Requirement[] {
  return attributes.map(attribute => standsAs(attribute, seen[attribute]));
}

function standsAs(attribute: BotAttribute, value: Plain | undefined): Requirement {
  if (typeof value === 'object') return { kind: 'no-number', attribute };
  if (typeof value !== 'number' || Number.isSafeInteger(value)) return { kind: 'same', attribute, value };
  if (Math.abs(value) < Number.MAX_SAFE_INTEGER) {
    return { kind: 'between', attribute, above: Math.floor(value), below: Math.ceil(value) };
  }
  return value > 0
    ? { kind: 'between', attribute, above: Number.MAX_SAFE_INTEGER, below: LARGEST_NUMBER }
    : { kind: 'between', attribute, above: -LARGEST_NUMBER, below: -Number.MAX_SAFE_INTEGER };
}

/** Amazon DynamoDB, "Supported data types": no number is larger. */
const LARGEST_NUMBER = 9.99e125;
