/** Log lines as the functions write them, for tests: an event of the audit log, another event by its code, or a sentence. */

import { type LogEventCode, NOTIFIED_RECORDS } from '../../lambda/events.ts';

export const ID = 'liq_20261121_031200_a1b2c3d4';
export const AT = '2026-11-21T03:12:08.500000Z';

type Fields = Readonly<Record<string, unknown>>;

export const eventLine = (message: string, data: Fields, more: Fields = {}): string =>
  JSON.stringify({
    ...(NOTIFIED_RECORDS.some(record => record === message) ? { event: message } : {}),
    ...{ level: 'INFO', message, timestamp: '2026-11-21T03:12:08.501Z', service: 'liquidator' },
    ...{ correlation_id: ID, event_timestamp: AT, event_type: message, bot_id: 'alpha', attempt: 1, data },
    ...more,
  });

/** The sentence is of no consequence. */
export const codeLine = (level: string, event: LogEventCode, fields: Fields = {}): string =>
  sentenceLine(level, 'Any sentence', { event, ...fields });

export const sentenceLine = (level: string, message: string, fields: Fields = {}): string =>
  JSON.stringify({ level, message, timestamp: '2026-11-21T03:12:08.501Z', service: 'watchdog', ...fields });

export const SOL = {
  symbol: 'SOLUSDT',
  position_side: 'BOTH',
  amount: '120.00',
  notional: '17946.00000000',
  protective_orders: 1,
};
export const ETH = {
  symbol: 'ETHUSDT',
  position_side: 'SHORT',
  amount: '-4.000',
  notional: '-13104.5',
  protective_orders: 0,
};

/** Of the first attempt, set off by SIGTERM. */
const COURSE = {
  ...{ trigger: 'SIGTERM', reason: 'deployment', symbols: null, attempts: 1 },
  ...{ first_started_at: '2026-11-21T03:12:07.000000Z', prior_headline: null, resumes_at: null, retries_until: null },
};

export const FLAT = {
  ...COURSE,
  ...{ headline: 'FLAT', state: 'completed', positions_closed: 2, orders_cancelled: 6 },
  ...{ total_realized_pnl: '-69.47', pnl_is_estimate: false, commissions: { USDT: '23.2' } },
  ...{ remaining: { verified: true, positions: [], orders: 0 }, errors: [] },
};

export const RETRYING = {
  ...COURSE,
  ...{ headline: 'NOT FLAT, RETRYING UNTIL 03:27:07', state: 'partial', positions_closed: 1, orders_cancelled: 2 },
  ...{ total_realized_pnl: '1', pnl_is_estimate: true, commissions: {} },
  remaining: { verified: true, positions: [SOL, ETH], orders: 1 },
  errors: [
    {
      code: 'CLOSE_REFUSED',
      message: 'NEW_ORDER_REJECTED',
      heading: 'Positions not closing',
      symbol: 'SOLUSDT',
      exchange_code: -2010,
    },
    {
      code: 'CLOSE_REFUSED',
      message: 'NEW_ORDER_REJECTED',
      heading: 'Positions not closing',
      symbol: 'ETHUSDT',
      exchange_code: -2010,
    },
    { code: 'TIMEOUT', message: 'not flat within timeout_seconds = 5', heading: 'Timeout exceeded' },
  ],
  ...{ resumes_at: '2026-11-21T03:12:09.500000Z', retries_until: '2026-11-21T03:27:07.000000Z' },
};

export const BY_HAND = { ...RETRYING, headline: 'NOT FLAT, CHECK BY HAND', resumes_at: null, retries_until: null };
