/**
 * Whether what came over a seam is an answer: out of the table, where a hand in the console may have been at it, or from
 * the liquidator, which may be of another version or may have been cut short. What others count on must be there and of
 * its kind; whoever shows it then need not ask.
 */

import { type Answer, type PreflightAnswer, STATES } from '../../contract.ts';

/** Of a liquidation, a dry run or a refusal. */
export function isWholeAnswer(value: unknown): value is Answer {
  return hasAll(value, ANSWER);
}

export function isWholePreflight(value: unknown): value is PreflightAnswer {
  return hasAll(value, PREFLIGHT);
}

type Check = (value: unknown) => boolean;
type Shape = Readonly<Record<string, Check>>;

const isText: Check = value => typeof value === 'string';
const isFlag: Check = value => typeof value === 'boolean';
const isCount: Check = value => Number.isSafeInteger(value) && (value as number) >= 0;
const isDecimal: Check = value => typeof value === 'string' && /^-?\d{1,40}(?:\.\d{1,40})?$/.test(value);
const oneOf =
  (...known: readonly unknown[]): Check =>
  value =>
    known.includes(value);
const orAbsent =
  (check: Check): Check =>
  value =>
    value === undefined || check(value);
const orNull =
  (check: Check): Check =>
  value =>
    value === null || check(value);
const listOf =
  (shape: Shape): Check =>
  value =>
    Array.isArray(value) && value.every(row => hasAll(row, shape));

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const hasAll = (value: unknown, shape: Shape): boolean =>
  isObject(value) && Object.entries(shape).every(([name, check]) => check(value[name]));

const TROUBLE: Shape = { code: isText, message: isText, heading: isText, symbol: orAbsent(isText) };

const PLANNED: Shape = {
  ...{ symbol: isText, notional: isText, not_closable: orAbsent(isText) },
  ...{ cancel_orders: isCount, cancel_conditional_entries: isCount, cancel_protective_after_close: isCount },
  closes: listOf({ side: isText, position_side: isText, quantity: isText }),
};

const LEFT: Shape = {
  ...{ symbol: isText, position_side: isText, amount: isText, notional: isText },
  protective_orders: orNull(isCount),
};

const REMAINING: Shape = { verified: isFlag, orders: isCount, positions: listOf(LEFT) };

const ANSWER: Shape = {
  ...{ headline: isText, started_at: isText, finished_at: isText },
  ...{ correlation_id: orNull(isText), bot_id: orNull(isText), trigger: orNull(isText) },
  ...{ positions_closed: isCount, positions_failed: isCount, orders_cancelled: isCount },
  ...{ rounds: isCount, attempt: isCount, duration_seconds: Number.isFinite },
  flat_after_seconds: orAbsent(Number.isFinite),
  state: oneOf(...STATES),
  total_realized_pnl: orNull(isDecimal),
  realized_pnl: orAbsent(value => isObject(value) && Object.values(value).every(isDecimal)),
  commissions: value => isObject(value) && Object.values(value).every(isDecimal),
  ...{ errors: listOf(TROUBLE), warnings: listOf(TROUBLE) },
  remaining: value => hasAll(value, REMAINING),
  plan: orAbsent(listOf(PLANNED)),
};

const PREFLIGHT: Shape = {
  ...{ headline: oneOf('READY', 'READY, WITH WARNINGS', 'NOT READY'), ready: isFlag },
  ...{ correlation_id: isText, bot_id: isText, duration_seconds: Number.isFinite },
  checks: listOf({
    ...{ name: isText, detail: isText, heading: orAbsent(isText), duration_ms: Number.isFinite },
    status: oneOf('ok', 'warning', 'failed', 'skipped'),
  }),
  plan: listOf(PLANNED),
};
