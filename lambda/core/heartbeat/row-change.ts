/** A conditional write to one row of the table `bots`; the stores apply all of it or nothing. Other attributes do not change. */

import type { BotAttribute } from '../../bot-row.ts';
import type { Plain } from '../text/plain-json.ts';

/** A row without its key, as stored: any value may be invalid. */
export type BotFields = { readonly [attribute: string]: Plain };

export type Values = { readonly [attribute in BotAttribute]?: Plain };

export type Requirement =
  /** There is a row. */
  | { readonly kind: 'exists' }
  /** Present, and not a number. */
  | { readonly kind: 'no-number'; readonly attribute: BotAttribute }
  /** A number, the bounds themselves excluded. */
  | { readonly kind: 'between'; readonly attribute: BotAttribute; readonly above: number; readonly below: number }
  /** Undefined: the attribute must not be there. */
  | { readonly kind: 'same'; readonly attribute: BotAttribute; readonly value: Plain | undefined }
  /** An absent attribute is none of them. */
  | { readonly kind: 'none-of'; readonly attribute: BotAttribute; readonly values: readonly string[] }
  /** Absent, or a smaller number. */
  | { readonly kind: 'below'; readonly attribute: BotAttribute; readonly value: number }
  /** Present, and this text. `named`: the attribute that clients name the value after. */
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
  /** As in "could not … the bot alpha". */
  readonly doing: string;
  readonly requires: readonly Requirement[];
  readonly set: Values;
  /** Set only if the attribute is absent. */
  readonly keep?: Values;
  /** Set to another attribute's earlier value, or to NO_RUN. */
  readonly copy?: { readonly to: BotAttribute; readonly from: BotAttribute };
  /** One more than before; absent counts as 0. */
  readonly increment?: BotAttribute;
  readonly remove?: readonly BotAttribute[];
}

/**
 * Requires that attributes have the value that was seen. Values that cannot be compared (documents, numbers with more digits
 * than a double) were written by hand; for these it is required that no whole number has replaced them, as a heartbeat would.
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
