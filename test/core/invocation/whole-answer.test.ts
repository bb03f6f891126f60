/** Which JSON is an answer of ours, field by field: everything else is said to be none. */

import { describe, expect, it } from 'vitest';
import { isWholeAnswer, isWholePreflight } from '../../../lambda/core/invocation/call-outcome.ts';

const ERROR = { code: 'c', message: 'm', heading: 'h' };
const LEFT = { symbol: 'BTCUSDT', position_side: 'BOTH', amount: '1', notional: '2', protective_orders: 0 };
const PLANNED = {
  ...{ symbol: 'BTCUSDT', notional: '2', cancel_orders: 0, cancel_conditional_entries: 0 },
  ...{ cancel_protective_after_close: 0, closes: [{ side: 'SELL', position_side: 'BOTH', quantity: '1' }] },
};
const ANSWER = {
  ...{ headline: 'FLAT', state: 'completed', correlation_id: 'x', bot_id: 'alpha', trigger: 'manual' },
  ...{ positions_closed: 1, positions_failed: 0, orders_cancelled: 0, rounds: 2, attempt: 1, duration_seconds: 0.5 },
  ...{ total_realized_pnl: '-1.5', commissions: { USDT: '0.1' }, errors: [ERROR], warnings: [ERROR] },
  ...{
    remaining: { verified: true, positions: [LEFT], orders: 0 },
    started_at: 'a',
    finished_at: 'b',
    plan: [PLANNED],
  },
};
const PREFLIGHT = {
  ...{ headline: 'READY', ready: true, correlation_id: 'x', bot_id: 'alpha', duration_seconds: 0.5, plan: [PLANNED] },
  checks: [{ name: 'secret', status: 'ok', detail: 'd', duration_ms: 1.5, heading: 'h' }],
};
const without = (whole: object, name: string): object =>
  Object.fromEntries(Object.entries(whole).filter(([key]) => key !== name));

describe('an answer', () => {
  it('is one, with and without a plan, known or unknown', () => {
    expect(isWholeAnswer(ANSWER)).toBe(true);
    expect(isWholeAnswer(without(ANSWER, 'plan'))).toBe(true);
    expect(isWholeAnswer({ ...ANSWER, correlation_id: null, bot_id: null, trigger: null })).toBe(true);
    expect(isWholeAnswer({ ...ANSWER, errors: [{ ...ERROR, symbol: 'BTCUSDT' }] })).toBe(true);
    expect(isWholeAnswer({ ...ANSWER, plan: [{ ...PLANNED, not_closable: 'why' }] })).toBe(true);
  });

  it.each(Object.keys(without(ANSWER, 'plan')))('is invalid without %s', name => {
    expect(isWholeAnswer(without(ANSWER, name))).toBe(false);
  });

  it.each<[string, object]>([
    ['a state nobody knows', { state: 'finished' }],
    ['half a position', { positions_closed: 0.5 }],
    ['fewer rounds than none', { rounds: -1 }],
    ['an endless duration', { duration_seconds: Number.POSITIVE_INFINITY }],
    ['a profit that is a number', { total_realized_pnl: 1.5 }],
    ['a profit in powers of ten', { total_realized_pnl: '1e5' }],
    ['a profit with a text around it', { total_realized_pnl: 'x1.5x' }],
    ['a commission that is none', { commissions: { USDT: 'free' } }],
    ['commissions in a list', { commissions: ['0.1'] }],
    ['errors that are no list', { errors: 'none' }],
    ['an error that is no object', { errors: ['x'] }],
    ['an error without a heading', { errors: [{ code: 'c', message: 'm' }] }],
    ['an error of a symbol that is none', { errors: [{ ...ERROR, symbol: 1 }] }],
    ['a warning without a code', { warnings: [{ message: 'm', heading: 'h' }] }],
    ['nothing known of what remains', { remaining: null }],
    ['what remains perhaps verified', { remaining: { ...ANSWER.remaining, verified: 'yes' } }],
    ['what remains without a count', { remaining: { verified: true, positions: [] } }],
    ['a position left without an amount', { remaining: { ...ANSWER.remaining, positions: [without(LEFT, 'amount')] } }],
    [
      'a position left without its stops',
      { remaining: { ...ANSWER.remaining, positions: [without(LEFT, 'protective_orders')] } },
    ],
    ['a plan that is no list', { plan: null }],
    ['a plan without closes', { plan: [without(PLANNED, 'closes')] }],
    [
      'a plan with a close without a quantity',
      { plan: [{ ...PLANNED, closes: [{ side: 'SELL', position_side: 'BOTH' }] }] },
    ],
    ['a plan that cannot be closed for no reason', { plan: [{ ...PLANNED, not_closable: true }] }],
    ['a plan without its count of orders', { plan: [without(PLANNED, 'cancel_orders')] }],
  ])('is invalid with %s', (_what, changes) => {
    expect(isWholeAnswer({ ...ANSWER, ...changes })).toBe(false);
  });

  it.each([undefined, null, 'FLAT', 7, [], [ANSWER]])('is not %j', value => {
    expect([isWholeAnswer(value), isWholePreflight(value)]).toEqual([false, false]);
  });
});

describe('a preflight', () => {
  it('is one, and no answer', () => {
    expect([isWholePreflight(PREFLIGHT), isWholeAnswer(PREFLIGHT)]).toEqual([true, false]);
    expect(isWholePreflight({ ...PREFLIGHT, checks: [without(PREFLIGHT.checks[0] ?? {}, 'heading')] })).toBe(true);
  });

  it.each(Object.keys(PREFLIGHT))('is invalid without %s', name => {
    expect(isWholePreflight(without(PREFLIGHT, name))).toBe(false);
  });

  it.each(['READY', 'READY, WITH WARNINGS', 'NOT READY'])('may be headed %s', headline => {
    expect(isWholePreflight({ ...PREFLIGHT, headline })).toBe(true);
  });

  it.each(['ok', 'warning', 'failed', 'skipped'])('may have a check that is %s', status => {
    expect(isWholePreflight({ ...PREFLIGHT, checks: [{ ...PREFLIGHT.checks[0], status }] })).toBe(true);
  });

  it.each<[string, object]>([
    ['another headline', { headline: 'FLAT' }],
    ['a check of a status nobody knows', { checks: [{ ...PREFLIGHT.checks[0], status: 'constructor' }] }],
    ['a check without a detail', { checks: [without(PREFLIGHT.checks[0] ?? {}, 'detail')] }],
    ['a check without its time', { checks: [without(PREFLIGHT.checks[0] ?? {}, 'duration_ms')] }],
    ['a check without a name', { checks: [without(PREFLIGHT.checks[0] ?? {}, 'name')] }],
    ['a check with a heading that is none', { checks: [{ ...PREFLIGHT.checks[0], heading: 1 }] }],
  ])('is invalid with %s', (_what, changes) => {
    expect(isWholePreflight({ ...PREFLIGHT, ...changes })).toBe(false);
  });
});
