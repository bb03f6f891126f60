/**
 * An answer as it comes back out of the table. We wrote it ourselves, and yet a hand in the console may have been at it:
 * what a later attempt counts on, and what a replay gives out, must be there and of its kind.
 */

import { type Answer, STATES } from '../contract.ts';

/** Undefined for a text that is no whole answer. Never throws. */
export function readStoredAnswer(text: string): Answer | undefined {
  const answer = parsed(text);
  return isObject(answer) && isWhole(answer) ? (answer as unknown as Answer) : undefined;
}

type Fields = Readonly<Record<string, unknown>>;

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isWhole(answer: Fields): boolean {
  const { commissions, remaining, state } = answer;
  return (
    TEXTS.every(name => typeof answer[name] === 'string') &&
    COUNTS.every(name => isCount(answer[name])) &&
    LISTS.every(name => isListOf(answer[name], ERROR_TEXTS)) &&
    STATES.some(known => known === state) &&
    isDecimal(answer.total_realized_pnl) &&
    isObject(commissions) &&
    Object.values(commissions).every(isDecimal) &&
    isObject(remaining) &&
    isCount(remaining.orders) &&
    isListOf(remaining.positions, POSITION_TEXTS)
  );
}

const TEXTS = ['headline', 'started_at', 'finished_at'];
const COUNTS = ['positions_closed', 'positions_failed', 'orders_cancelled', 'rounds', 'attempt'];
const LISTS = ['errors', 'warnings'];
const ERROR_TEXTS = ['code', 'message', 'heading'];
const POSITION_TEXTS = ['symbol', 'position_side', 'amount', 'notional'];

const isObject = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && Number(value) >= 0;

const isListOf = (value: unknown, texts: readonly string[]): boolean =>
  Array.isArray(value) && value.every(row => isObject(row) && texts.every(name => typeof row[name] === 'string'));

const isDecimal = (value: unknown): boolean => typeof value === 'string' && /^-?\d{1,40}(?:\.\d{1,40})?$/.test(value);
