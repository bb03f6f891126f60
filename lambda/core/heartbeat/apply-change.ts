/** What a conditional write does to a row, as DynamoDB does it. Used by the table in memory, and to explain a refused command. */

import { NO_RUN } from '../../bot-row.ts';
import { canonicalJson } from '../audit/canonical-json.ts';
import type { Plain } from '../text/plain-json.ts';
import type { BotFields, Requirement, RowChange } from './row-change.ts';

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
