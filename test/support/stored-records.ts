/** Claims, conclusions and answers as the stores hold them, with the fields that a test does not care about filled in. */

import type { Answer, FinalState, Remaining } from '../../lambda/contract.ts';
import type { Claim, Conclusion } from '../../lambda/ports.ts';

/** When the claims of these records are made. */
export const T0 = Date.UTC(2026, 10, 21, 12, 0, 0);
export const LEASE_MS = 20_000;

/** Takes no completed run again, unless `retakeCompletedBeforeMs` allows it. */
export const claimOf = (correlationId: string, overrides: Partial<Claim> = {}): Claim => ({
  correlationId,
  botId: 'default',
  trigger: 'shutdown',
  symbols: undefined,
  holder: 'holder-1',
  nowMs: T0,
  leaseUntilMs: T0 + LEASE_MS,
  retakeCompletedBeforeMs: 0,
  ...overrides,
});

/** What the last read showed; nothing is left unless `rest` says so. */
export const remainingOf = (rest: Partial<Remaining> = {}): Remaining => ({
  verified: true,
  seen_at: '2026-11-21T12:00:00.400Z',
  positions: [],
  orders: 0,
  ...rest,
});

export const answerOf = (correlationId: string, state: FinalState = 'completed'): Answer => ({
  headline: state === 'completed' ? 'FLAT' : 'NOT FLAT, CHECK BY HAND',
  state,
  success: state === 'completed',
  correlation_id: correlationId,
  bot_id: 'default',
  trigger: 'shutdown',
  positions_closed: 2,
  positions_failed: 0,
  orders_cancelled: 3,
  total_realized_pnl: '-12.34000000',
  realized_pnl: { USDT: '-12.34000000' },
  pnl_is_estimate: false,
  commissions: { USDT: '0.05' },
  duration_seconds: 0.42,
  rounds: 2,
  errors: [],
  warnings: [],
  remaining: remainingOf(),
  replayed: false,
  dry_run: false,
  attempt: 1,
  started_at: '2026-11-21T12:00:00.000Z',
  finished_at: '2026-11-21T12:00:00.420Z',
});

export const conclusionOf = (correlationId: string, overrides: Partial<Conclusion> = {}): Conclusion => {
  const state = overrides.state ?? 'completed';
  const attempt = overrides.attempt ?? 1;
  return {
    correlationId,
    attempt,
    holder: 'holder-1',
    state,
    answer: answerOf(correlationId, state),
    seal: { writer: `a${attempt}`, items: 5, lastHash: 'ab'.repeat(32) },
    nowMs: T0 + 420,
    resumeAtMs: undefined,
    carried: undefined,
    ...overrides,
  };
};
