/** What callers read of a run: state, headline, what is left and what still protects it. */

import { describe, expect, it } from 'vitest';
import type { ConditionalOrder, Position, Scope } from '../../lambda/core/model.ts';
import { answerOf, headlineOf, refusal, remainingOf, stateOf } from '../../lambda/core/verdict.ts';
import { isWholeAnswer } from '../../lambda/core/whole-answer.ts';

const AT = Date.UTC(2026, 10, 21, 3, 12, 8, 500);
const all: Scope = { closePositions: true, cancelOrders: true, symbols: undefined };
const ordersOnly: Scope = { ...all, closePositions: false };

it.each<[string, boolean, { positions: number; orders: number }, Scope, string]>([
  ['flat', true, { positions: 0, orders: 0 }, all, 'completed'],
  ['one position closed', false, { positions: 1, orders: 0 }, all, 'partial'],
  ['only orders cancelled', false, { positions: 0, orders: 3 }, all, 'failed'],
  ['only orders cancelled, as asked', false, { positions: 0, orders: 3 }, ordersOnly, 'partial'],
  ['nothing cancelled, as asked', false, { positions: 3, orders: 0 }, ordersOnly, 'failed'],
])('%s', (_what, flat, done, scope, state) => {
  expect(stateOf(flat, done, scope)).toBe(state);
});

it.each<[Parameters<typeof headlineOf>[0], Scope, number | undefined, string]>([
  ['completed', all, undefined, 'FLAT'],
  ['completed', { ...all, symbols: ['BTCUSDT', 'ETHUSDT'] }, undefined, 'FLAT (ONLY BTCUSDT, ETHUSDT)'],
  ['completed', { ...all, cancelOrders: false }, undefined, 'FLAT, ORDERS LEFT BY CONFIGURATION'],
  ['completed', ordersOnly, undefined, 'ORDERS CANCELLED, POSITIONS LEFT BY CONFIGURATION'],
  ['skipped', all, AT, 'SKIPPED BY CONFIGURATION'],
  ['partial', all, AT, 'NOT FLAT, RETRYING UNTIL 03:12:08'],
  ['failed', all, undefined, 'NOT FLAT, CHECK BY HAND'],
])('%s is headed', (state, scope, retryUntilMs, headline) => {
  expect(headlineOf(state, scope, retryUntilMs)).toBe(headline);
});

describe('what is left', () => {
  const position: Position = {
    ...{ symbol: 'BTCUSDT', positionSide: 'LONG', amount: '0.5', entryPrice: '1', markPrice: '1', notional: '32500' },
    ...{ unrealizedPnl: '0', marginAsset: 'USDT', updatedAtMs: AT },
  };
  const stop: ConditionalOrder = {
    ...{ symbol: 'BTCUSDT', algoId: '1', clientAlgoId: 'c', side: 'SELL', positionSide: 'LONG', type: 'STOP_MARKET' },
    ...{ quantity: '0.5', triggerPrice: '1', reduceOnly: false, closePosition: false },
  };
  const left = (conditionals: readonly ConditionalOrder[]) =>
    remainingOf({ verified: true, positions: [position], orders: 2, conditionals });

  it.each<[string, readonly ConditionalOrder[], number]>([
    ['two of its own', [stop, { ...stop, algoId: '2' }], 2],
    ['one of another symbol', [{ ...stop, symbol: 'ETHUSDT' }], 0],
    ['one of its other side', [{ ...stop, positionSide: 'SHORT', side: 'BUY' }], 0],
    ['one that would open more', [{ ...stop, side: 'BUY' }], 0],
  ])('is protected by %s', (_what, conditionals, protective_orders) => {
    expect(left(conditionals)).toEqual({
      verified: true,
      positions: [{ symbol: 'BTCUSDT', position_side: 'LONG', amount: '0.5', notional: '32500', protective_orders }],
      orders: 2,
    });
  });
});

it('a refusal is a whole answer in which nothing was done', () => {
  const asked = { correlationId: null, botId: null, trigger: null, dryRun: false, startedAtMs: AT };
  const error = { code: 'EVENT_REFUSED', message: 'm', heading: 'h' };
  const answer = refusal(asked, AT + 1_234.25, [error]);
  expect(answer).toEqual({
    ...{ headline: 'REFUSED, NOTHING DONE', state: 'failed', success: false, errors: [error], warnings: [] },
    ...{ correlation_id: null, bot_id: null, trigger: null, positions_closed: 0, positions_failed: 0 },
    ...{ orders_cancelled: 0, total_realized_pnl: '0', pnl_is_estimate: false, commissions: {}, rounds: 0, attempt: 0 },
    ...{ duration_seconds: 1.234, replayed: false, dry_run: false, started_at: '2026-11-21T03:12:08.500000Z' },
    ...{ finished_at: '2026-11-21T03:12:09.734250Z', remaining: { verified: false, positions: [], orders: 0 } },
  });
  expect(isWholeAnswer(answer)).toBe(true);
  expect(Object.keys(answerOf(asked, AT, { headline: 'x', state: 'failed' })).slice(0, 2)).toEqual([
    'headline',
    'state',
  ]);
});
