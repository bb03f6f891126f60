/**
 * A conditional write to one row of the table `bots`, as a value: core decides it, the stores carry it out, all of it
 * or nothing. Attributes that a change does not name stay as they are, known to us or not.
 */

import type { BotAttribute } from '../../contract.ts';
import type { Plain } from '../plain-json.ts';

/** A row without its key, as it was stored: every value may be nonsense. */
export type BotFields = { readonly [attribute: string]: Plain };

export type Values = { readonly [attribute in BotAttribute]?: Plain };

export type Requirement =
  /** There is a row. */
  | { readonly kind: 'exists' }
  | { readonly kind: 'present'; readonly attribute: BotAttribute }
  /** Undefined: the attribute must not be there. */
  | { readonly kind: 'same'; readonly attribute: BotAttribute; readonly value: Plain | undefined }
  /** An absent attribute is none of them. */
  | { readonly kind: 'none-of'; readonly attribute: BotAttribute; readonly values: readonly string[] }
  /** Absent, or a smaller number. */
  | { readonly kind: 'below'; readonly attribute: BotAttribute; readonly value: number };

export interface RowChange {
  readonly botId: string;
  /** As in "could not … trip the bot alpha". */
  readonly doing: string;
  readonly requires: readonly Requirement[];
  readonly set: Values;
  /** Set only where the attribute is absent. */
  readonly keep?: Values;
  readonly remove?: readonly BotAttribute[];
}

/**
 * Requires that attributes stand as they were seen. A number that has more digits than a double holds can only have
 * been typed by hand; it could never compare equal, so there it is enough that the attribute is there.
 */
export function unchanged(seen: BotFields, attributes: readonly BotAttribute[]): readonly Requirement[] {
  return attributes.map(attribute => {
    const value = seen[attribute];
    return typeof value === 'number' && !Number.isSafeInteger(value)
      ? { kind: 'present', attribute }
      : { kind: 'same', attribute, value };
  });
}
