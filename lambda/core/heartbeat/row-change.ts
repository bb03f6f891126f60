/**
 * A conditional write to one row of the table `bots`; the stores apply all of it or nothing. Other attributes do not change.
 * `applied` does it as DynamoDB does, for the table in memory, and to explain a refused command.
 */

import { type BotAttribute, NO_RUN } from '../../bot-row.ts';
import type { Plain } from '../text/plain-json.ts';
import { canonicalJson } from '../text/plain-json.ts';

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

/** The row after a change; undefined when a requirement does not hold. `row` undefined: there is none. */
export function applied(row: BotFields | undefined, change: RowChange): BotFields | undefined {
  if (!isAllowed(row, change)) return undefined;
  const { keep, set, copy, increment, remove = [] } = change;
  const next: Record<string, Plain> = { ...keep, ...row };
  for (const name of remove) delete next[name];
  Object.assign(next, set);
  if (copy !== undefined) next[copy.to] = row?.[copy.from] ?? NO_RUN;
  if (increment !== undefined) next[increment] = Number(row?.[increment] ?? 0) + 1;
  return frozenFields(next);
}

/** Whether the table would take a change of this row. `row` undefined: there is none. */
export const isAllowed = (row: BotFields | undefined, { requires }: Pick<RowChange, 'requires'>): boolean =>
  requires.every(requirement => holds(row, requirement));

/** Rows are never changed, only replaced, so they can be shared. */
export function frozenFields(fields: Record<string, Plain> | BotFields): BotFields {
  for (const value of Object.values(fields)) if (typeof value === 'object') deepFreeze(value);
  return Object.freeze(fields);
}

function deepFreeze(value: unknown): void {
  if (typeof value !== 'object' || value === null) return;
  for (const one of Object.values(value)) deepFreeze(one);
  Object.freeze(value);
}

function holds(row: BotFields | undefined, requirement: Requirement): boolean {
  if (requirement.kind === 'exists') return row !== undefined;
  if (requirement.kind === 'not-both') return requirement.attributes.some(name => row?.[name] === undefined);
  const value = row?.[requirement.attribute];
  switch (requirement.kind) {
    case 'no-number':
      return value !== undefined && typeof value !== 'number';
    case 'between':
      return typeof value === 'number' && value > requirement.above && value < requirement.below;
    case 'same':
      return value === requirement.value || isSameDocument(value, requirement.value);
    case 'none-of':
      return !requirement.values.some(other => other === value);
    case 'below':
      return value === undefined || (typeof value === 'number' && value < requirement.value);
    case 'is':
      return value === requirement.value;
    case 'is-not':
      return value !== requirement.value;
  }
}

const isSameDocument = (one: Plain | undefined, other: Plain | undefined): boolean =>
  typeof one === 'object' && typeof other === 'object' && canonicalJson(one) === canonicalJson(other);
