/** A change of a bot's row in the words of UpdateItem: expressions, and values named after their attributes. */

import { NO_RUN } from '../../bot-row.ts';
import type { Requirement, RowChange, Values } from '../../core/heartbeat/row-change.ts';
import type { Plain } from '../../core/text/plain-json.ts';

export interface Expressions {
  readonly update: string;
  /** Empty when nothing is required. */
  readonly condition: string;
  /** By placeholder, with its colon. */
  readonly values: { readonly [placeholder: string]: Plain };
}

export function expressionsOf({ requires, set, keep = {}, copy, increment, remove = [] }: RowChange): Expressions {
  const settings = [
    ...namesIn(set).map(name => `${name} = :${name}`),
    ...namesIn(keep).map(name => `${name} = if_not_exists(${name}, :${name})`),
    ...(copy === undefined ? [] : [`${copy.to} = if_not_exists(${copy.from}, :no_run)`]),
    ...(increment === undefined ? [] : [`${increment} = if_not_exists(${increment}, :zero) + :one`]),
  ];
  const clauses = [
    settings.length === 0 ? '' : `SET ${settings.join(', ')}`,
    remove.length === 0 ? '' : `REMOVE ${remove.join(', ')}`,
  ];
  return {
    update: clauses.filter(clause => clause !== '').join(' '),
    condition: requires.map(conditionOf).join(' AND '),
    values: Object.assign(
      {},
      ...requires.map(neededValues),
      copy === undefined ? {} : { ':no_run': NO_RUN },
      increment === undefined ? {} : { ':zero': 0, ':one': 1 },
      placed(keep),
      placed(set),
    ),
  };
}

function conditionOf(requirement: Requirement): string {
  switch (requirement.kind) {
    case 'exists':
      return 'attribute_exists(bot_id)';
    case 'no-number': {
      const { attribute } = requirement;
      return `attribute_exists(${attribute}) AND NOT attribute_type(${attribute}, :number_type)`;
    }
    case 'between': {
      const { attribute } = requirement;
      return `${attribute} > :above_${attribute} AND ${attribute} < :below_${attribute}`;
    }
    case 'same': {
      const { attribute, value } = requirement;
      return value === undefined ? `attribute_not_exists(${attribute})` : `${attribute} = :seen_${attribute}`;
    }
    case 'none-of': {
      const { attribute } = requirement;
      const list = Object.keys(neededValues(requirement)).join(', ');
      return `(attribute_not_exists(${attribute}) OR NOT ${attribute} IN (${list}))`;
    }
    case 'below': {
      const { attribute } = requirement;
      return `(attribute_not_exists(${attribute}) OR ${attribute} < :below_${attribute})`;
    }
    case 'is':
      return `${requirement.attribute} = :${requirement.named}`;
    case 'is-not': {
      const { attribute, named } = requirement;
      return `(attribute_not_exists(${attribute}) OR ${attribute} <> :${named})`;
    }
    case 'not-both': {
      const [one, other] = requirement.attributes;
      return `(attribute_not_exists(${one}) OR attribute_not_exists(${other}))`;
    }
  }
}

function neededValues(requirement: Requirement): Record<string, Plain> {
  switch (requirement.kind) {
    case 'exists':
    case 'not-both':
      return {};
    case 'is':
    case 'is-not':
      return { [`:${requirement.named}`]: requirement.value };
    case 'no-number':
      return { ':number_type': 'N' };
    case 'between': {
      const { attribute, above, below } = requirement;
      return { [`:above_${attribute}`]: above, [`:below_${attribute}`]: below };
    }
    case 'same': {
      const { attribute, value } = requirement;
      return value === undefined ? {} : { [`:seen_${attribute}`]: value };
    }
    case 'none-of':
      // A state is its own placeholder; any other text is not fit to be one.
      return Object.fromEntries(
        requirement.values.map((value, index) => [/^[a-z]+$/.test(value) ? `:${value}` : `:not_${index}`, value]),
      );
    case 'below':
      return { [`:below_${requirement.attribute}`]: requirement.value };
  }
}

const namesIn = (values: Values): readonly string[] => Object.keys(values);

const placed = (values: Values): Record<string, Plain> =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [`:${name}`, value]));
