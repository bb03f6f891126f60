/**
 * The checks that several scenarios share. Each asks the exchange (its truth, its journal) or the tables; where an
 * answer of the function is read, it is compared with them.
 */

import Big from 'big.js';
import { type AuditEventType, FINAL_EVENT_TYPES, type FinalState, HEADLINES } from '../../lambda/contract.ts';
import type { JournalEntry } from '../engine/journal.ts';
import { checkAnswer, checkThat } from './checks.ts';
import type { Evidence, IncidentEvidence } from './evidence.ts';
import type { Check } from './scenario.ts';

export const nothingLeft = checkThat('the exchange shows no position and no order of any kind', ({ after }) => [
  ...after.positions.map(row => `${row.symbol} ${row.positionSide} still has ${row.amount}`),
  ...after.orders.map(row => `${row.symbol}: order ${row.orderId} still rests`),
  ...after.conditionals.map(row => `${row.symbol}: ${row.type} ${row.algoId} still waits`),
]);

/** `times`: how often the scenario opened each position. */
export const closedInFull = (times = 1): Check =>
  checkThat('each position was closed by the opposite side with exactly its quantity', ({ before, after }) =>
    before.positions.flatMap(({ symbol, positionSide, amount }) => {
      const side = amount.startsWith('-') ? 'BUY' : 'SELL';
      const fills = after.fills.filter(fill => fill.symbol === symbol && fill.positionSide === positionSide);
      const wrong = fills.filter(fill => fill.side !== side);
      const closed = fills.reduce((sum, fill) => sum.plus(fill.quantity), new Big(0));
      const held = new Big(amount).abs().times(times);
      return [
        ...wrong.map(fill => `${symbol} ${positionSide}: ${fill.side} ${fill.quantity} is the wrong side`),
        closed.eq(held) || `${symbol} ${positionSide}: ${closed.toFixed()} of ${held.toFixed()} was traded`,
      ];
    }),
  );

export const onlyReduced = checkThat(
  'nothing was opened, enlarged or flipped: the exchange checked every fill',
  ({ violations }) => violations,
);

/** One-way: by the flag. Hedge: the flag must not be sent (-1106), the position side does the same. */
export const couldOnlyReduce = checkThat(
  'every order could only reduce a position, by its parameters',
  ({ journal, stage }) => {
    const orders = ordersIn(journal);
    const wrong = orders.filter(({ params }) => (stage.hedge ? !closesBySide(params) : params.reduceOnly !== 'true'));
    return wrong.map(({ seq, params }) => `request ${seq}: ${params.side} ${params.symbol} was not marked so`);
  },
);

const closesBySide = ({ side, positionSide, reduceOnly }: JournalEntry['params']): boolean =>
  reduceOnly === undefined &&
  ((positionSide === 'LONG' && side === 'SELL') || (positionSide === 'SHORT' && side === 'BUY'));

export const noLimitHit = checkThat('no request exceeded a rate limit (429, 418)', ({ journal }) =>
  journal
    .filter(({ status }) => status === 429 || status === 418)
    .map(({ seq, path, status }) => `request ${seq}: ${path} was answered ${status}`),
);

export const noRequests = checkThat('no request reached the exchange', ({ journal }) =>
  journal.map(({ seq, method, path }) => `request ${seq}: ${method} ${path}`),
);

export const untouched = checkThat('positions and orders are exactly as they were', ({ before, after }) => [
  JSON.stringify({ ...before, fills: [] }) === JSON.stringify({ ...after, fills: [] }) ||
    'the account before and the account after differ',
]);

/**
 * The answer of a call, compared with the exchange. Stops with closePosition end with their position, so they may or may
 * not have been there to be cancelled.
 */
export const answeredFlat = (call: string, headline: string = HEADLINES.flat): Check =>
  checkAnswer(
    call,
    `the answer agrees: completed, ${headline}, and its counts are the exchange’s`,
    (answer, { before }) => {
      const orders = before.orders.length + before.conditionals.length;
      const least = orders - before.conditionals.filter(row => row.closePosition).length;
      const cancelled = answer.orders_cancelled;
      return [
        ['state', answer.state, 'completed'],
        ['headline', answer.headline, headline],
        ['positions_closed', answer.positions_closed, before.positions.length],
        ['positions_failed', answer.positions_failed, 0],
        ['remaining.verified', answer.remaining.verified, true],
        (cancelled >= least && cancelled <= orders) || `orders_cancelled is ${cancelled}, not ${least} to ${orders}`,
      ];
    },
  );

export const answeredState = (call: string, states: readonly FinalState[]): Check =>
  checkAnswer(call, `the answer says ${states.join(' or ')}`, ({ state, headline }) => [
    states.some(one => one === state) || `it says ${state}: ${headline}`,
  ]);

export const oneCorrelationId = checkThat(
  'answer, record and audit log have the same correlation ID',
  ({ incidents, calls }) => {
    const ids = new Set([
      ...calls.map(({ answer, correlationId }) => answer?.correlation_id ?? correlationId),
      ...incidents.flatMap(({ auditLog, correlationId }) => [
        correlationId,
        ...auditLog.map(item => item.correlation_id),
      ]),
    ]);
    return [ids.size === 1 || `there are ${ids.size}: ${[...ids].join(', ')}`];
  },
);

/**
 * Where this machine is so busy that its DynamoDB answers too late, the functions do as they should: they liquidate without
 * a lock and without an audit log. Not for scenarios that set such faults themselves.
 */
export const whereTablesAnswered = (check: Check): Check => ({
  ...check,
  excuse: ({ logs, calls }) => {
    const logged = logs.filter(line => UNANSWERED.test(JSON.stringify(line.fields) + line.message)).length;
    const warned = calls
      .flatMap(({ answer }) => answer?.warnings ?? [])
      .filter(({ code }) => LATE_TABLES.has(code)).length;
    if (logged + warned === 0) return undefined;
    return `this machine was so busy that its DynamoDB did not answer in time (${logged + warned} complaints of the functions)`;
  },
});

/** In log lines of the stores. */
const UNANSWERED = /The table \w+ (did not|could not) /;
/** Warnings of answers. What was too late may have been stored in the end. */
const LATE_TABLES: ReadonlySet<string> = new Set(['AUDIT_INCOMPLETE', 'LOCK_UNAVAILABLE', 'RESULT_NOT_STORED']);

/** Each attempt must end with `type`. One that died ends with none, and has no seal. */
export const oneFinalEvent = (type: FinalEventType): Check =>
  whereTablesAnswered(
    checkThat(`the audit log ends with exactly one final event: ${type}`, ({ incidents }) =>
      incidents.filter(isLiquidation).flatMap(({ auditLog, chain }) => {
        const ended = chain.segments.filter(
          ({ kind, items }) => kind !== 'unsealed' && !(kind === 'intact' && items === 0),
        );
        const inCharge = ended.filter(({ writer }) => isAttempt(writer));
        const writers = ended.filter(({ writer }) => !isWatchdog(writer)).map(({ writer }) => writer);
        return [
          inCharge.length === 1 || `${inCharge.length} writers came to an end, not one`,
          ...writers.map(writer => {
            const wanted = isDuplicate(writer) ? 'liquidation_duplicate' : type;
            const finals = auditLog.filter(item => item.writer === writer && isFinal(item.event_type));
            const found = finals.map(item => item.event_type).join(', ') || 'none';
            return found === wanted || `${writer} ends with ${found}, not with ${wanted}`;
          }),
        ];
      }),
    ),
  );

/** Names of writers: see the audit chain of the audit log. */
const isDuplicate = (writer: string): boolean => writer.startsWith('d-');
const isWatchdog = (writer: string): boolean => writer.startsWith('w-');
const isAttempt = (writer: string): boolean => !isDuplicate(writer) && !isWatchdog(writer);

/** Not a warning that led to nothing. */
const isLiquidation = ({ attempts, chain }: IncidentEvidence): boolean =>
  attempts > 0 || chain.segments.length === 0 || chain.segments.some(({ writer }) => !isWatchdog(writer));

type FinalEventType = (typeof FINAL_EVENT_TYPES)[number];

const isFinal = (type: string): boolean => FINAL_EVENT_TYPES.some(final => final === type);

/** Every writer lived to seal its part: changed, removed and cut-off records would all be found. */
const chainProven = whereTablesAnswered(
  checkThat('the hash chain of the audit log verifies up to its seal', ({ incidents }) =>
    incidents.flatMap(incident => (incident.chain.sealed ? [] : problemsOf(incident))),
  ),
);

const problemsOf = ({ correlationId, chain }: IncidentEvidence): readonly string[] => {
  const sentences = chain.segments.filter(({ kind }) => kind !== 'intact').map(({ sentence }) => sentence);
  return sentences.length > 0 ? sentences : [`${correlationId} has no audit log`];
};

export const auditLogHas = (
  type: AuditEventType,
  times: number | 'some' | ((evidence: Evidence) => number),
  sentence: string,
): Check =>
  whereTablesAnswered(
    checkThat(sentence, evidence => {
      const found = evidence.incidents.flatMap(({ auditLog }) =>
        auditLog.filter(item => item.event_type === type),
      ).length;
      const asked = typeof times === 'function' ? times(evidence) : times;
      const wanted = asked === 'some' ? Math.max(1, found) : asked;
      return [found === wanted || `${type}: ${found} instead of ${wanted}`];
    }),
  );

export const trippedOnce = auditLogHas('bot_dead', 1, 'the audit log has the trip, once');

export const saidCritical = (pattern: RegExp, sentence: string): Check =>
  checkThat(sentence, ({ logs }) => [
    logs.some(line => line.level === 'CRITICAL' && pattern.test(line.message)) ||
      'no such line of level CRITICAL was written',
  ]);

export const nothingLeaked = checkThat(
  'no key, secret or signature in any log line, answer or record',
  ({ leaks }) => leaks,
);

export const ORDER_PATH = '/fapi/v1/order';

/** New orders only. */
export const ordersIn = (journal: readonly JournalEntry[]): readonly JournalEntry[] =>
  journal.filter(({ method, path }) => method === 'POST' && ANY_ORDER_PATH.test(path));

const ANY_ORDER_PATH = /^\/(?:[fd]api\/v1|papi\/v1\/[uc]m)\/order$/;

/** Each position was closed in full (`times`: so often), by orders that could only reduce, within the limits. */
export const flatByReducing = (times = 1): readonly Check[] => [
  nothingLeft,
  closedInFull(times),
  onlyReduced,
  couldOnlyReduce,
  noLimitHit,
];

/** The audit log is whole, and no secret left the functions. */
export const proven: readonly Check[] = [chainProven, nothingLeaked];

export const completedAndProven: readonly Check[] = [oneFinalEvent('liquidation_completed'), ...proven];
