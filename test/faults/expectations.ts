/**
 * How each cell of the matrix has to end, declared from the promises and not from what was observed: rules per
 * operation, the first that fits counts. A cell that ends otherwise fails.
 */

import type { ErrorCode } from '../../lambda/core/error-codes.ts';
import type { Certainty, Reason, Subject } from '../../lambda/core/exchange/failure.ts';
import type { Moment } from './cell.ts';
import type { FaultKind } from './fault-kinds.ts';
import type { End } from './judge.ts';
import type { Operation, OperationName } from './operations.ts';

export interface Expectation {
  readonly end: End;
  /** First error of the last answer; only where it is not flat. */
  readonly code?: ErrorCode;
}

interface Rule {
  readonly at: 'once' | 'every time';
  /** All that are given must fit. */
  readonly known?: readonly (Certainty | undefined)[];
  readonly about?: readonly Subject[];
  readonly why?: readonly Reason[];
  readonly names?: readonly string[];
  readonly executed?: boolean;
  readonly end: End;
  /** Left out: the code of the fault itself. */
  readonly code?: ErrorCode;
}

const FLAT = 'FLAT';
const HANDED_OVER = 'FLAT after hand-over';
const BY_TICK = 'FLAT after the next tick';
const NOT_FLAT = 'NOT FLAT, CHECK BY HAND';

/** A limit whose end was not told is over with the minute at the latest, which no caller waits for. */
export const LIMIT_WITHOUT_END = ['429 without Retry-After', '-1003'];
/** What takes longer than one call may take in an attempt of five seconds, and not in one of twenty. */
export const OUTLASTS_A_CALL = ['arrives after we gave up', 'answer after we gave up'];

/** What holds unless the operation's own rules say otherwise. */
const EVERYWHERE: readonly Rule[] = [
  { at: 'once', why: ['location', 'ip-ban'], end: BY_TICK },
  { at: 'once', names: LIMIT_WITHOUT_END, end: HANDED_OVER },
  { at: 'once', end: FLAT },
  { at: 'every time', known: [undefined], end: FLAT },
  { at: 'every time', end: NOT_FLAT },
];

/** An account that cannot be read is never called flat. */
const LISTS: readonly Rule[] = [{ at: 'every time', names: OUTLASTS_A_CALL, end: HANDED_OVER }];

/** What was carried out is seen by the next look, whatever was heard of it. */
const CARRIED_OUT: readonly Rule[] = [
  { at: 'every time', executed: true, names: ['no answer, executed', ...OUTLASTS_A_CALL], end: HANDED_OVER },
  { at: 'every time', executed: true, end: FLAT },
];

const OWN_RULES: Readonly<Partial<Record<OperationName, readonly Rule[]>>> = {
  positions: LISTS,
  'open orders': LISTS,
  'open conditional orders': LISTS,
  'cancel all orders of a symbol': [
    ...CARRIED_OUT,
    // "Nothing there" is believed; then what does rest in the book makes the close fail.
    { at: 'every time', why: ['nothing-there'], end: NOT_FLAT, code: 'REDUCE_ONLY_REFUSED' },
  ],
  'cancel all conditional orders of a symbol': [
    ...CARRIED_OUT,
    // Believed each time, and each time the next look shows otherwise.
    { at: 'every time', why: ['nothing-there'], end: NOT_FLAT, code: 'TIMEOUT' },
  ],
  // Once the position is gone, all of the symbol are cancelled by one request: none depends on this one.
  'cancel one conditional order': [
    { at: 'every time', why: ['location', 'ip-ban'], end: NOT_FLAT },
    { at: 'every time', names: LIMIT_WITHOUT_END, end: HANDED_OVER },
    {
      at: 'every time',
      names: ['no answer, executed', 'no answer, not executed', ...OUTLASTS_A_CALL],
      end: HANDED_OVER,
    },
    { at: 'every time', end: FLAT },
  ],
  'close order': [
    // The symbol is set aside for this attempt; the next one tries it again.
    { at: 'once', why: ['symbol-restricted', 'too-small'], end: HANDED_OVER },
    { at: 'every time', executed: true, end: FLAT },
  ],
  // The account is flat by then, and the profit is estimated.
  'trades of an order': [
    { at: 'once', end: FLAT },
    { at: 'every time', end: FLAT },
  ],
  // Read once to learn from a refusal; without them the close is tried as before.
  'exchange rules': [
    { at: 'every time', why: ['location', 'ip-ban'], end: BY_TICK },
    { at: 'every time', names: LIMIT_WITHOUT_END, end: HANDED_OVER },
    { at: 'every time', end: FLAT },
  ],
  // Without it our clock stays wrong, and the exchange says so of every request.
  'server time': [
    { at: 'once', end: FLAT },
    { at: 'every time', known: [undefined], end: FLAT },
    { at: 'every time', end: NOT_FLAT, code: 'CLOCK_REFUSED' },
  ],
};

export function expected(operation: Operation, fault: FaultKind, moment: Moment): Expectation {
  const at = moment === 'every' ? 'every time' : 'once';
  const rules = [...(OWN_RULES[operation.name] ?? []), ...EVERYWHERE];
  const rule = rules.find(one => one.at === at && fits(one, fault));
  if (rule === undefined) throw new Error(`No rule says how "${operation.name}" ends with "${fault.name}".`);
  if (rule.end !== NOT_FLAT) return { end: rule.end };
  const code = rule.code ?? (fault.why && CODE_OF[fault.why]);
  return { end: rule.end, ...(code === undefined ? {} : { code }) };
}

const fits = ({ known, why, names, executed }: Rule, fault: FaultKind): boolean =>
  (known === undefined || known.includes(fault.known)) &&
  (why === undefined || (fault.why !== undefined && why.includes(fault.why))) &&
  (names === undefined || names.includes(fault.name)) &&
  (executed === undefined || executed === fault.executed);

/** The reason that an operator reads. */
export const CODE_OF: Readonly<Record<Reason, ErrorCode>> = {
  'not-sent': 'TIMEOUT',
  unreachable: 'EXCHANGE_UNREACHABLE',
  'no-answer': 'EXCHANGE_SILENT',
  'stale-connection': 'EXCHANGE_SILENT',
  'bad-reply': 'REPLY_INVALID',
  'server-error': 'EXCHANGE_ERROR',
  'weight-limit': 'RATE_LIMITED',
  'order-limit': 'RATE_LIMITED',
  overloaded: 'EXCHANGE_OVERLOADED',
  key: 'KEY_REFUSED',
  location: 'LOCATION_BLOCKED',
  firewall: 'FIREWALL_BLOCKED',
  'ip-ban': 'IP_BANNED',
  'account-blocked': 'ACCOUNT_BLOCKED',
  clock: 'CLOCK_REFUSED',
  window: 'EXCHANGE_OVERLOADED',
  'no-such-path': 'PATH_REFUSED',
  'nothing-there': 'CANCEL_REFUSED',
  'already-sent': 'CLOSE_REFUSED',
  'reduce-only-rejected': 'REDUCE_ONLY_REFUSED',
  'too-large': 'CLOSE_REFUSED',
  'too-small': 'DUST',
  'too-many-digits': 'CLOSE_REFUSED',
  'thin-book': 'THIN_BOOK',
  'mode-mismatch': 'CLOSE_REFUSED',
  'not-trading': 'NOT_CLOSABLE',
  'symbol-restricted': 'SYMBOL_RESTRICTED',
  triggering: 'CANCEL_REFUSED',
  'too-many-open': 'CLOSE_REFUSED',
  rejected: 'CLOSE_REFUSED',
  'our-bug': 'CLOSE_REFUSED',
  unexpected: 'UNFORESEEN',
};
