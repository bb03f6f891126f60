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
  const conditions = requires.map(conditionOf);
  const clauses = [
    settings.length === 0 ? '' : `SET ${settings.join(', ')}`,
    remove.length === 0 ? '' : `REMOVE ${remove.join(', ')}`,
  ];
  return {
    update: clauses.filter(clause => clause !== '').join(' '),
    condition: conditions.map(({ text }) => text).join(' AND '),
    values: Object.assign(
      {},
      ...conditions.map(({ values }) => values),
      copy === undefined ? {} : { ':no_run': NO_RUN },
      increment === undefined ? {} : { ':zero': 0, ':one': 1 },
      placed(keep),
      placed(set),
    ),
  };
}

interface Condition {
  readonly text: string;
  readonly values: Readonly<Record<string, Plain>>;
}

const condition = (text: string, values: Condition['values'] = {}): Condition => ({ text, values });

function conditionOf(requirement: Requirement): Condition {
  switch (requirement.kind) {
    case 'exists':
      return condition('attribute_exists(bot_id)');
    case 'no-number': {
      const { attribute: name } = requirement;
      const text = `attribute_exists(${name}) AND NOT attribute_type(${name}, :number_type)`;
      return condition(text, { ':number_type': 'N' });
    }
    case 'between': {
      const { attribute: name, above, below } = requirement;
      const values = { [`:above_${name}`]: above, [`:below_${name}`]: below };
      return condition(`${name} > :above_${name} AND ${name} < :below_${name}`, values);
    }
    case 'same': {
      const { attribute: name, value } = requirement;
      if (value === undefined) return condition(`attribute_not_exists(${name})`);
      return condition(`${name} = :seen_${name}`, { [`:seen_${name}`]: value });
    }
    case 'none-of': {
      const { attribute: name } = requirement;
      // A state is its own placeholder; any other text is not fit to be one.
      const values = Object.fromEntries(
        requirement.values.map((value, index) => [/^[a-z]+$/.test(value) ? `:${value}` : `:not_${index}`, value]),
      );
      const list = Object.keys(values).join(', ');
      return condition(`(attribute_not_exists(${name}) OR NOT ${name} IN (${list}))`, values);
    }
    case 'below': {
      const { attribute: name, value } = requirement;
      return condition(`(attribute_not_exists(${name}) OR ${name} < :below_${name})`, { [`:below_${name}`]: value });
    }
    case 'is': {
      const { attribute, named, value } = requirement;
      return condition(`${attribute} = :${named}`, { [`:${named}`]: value });
    }
    case 'is-not': {
      const { attribute, named, value } = requirement;
      return condition(`(attribute_not_exists(${attribute}) OR ${attribute} <> :${named})`, { [`:${named}`]: value });
    }
    case 'not-both': {
      const [one, other] = requirement.attributes;
      return condition(`(attribute_not_exists(${one}) OR attribute_not_exists(${other}))`);
    }
  }
}

const namesIn = (values: Values): readonly string[] => Object.keys(values);

const placed = (values: Values): Record<string, Plain> =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [`:${name}`, value]));
