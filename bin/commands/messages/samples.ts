/** A log line for each event that people are notified of. The notifier's code composes the sample messages from them. */

import { ERROR_CODES, type ErrorCode } from '../../../lambda/core/invocation/error-codes.ts';
import type { EventCode } from '../../../lambda/events.ts';

type Line = Readonly<Record<string, unknown>>;

const AT = '2026-11-21T03:12:08.500000Z';
const ID = 'liq_20261121_031200_a1b2c3d4';

const COURSE = {
  ...{ trigger: 'watchdog', reason: 'silent beyond its deadline', symbols: null, attempts: 1, dry_run: false },
  ...{ first_started_at: '2026-11-21T03:12:07.000000Z', prior_headline: null, resumes_at: null, retries_until: null },
  ...{ positions_closed: 2, orders_cancelled: 6, realized_pnl: { USDT: '-69.47' }, pnl_is_estimate: false },
  ...{ commissions: { USDT: '23.2' }, errors: [] },
  remaining: { verified: true, seen_at: AT, positions: [], orders: 0 },
};
const OPEN = {
  remaining: {
    ...{ verified: true, seen_at: AT, orders: 1 },
    positions: [
      { symbol: 'SOLUSDT', position_side: 'BOTH', amount: '120', notional: '17946', protective_orders: 1 },
      { symbol: 'ETHUSDT', position_side: 'SHORT', amount: '-4', notional: '-13104.5', protective_orders: 0 },
    ],
  },
  errors: [
    {
      ...{ code: 'CLOSE_REFUSED', message: 'NEW_ORDER_REJECTED', heading: 'Positions not closing' },
      ...{ symbol: 'SOLUSDT', exchange_code: -2010 },
    },
  ],
};
const BY_HAND = { trigger: 'manual', reason: 'exchange maintenance' };
const CHANGE = { by: 'ada', reason: 'moving it', at: AT };

const record = (data: Line): Line => ({ level: 'INFO', correlation_id: ID, attempt: 1, data });
const event = (level: string, fields: Line): Line => ({ level, ...fields });

const NO_ANSWER = 'DynamoDB gave no answer in time.';
const problem = (code: ErrorCode, message: string, botId?: string): Line =>
  event('CRITICAL', { ...{ code, message, bot_id: botId }, heading: ERROR_CODES[code].heading });
const DAILY = {
  ...{ bot_id: undefined, bots_configured: 2, bots_watched: 1, bots_not_watched: ['beta'] },
  ...{ last_beat: AT, last_tick: AT, canary: 'passed', canary_took_ms: 1_200 },
  ...{ oldest_preflight: '2026-11-20T06:00:10.000000Z', preflight_missing: [], subscriptions_confirmed: 1 },
  ...{ subscriptions_pending: 0, mail_not_subscribed: false, mail_can_be_unsubscribed_by_link: false },
  ...{ watcher: 'off', watcher_region: null },
};

/** At least one for each verdict of a log event. */
export const SAMPLES = {
  liquidation_completed: [
    record({ ...COURSE, headline: 'FLAT' }),
    record({
      ...{ ...COURSE, headline: 'REOPENED AFTER FLAT, FLAT AGAIN', confirms: true, reopened: true, attempts: 2 },
      ...{ positions_closed: 3, orders_cancelled: 7 },
    }),
    record({
      ...{ ...COURSE, ...BY_HAND, headline: 'NOTHING SEEN IN BTCUSD', symbols: ['BTCUSD'] },
      ...{ positions_closed: 0, orders_cancelled: 0, realized_pnl: {}, commissions: {} },
    }),
  ],
  liquidation_partial: [
    record({
      ...{ ...COURSE, ...OPEN, headline: 'NOT FLAT, RETRYING UNTIL 03:27:07', positions_closed: 1 },
      ...{ resumes_at: '2026-11-21T03:12:09.500000Z', retries_until: '2026-11-21T03:27:07.000000Z' },
    }),
  ],
  liquidation_failed: [record({ ...COURSE, ...OPEN, headline: 'NOT FLAT, CHECK BY HAND', attempts: 9 })],
  liquidation_skipped: [record({ trigger: 'SIGTERM', reason: null, by: 'by emergency_liquidation = false' })],
  bot_late: [
    record({
      ...{ silent_since: '2026-11-21T03:10:00.000000Z', late_at: '2026-11-21T03:10:30.000000Z' },
      ...{ dead_at: '2026-11-21T03:12:00.000000Z', late_after_ms: 30_000, dead_after_ms: 120_000 },
    }),
  ],
  bot_recovered: [event('INFO', { last_beat: '2026-11-21T03:11:00.000000Z' })],
  bot_dead: [
    record({
      ...{ cause: 'silence', reason: 'silent beyond its deadline', deadline: '2026-11-21T03:12:00.000000Z' },
      ...{ last_beat: '2026-11-21T03:10:00.000000Z', tripped_at: AT, lockout_until: '2026-11-21T04:12:08.000000Z' },
      ...{ in_configuration: true, taken_over: false },
    }),
    record({
      ...{ cause: 'failure', reason: 'by its ping URL: exit code 1', deadline: null },
      last_beat: '2026-11-21T03:10:00.000000Z',
      ...{ tripped_at: AT, lockout_until: '2026-11-21T04:12:08.000000Z', in_configuration: true, taken_over: false },
    }),
  ],
  bot_armed: [record({ ...CHANGE, reason: 'back at work' })],
  bot_disarmed: [record(CHANGE)],
  bot_rearmed: [record({ ...CHANGE, reason: 'account checked, flat' })],
  bot_snoozed: [record({ ...CHANGE, until: '2026-11-21T03:42:08.000000Z' }), record({ ...CHANGE, until: AT })],
  bot_snooze_planned: [
    record({ ...CHANGE, every: 'Sun 02:00 UTC', for_ms: 7_200_000 }),
    record({ ...CHANGE, every: null }),
  ],
  bot_acknowledged: [record({ ...CHANGE, reason: 'looking at it' })],
  bot_restarting: [event('WARN', { restarts: 5, since: '2026-11-21T03:00:00.000000Z', dead_at: AT })],
  bot_times_differ: [
    event('WARN', { configured_dead_after_ms: 120_000, bot_heartbeat_ms: 60_000, used_dead_after_ms: 122_000 }),
  ],
  bot_report_outdated: [event('WARN', { reported_at: '2026-11-21T00:12:08.000000Z', reason: 'margin call' })],
  preflight_not_ready: [
    event('CRITICAL', {
      checks: [
        {
          ...{ name: 'key and account', status: 'failed' },
          ...{ detail: 'the exchange refused the key', heading: 'The exchange refuses the key' },
        },
      ],
    }),
  ],
  preflight_recovered: [event('INFO', {})],
  event_refused: [
    event('ERROR', { bot_id: undefined, service: 'liquidator', problems: ['The event is empty.'] }),
    event('ERROR', { bot_id: undefined, problems: ['The event is empty.'] }),
  ],
  watchdog_problem: [
    problem(
      'BOT_UNKNOWN',
      'The bot alpha is armed, but not in the configuration: its account is never liquidated.',
      'alpha',
    ),
    problem('BOT_NOT_JUDGED', `The watchdog could not check the bot alpha. ${NO_ANSWER}`, 'alpha'),
    problem('BOTS_UNREADABLE', `The watchdog's own row could not be read. ${NO_ANSWER}`),
    problem('BOTS_UNWRITABLE', `The table of bots cannot be written. ${NO_ANSWER}`),
    problem('RUNS_UNREADABLE', `Unfinished liquidations could not be read. ${NO_ANSWER}`),
    problem('PINGS_REFUSED', 'Pings are not accepted: the ping URL answered 429.'),
    problem('INVOKE_FAILED', 'The liquidator was not invoked for the bot alpha; it will be tried again.', 'alpha'),
    problem(
      'RESUME_GAVE_UP',
      'NOT FLAT: the liquidation of the bot alpha is not retried any more; close by hand.',
      'alpha',
    ),
    problem('TRIP_NOT_FLAT', 'The account of the bot alpha is not known to be flat after its trip.', 'alpha'),
    problem('UNFORESEEN', 'The watchdog run failed with an unexpected error (TypeError).'),
  ],
  watchdog_blind: [
    event('CRITICAL', {
      ...{
        since: '2026-11-21T03:00:00.000000Z',
        bot_ids: ['alpha', 'beta'],
        why: 'the table of bots did not store everything, so heartbeats may be lost',
      },
      bot_id: undefined,
    }),
  ],
  liquidator_failed: [
    event('CRITICAL', { message: 'The liquidator failed unexpectedly', error: { name: 'TypeError' } }),
  ],
  configuration_invalid: [
    event('CRITICAL', {
      ...{ bot_id: undefined, findings: ['liquidation.timeout_seconds = 99'] },
      message: 'The configuration is missing or invalid; running with the safe defaults',
    }),
  ],
  deployment_incomplete: [
    event('CRITICAL', {
      ...{ bot_id: undefined, variable: 'FLATLINE_BOTS_TABLE' },
      message: 'FLATLINE_BOTS_TABLE is not set: no bot is watched; deploy the stack again',
    }),
  ],
  canary_failed: [
    event('CRITICAL', {
      ...{ bot_id: undefined, problems: ['The liquidator was not called.'] },
      message: 'The canary test failed',
    }),
  ],
  daily_status: [event('INFO', DAILY), event('INFO', { ...DAILY, canary: 'failed', preflight_missing: ['beta'] })],
  /** Any other critical line. */
  detail: [event('CRITICAL', { event: undefined, message: 'The watchdog failed unexpectedly' })],
} satisfies Readonly<Record<EventCode, readonly Line[]>>;

/** As CloudWatch would deliver it. */
export const lineOf = (code: EventCode, line: Line): string =>
  JSON.stringify({
    ...{ message: `a sample of ${code}`, service: 'watchdog', timestamp: AT },
    ...{ event_timestamp: AT, event: code, bot_id: 'alpha' },
    ...line,
  });
