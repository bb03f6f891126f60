/**
 * The matrix as docs/reliability.md shows it: the faults in groups that are treated alike everywhere, and per operation
 * how each group ends. Made from the declared expectations, which the matrix plays cell by cell.
 */

import type { Failure } from '../../lambda/core/exchange/failure.ts';
import { nextStep, type Step } from '../../lambda/core/exchange/next-step.ts';
import type { Operation as Kind } from '../../lambda/core/exchange/request.ts';
import { CODE_OF, expected } from './expectations.ts';
import { FAULT_KINDS, type FaultKind } from './fault-kinds.ts';
import { OPERATIONS, type Operation } from './operations.ts';
import { staysReady } from './readiness.ts';

interface Group {
  readonly label: string;
  readonly faults: readonly FaultKind[];
  readonly example: FaultKind;
}

/** Markdown, as it is between the document's markers. */
export function reliabilityTable(): string {
  const groups = groupsOf(FAULT_KINDS);
  const tables = OPERATIONS.map(operation =>
    [`### ${headingOf(operation)}`, '', ...endsTable(operation, groups)].join('\n'),
  );
  return [['### The faults', '', ...faultsTable(groups)].join('\n'), ...tables].join('\n\n');
}

function groupsOf(faults: readonly FaultKind[]): readonly Group[] {
  const alike = new Map<string, FaultKind[]>();
  for (const fault of faults) {
    const key = [
      fault.known,
      fault.about,
      fault.why,
      ...OPERATIONS.flatMap(operation => endsOf(operation, fault)),
    ].join('|');
    alike.set(key, [...(alike.get(key) ?? []), fault]);
  }
  const groups = [...alike.values()];
  return groups.flatMap(own => {
    const [example] = own;
    if (example === undefined) return [];
    const reason = wordsOf(example.why);
    const isAlone = groups.filter(([other]) => other?.why === example.why).length === 1;
    return [{ label: isAlone ? reason : example.name, faults: own, example }];
  });
}

const wordsOf = (why: FaultKind['why']): string => (why === undefined ? 'slow or doubled' : why.replaceAll('-', ' '));

function faultsTable(groups: readonly Group[]): readonly string[] {
  const rows = groups.map(({ label, faults, example }) => {
    const { known, about, why } = example;
    const steps = (['read', 'cancel', 'order'] as const).map(kind => doneAfter(kind, example));
    const code = why === undefined ? '' : `\`${CODE_OF[why]}\``;
    return [label, faults.map(one => one.name).join('; '), known ?? 'all is well', known ? about : '', ...steps, code];
  });
  return [
    '| group | faults | known | about | a read | a cancel | a close | error code |',
    '|---|---|---|---|---|---|---|---|',
    ...rows.map(row => `| ${row.join(' | ')} |`),
  ];
}

function doneAfter(kind: Kind, { known, about, why }: FaultKind): string {
  if (known === undefined || why === undefined) return 'go on';
  const failure: Failure = { certainty: known, subject: about, reason: why, message: '' };
  return DONE[nextStep(kind, failure)];
}

const DONE: Readonly<Record<Step, string>> = {
  again: 'repeat at once',
  wait: 'wait, repeat',
  later: 'wait, repeat; uses up a try',
  'later-with-rules': 'read the rules, wait, repeat; uses up a try',
  read: 'read, then decide',
  'read-orders': 'read positions and orders, then decide',
  smaller: 'a smaller order at once',
  'fewer-digits': 'fewer digits at once',
  'limit-order': 'once more, then a limit order',
  'nearer-price': 'a price nearer to the mark, at once',
  'widen-window': 'wider recvWindow, repeat at once',
  'set-clock': 'set the clock, repeat',
  'read-secret': 'read the key again, repeat',
  'check-trading': 'read the rules: does it trade?',
  'already-done': 'done already',
  'give-up': 'leave it for this attempt, do the others',
  'give-up-with-rules': 'leave it for this attempt unless the rules allow another order, do the others',
};

const headingOf = ({ name, method, path }: Operation): string =>
  `${name.slice(0, 1).toUpperCase()}${name.slice(1)}: \`${method} ${path}\``;

function endsTable(operation: Operation, groups: readonly Group[]): readonly string[] {
  const byEnds = new Map<string, string[]>();
  for (const { label, example } of groups) {
    const ends = endsOf(operation, example).join(' | ');
    byEnds.set(ends, [...(byEnds.get(ends) ?? []), label]);
  }
  const rows = [...byEnds].toSorted(([, a], [, b]) => b.length - a.length);
  return [
    '| group | once | every time |',
    '|---|---|---|',
    ...rows.map(
      ([ends, labels], index) =>
        `| ${index > 0 ? labels.join('; ') : rows.length > 1 ? 'all others' : 'all'} | ${ends} |`,
    ),
  ];
}

function endsOf(operation: Operation, fault: FaultKind): readonly [string, string] {
  const of = (moment: 'first' | 'every'): string => {
    if (operation.asked === 'preflight') return staysReady(operation, fault, moment) ? 'READY' : 'NOT READY';
    const { end, code } = expected(operation, fault, moment);
    const isOwn = code === undefined || (fault.why !== undefined && code.join() === CODE_OF[fault.why]);
    return isOwn ? end : `${end} (${code.map(one => `\`${one}\``).join(' or ')})`;
  };
  return [of('first'), of('every')];
}
