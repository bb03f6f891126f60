/**
 * How each cell of the matrix has to end, declared from the promises and not from what was observed: rules per
 * operation, the first that fits counts. A cell that ends otherwise fails.
 */

import type { Certainty, Reason, Subject } from '../../lambda/core/exchange/failure.ts';
import type { ErrorCode } from '../../lambda/core/invocation/error-codes.ts';
import type { Moment } from './cell.ts';
import type { FaultKind } from './fault-kinds.ts';
import type { End } from './judge.ts';
import type { Operation, OperationName } from './operations.ts';

export interface Expectation {
  readonly end: End;
  /** First error of the last answer, one of these; only where it is not flat. */
  readonly code?: readonly ErrorCode[];
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
  readonly code?: readonly ErrorCode[];
}

const FLAT = 'FLAT';
const HANDED_OVER = 'FLAT after hand-over';
const NOT_FLAT = 'NOT FLAT, CHECK BY HAND';

/** A limit without a requested wait is over with the minute at the latest; no caller waits for that. */
export const LIMIT_WITHOUT_END = ['429 without Retry-After', '-1003'];
/** A limit on orders in the answer to a request that is not an order applies to the address. */
const ORDER_LIMITS = ['429, -1015', '-1015'];
export const LIMITS_TO_THE_MINUTE = [...LIMIT_WITHOUT_END, ...ORDER_LIMITS];
/** Longer than an attempt of five seconds, shorter than one of twenty. */
export const OUTLASTS_A_CALL = ['arrives after we gave up', 'answer after we gave up'];
/** Receipts of orders and cancels need no field: such an answer counts as a yes until a read says otherwise. */
const OF_ANOTHER_SHAPE = ['JSON of another shape, not executed', 'JSON of another shape, executed'];

/** What holds unless the operation's own rules say otherwise. */
const EVERYWHERE: readonly Rule[] = [
  // A requested wait of less than a minute is waited for by the function itself.
  { at: 'once', why: ['ip-ban'], end: HANDED_OVER },
  { at: 'once', names: LIMITS_TO_THE_MINUTE, end: HANDED_OVER },
  { at: 'once', end: FLAT },
  { at: 'every time', known: [undefined], end: FLAT },
  // One request follows each requested wait, and each wait is longer: no ban.
  { at: 'every time', names: ['429 with Retry-After'], end: NOT_FLAT, code: ['RATE_LIMITED'] },
  { at: 'every time', end: NOT_FLAT },
];

/** An account that cannot be read is never called flat. */
const LISTS: readonly Rule[] = [{ at: 'every time', names: OUTLASTS_A_CALL, end: HANDED_OVER }];
/** Read three times, one after the other. */
const READ_FOR_EACH_STEP: readonly Rule[] = [{ at: 'every time', names: ['slow by 1.9 s'], end: HANDED_OVER }];

/** The next read shows what was executed, whatever the answer was. */
const CARRIED_OUT: readonly Rule[] = [
  { at: 'every time', names: ['arrives after we gave up'], end: HANDED_OVER },
  { at: 'every time', executed: true, end: FLAT },
];
/** After a refusal, or a cancel without effect by the next list, each order is cancelled by its ID. */
const BY_ID: readonly Rule[] = [
  { at: 'every time', names: OF_ANOTHER_SHAPE, end: FLAT },
  { at: 'every time', known: ['refused'], about: ['path', 'request', 'target', 'symbol'], end: FLAT },
];
const OWN_RULES: Readonly<Partial<Record<OperationName, readonly Rule[]>>> = {
  positions: [
    { at: 'every time', names: [...LIMITS_TO_THE_MINUTE, '429 with Retry-After'], end: NOT_FLAT },
    { at: 'every time', why: ['ip-ban', 'unreachable', 'clock'], end: NOT_FLAT },
    // The endpoint of the version before serves, also where the newer one is silent or slow.
    { at: 'every time', end: FLAT },
  ],
  'open orders': [...LISTS, ...READ_FOR_EACH_STEP],
  'open conditional orders': LISTS,
  'cancel all orders of a symbol': [...CARRIED_OUT, ...BY_ID],
  'cancel all conditional orders of a symbol': [...CARRIED_OUT, ...BY_ID],
  // Once the position is gone, all of the symbol are cancelled by one request: none depends on this one.
  'cancel one conditional order': [
    { at: 'every time', why: ['ip-ban'], end: HANDED_OVER },
    { at: 'every time', names: LIMITS_TO_THE_MINUTE, end: HANDED_OVER },
    { at: 'every time', end: FLAT },
  ],
  'close order': [
    // A limit on orders without a requested wait counts for ten seconds, and then to the end of the minute.
    { at: 'once', names: ['-1015'], end: FLAT },
    // The position is left for this attempt; the next one tries it again.
    { at: 'once', why: ['symbol-restricted'], end: HANDED_OVER },
    { at: 'every time', names: ['arrives after we gave up'], end: HANDED_OVER },
    { at: 'every time', executed: true, end: FLAT },
    { at: 'every time', names: OF_ANOTHER_SHAPE, end: NOT_FLAT, code: ['EXCHANGE_SILENT'] },
  ],
  // The account is flat by then, and the profit is estimated.
  'trades of an order': [
    { at: 'once', end: FLAT },
    { at: 'every time', end: FLAT },
  ],
  // Read once to learn from a refusal; without them the close is tried as before.
  'exchange rules': [
    { at: 'every time', why: ['ip-ban'], end: HANDED_OVER },
    // One that requests a second delays everything for that second; after it only the rules wait for longer.
    { at: 'every time', names: LIMITS_TO_THE_MINUTE, end: HANDED_OVER },
    { at: 'every time', end: FLAT },
  ],
  // Without it our clock stays wrong, and the exchange refuses every request.
  'server time': [
    { at: 'once', why: ['ip-ban'], end: HANDED_OVER },
    { at: 'once', names: LIMITS_TO_THE_MINUTE, end: HANDED_OVER },
    { at: 'once', end: FLAT },
    { at: 'every time', known: [undefined], end: FLAT },
    // The clock is set, whichever direction is slow.
    { at: 'every time', names: OUTLASTS_A_CALL, end: HANDED_OVER },
    { at: 'every time', why: ['ip-ban'], end: NOT_FLAT },
    // All others may be sent again after the requested second, and are refused for the clock.
    { at: 'every time', names: ['429 with Retry-After'], end: NOT_FLAT, code: ['CLOCK_REFUSED'] },
    { at: 'every time', why: ['weight-limit', 'order-limit'], end: NOT_FLAT, code: ['RATE_LIMITED'] },
    { at: 'every time', end: NOT_FLAT, code: ['CLOCK_REFUSED'] },
  ],
};

/** Whether the adapter reads the faulty answer as a success. */
export const passesAsYes = ({ does }: Operation, { name }: FaultKind): boolean =>
  does !== 'read' && OF_ANOTHER_SHAPE.includes(name);

export function expected(operation: Operation, fault: FaultKind, moment: Moment): Expectation {
  const at = moment === 'every' ? 'every time' : 'once';
  const rules = [...(OWN_RULES[operation.name] ?? []), ...EVERYWHERE];
  const rule = rules.find(one => one.at === at && fits(one, fault));
  if (rule === undefined) throw new Error(`No rule says how "${operation.name}" ends with "${fault.name}".`);
  if (rule.end !== NOT_FLAT) return { end: rule.end };
  const code = rule.code ?? (fault.why && [CODE_OF[fault.why]]);
  return { end: rule.end, ...(code === undefined ? {} : { code }) };
}

const fits = ({ known, about, why, names, executed }: Rule, fault: FaultKind): boolean =>
  (about === undefined || about.includes(fault.about)) &&
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
  'price-band': 'THIN_BOOK',
  'mode-mismatch': 'CLOSE_REFUSED',
  'not-trading': 'NOT_CLOSABLE',
  'symbol-restricted': 'SYMBOL_RESTRICTED',
  triggering: 'CANCEL_REFUSED',
  'too-many-open': 'CLOSE_REFUSED',
  rejected: 'CLOSE_REFUSED',
  'our-bug': 'CLOSE_REFUSED',
  unexpected: 'UNFORESEEN',
};
