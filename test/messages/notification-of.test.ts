/** Which lines are reported, and in which words. */

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readLogLine } from '../../lambda/views/messages/log-line.ts';
import { placeOf } from '../../lambda/views/messages/message.ts';
import type { Notification } from '../../lambda/views/messages/notification.ts';
import { notificationOf } from '../../lambda/views/messages/notification-of.ts';
import { AT, BY_HAND, codeLine, ETH, eventLine, FLAT, RETRYING, sentenceLine } from './lines.ts';

const about = { place: placeOf('flatline-production', 'production'), lockoutMs: 3_600_000 };

function notified(text: string, to = about): Notification | undefined {
  const line = readLogLine(text);
  if (line === undefined) throw new Error('no line');
  return notificationOf(line, to);
}
const subjectOf = (text: string): string | undefined => notified(text)?.message.subject;
const textOf = (text: string): string => notified(text)?.message.text ?? 'nothing';

const completed = (data: object): string => eventLine('liquidation_completed', { ...FLAT, ...data });
const partial = (data: object, more = {}): string => eventLine('liquidation_partial', { ...RETRYING, ...data }, more);
const failed = (data: object): string => eventLine('liquidation_failed', { ...BY_HAND, ...data });
const prior = { attempts: 2, prior_headline: 'NOT FLAT, RETRYING UNTIL 03:27:07' };
const checks = [
  { name: 'secret', status: 'ok', detail: 'readable' },
  { name: 'key and account', status: 'failed', detail: '-2015', heading: 'The exchange refuses the key' },
];

describe('a log line is notified with this subject', () => {
  test.each<readonly [what: string, line: string, subject: string]>([
    ['flat', completed({}), 'FLAT - alpha (production) - SIGTERM, 2 closed'],
    ['flat after retries', completed(prior), 'FLAT - alpha (production) - SIGTERM, 2 closed'],
    ['flat, and nothing was open', completed({ positions_closed: 0 }), 'FLAT - alpha (production) - SIGTERM, 0 closed'],
    [
      'a part of the account',
      completed({ headline: 'FLAT (ONLY 币安人生USDT)', symbols: ['币安人生USDT'] }),
      'FLAT (ONLY ????USDT) - alpha (production) - SIGTERM, 2 closed',
    ],
    [
      'symbols that were not seen, which is not FLAT',
      completed({ headline: 'NOTHING SEEN IN BTCUSD', symbols: ['BTCUSD'], positions_closed: 0 }),
      'NOTHING SEEN IN BTCUSD - alpha (production) - SIGTERM, 0 closed',
    ],
    [
      'a lock-out that had to close something',
      completed({ trigger: 'sentinel', positions_closed: 1 }),
      'FLAT - alpha (production) - lock-out, 1 closed',
    ],
    [
      'the first attempt that is not flat',
      partial({}),
      'NOT FLAT, RETRYING UNTIL 03:27:07 UTC - alpha (production) - SIGTERM, 2 still open',
    ],
    [
      'the second attempt, when the first one died without a message',
      partial({ attempts: 2, prior_headline: null }, { attempt: 2 }),
      'NOT FLAT, RETRYING UNTIL 03:27:07 UTC - alpha (production) - SIGTERM, 2 still open',
    ],
    [
      'giving up, whatever was reported before',
      failed({ ...prior, attempts: 9 }),
      'NOT FLAT, CHECK BY HAND - alpha (production) - SIGTERM, 2 still open',
    ],
    [
      'a last read that failed',
      failed({ remaining: { verified: false, positions: [], orders: 0 } }),
      'NOT FLAT, CHECK BY HAND - alpha (production) - SIGTERM, positions unknown',
    ],
    ['a drill', completed({ trigger: 'drill' }), 'DRILL: FLAT - alpha (production) - 2 closed'],
    [
      'a skip by configuration',
      eventLine('liquidation_skipped', { trigger: 'SIGTERM', reason: null, by: 'by emergency_liquidation = false' }),
      'NOT LIQUIDATED, PROTECTION IS SWITCHED OFF - alpha (production) - SIGTERM',
    ],
    [
      'a late bot',
      eventLine('bot_late', {
        silent_since: '2026-11-21T03:10:00.000000Z',
        dead_at: '2026-11-21T03:12:00.000000Z',
        late_after_ms: 30_000,
      }),
      'LATE - alpha (production) - liquidated at 03:12:00 UTC unless it reports',
    ],
    [
      'one that is back',
      codeLine('INFO', 'bot_recovered', {
        bot_id: 'alpha',
        last_beat: '2026-11-21T03:11:00.000000Z',
      }),
      'REPORTS AGAIN - alpha (production) - was late',
    ],
    [
      'a dead one',
      eventLine('bot_dead', { cause: 'silence', last_beat: '2026-11-21T03:10:00.000000Z', reason: 'silent' }),
      'SILENT: LIQUIDATING - alpha (production) - last heartbeat 03:10:00 UTC',
    ],
    [
      'one that reported its own failure',
      eventLine('bot_dead', { cause: 'failure', last_beat: '2026-11-21T03:10:00.000000Z', reason: 'margin call' }),
      'FAILED: LIQUIDATING - alpha (production) - last heartbeat 03:10:00 UTC',
    ],
    [
      'a person who disarms',
      eventLine('bot_disarmed', { by: 'ops', reason: 'moving it', at: '2026-11-21T03:10:00.000000Z' }),
      'DISARMED, NOT WATCHED - alpha (production) - by ops',
    ],
    [
      'a person who snoozes',
      eventLine('bot_snoozed', {
        ...{ by: 'ops', reason: 'moving it', at: '2026-11-21T03:10:00.000000Z' },
        until: '2026-11-21T03:40:00.000000Z',
      }),
      'SNOOZED UNTIL 03:40:00 UTC - alpha (production) - by ops',
    ],
    [
      'a person who ends a snooze',
      eventLine('bot_snoozed', {
        ...{ by: 'ops', reason: 'done', at: '2026-11-21T03:10:00.000000Z' },
        until: '2026-11-21T03:10:00.000000Z',
      }),
      'SNOOZE ENDED - alpha (production) - by ops',
    ],
    [
      'a person who re-arms',
      eventLine('bot_rearmed', { by: 'ops', reason: 'mended', at: '2026-11-21T03:10:00.000000Z' }),
      'RE-ARMED, MAY TRADE AGAIN - alpha (production) - by ops',
    ],
    ['a person who arms', eventLine('bot_armed', { by: 'ops', reason: 'back' }), 'ARMED - alpha (production) - by ops'],
    [
      'a preflight that failed',
      codeLine('CRITICAL', 'preflight_not_ready', { bot_id: 'alpha', checks }),
      'PREFLIGHT FAILED - alpha (production) - key and account',
    ],
    [
      'an event that was refused',
      codeLine('ERROR', 'event_refused', {
        problems: ['The event is empty.'],
        service: 'liquidator',
      }),
      'REFUSED, NOTHING DONE - production - the liquidator was called with an invalid event',
    ],
    [
      'a bot that the liquidator does not know',
      codeLine('CRITICAL', 'watchdog_problem', {
        ...{ code: 'BOT_UNKNOWN', heading: 'A bot is not in the configuration', bot_id: 'alpha' },
      }),
      'NOT PROTECTED - alpha (production) - not in the configuration',
    ],
    [
      'a run that the watchdog gave up',
      codeLine('CRITICAL', 'watchdog_problem', {
        ...{
          code: 'RESUME_GAVE_UP',
          heading: 'Liquidation retries exhausted',
          bot_id: 'alpha',
          state: 'failed',
          attempt: 3,
        },
      }),
      'NOT FLAT, CHECK BY HAND - alpha (production) - retries have ended',
    ],
    [
      'a liquidator that failed',
      codeLine('CRITICAL', 'liquidator_failed', { error: {} }),
      'LIQUIDATOR FAILED, CHECK BY HAND - production - unexpected error',
    ],
    [
      'a configuration that cannot be used',
      codeLine('CRITICAL', 'configuration_invalid'),
      'CONFIGURATION CANNOT BE READ - production - running on safe defaults',
    ],
    [
      'a deployment without a variable',
      codeLine('CRITICAL', 'deployment_incomplete', { variable: 'FLATLINE_BOTS_TABLE' }),
      'DEPLOYMENT IS BROKEN - production - a variable is missing',
    ],
    [
      'a bot that starts again and again',
      codeLine('WARN', 'bot_restarting', { bot_id: 'alpha', restarts: 12, since: AT, dead_at: AT }),
      'RESTARTING REPEATEDLY - alpha (production) - 12 starts without completing a cycle',
    ],
    [
      'times that differ',
      codeLine('WARN', 'bot_times_differ', {
        ...{ bot_id: 'alpha', configured_dead_after_ms: 30_000, bot_heartbeat_ms: 60_000, used_dead_after_ms: 122_000 },
      }),
      'TIMES DIFFER - alpha (production) - the configuration and the bot disagree',
    ],
    [
      'a failure that is old',
      codeLine('WARN', 'bot_report_outdated', { bot_id: 'alpha', reported_at: AT, reason: 'margin call' }),
      'FAILURE REPORTED, NOT ACTED ON - alpha (production) - heartbeats came more than 10 minutes after it',
    ],
    [
      'bots whose heartbeats may be lost',
      codeLine('CRITICAL', 'watchdog_blind', { since: AT, bot_ids: ['alpha', 'beta'], why: 'writes failed' }),
      'HEARTBEATS MAY HAVE BEEN LOST - production - 2 bots',
    ],
    [
      'a problem whose code is not known yet',
      codeLine('CRITICAL', 'watchdog_problem', { code: 'NEW_CODE', heading: 'x' }),
      'CRITICAL - production - Any sentence',
    ],
    [
      'an event whose code is not known yet',
      sentenceLine('INFO', 'Something new', { event: 'bot_new_event' }),
      'CRITICAL - production - Something new',
    ],
    [
      'whatever else is critical',
      sentenceLine('CRITICAL', 'The moon is down'),
      'CRITICAL - production - The moon is down',
    ],
  ])('%s', (_what, line, subject) => {
    expect(subjectOf(line)).toBe(subject);
  });
});

describe('a log line is not notified', () => {
  test.each<readonly [what: string, line: string]>([
    ['another attempt that is not flat', partial(prior, { attempt: 2 })],
    ['another one without the lock', partial({ attempts: 3, prior_headline: null }, { attempt: 0 })],
    [
      'a lock-out check that found nothing',
      completed({ trigger: 'sentinel', positions_closed: 0, orders_cancelled: 0 }),
    ],
    ['a dry run', eventLine('liquidation_skipped', { dry_run: true, plan: [] })],
    ['a dry run that failed', eventLine('liquidation_failed', { dry_run: true, plan: null })],
    ['a bot that starts', eventLine('bot_armed', { by: 'bot', reason: null })],
    ['a bot that starts, signing otherwise', eventLine('bot_armed', { by: 'guard', reason: null })],
    ['a bot that stops cleanly', eventLine('bot_disarmed', { by: 'bot', reason: 'clean exit' })],
    ['a call that was a duplicate', eventLine('liquidation_duplicate', { trigger: 'SIGTERM', found: 'completed' })],
    ['a preflight that passed', eventLine('preflight_passed', { checks: [] })],
    ['a critical line beside an event of its own', codeLine('CRITICAL', 'detail')],
    ['a line with a sentence that an event once had', sentenceLine('INFO', 'A bot that was late reports again')],
    ['an ordinary line', sentenceLine('ERROR', 'An audit record was not stored')],
  ])('%s', (_what, line) => {
    expect(notified(line)).toBeUndefined();
  });
});

describe('the text of a message', () => {
  test('about a first attempt says what was done, what is open, what happens next and what to do', () => {
    expect(textOf(partial({}))).toBe(
      `NOT FLAT, RETRYING UNTIL 03:27:07 UTC
alpha, production

1 of 3 positions closed, 2 orders cancelled in 1 s.

OPEN NOW
SOLUSDT long 120.00, worth 17946: 1 stop kept
ETHUSDT short 4.000, worth 13104: NO STOP LEFT
1 order still open, stops included

WHY
SOLUSDT, ETHUSDT: NEW_ORDER_REJECTED (CLOSE_REFUSED -2010)

Triggered by the bot, on SIGTERM: deployment.
Started 2026-11-21 03:12:07 UTC.
As of 2026-11-21 03:12:08 UTC.

NEXT: attempt 2 starts at 03:12:09 UTC. Retries end at 03:27:07 UTC. The next message comes when the account is flat, or when retries end.

DO
1. Follow it: flatline status liq_20261121_031200_a1b2c3d4
2. If you cannot wait: close by hand now (the guide, "Closing by hand").
3. Stop alpha if it still runs, and do not start it before its account is flat.

Guide: docs/troubleshooting.md, "Positions not closing"
Audit log: flatline audit show liq_20261121_031200_a1b2c3d4`,
    );
  });

  test('symbols that were not seen: what to check, and the command for the whole account', () => {
    const text = textOf(completed({ headline: 'NOTHING SEEN IN BTCUSD', symbols: ['BTCUSD'], positions_closed: 0 }));
    expect(text).toContain('NEXT: nothing. The rest of the account was not touched.');
    expect(text).toContain('To close the whole account: flatline liquidate --bot alpha');
    expect(text).toContain('"A symbol was not seen"');
  });

  test('a part of the account: the rest was not touched', () => {
    const text = textOf(completed({ headline: 'FLAT (ONLY BTCUSDT)', symbols: ['BTCUSDT'] }));
    expect(text).toContain('NEXT: nothing, the rest of the account was not touched.');
  });

  test('about a flat account has profit, fees, duration and attempts', () => {
    const text = textOf(completed({ ...prior, first_started_at: '2026-11-21T03:11:00.500000Z' }));
    expect(text).toContain('2 of 2 positions closed, 6 orders cancelled in 1 min 8 s, after 2 attempts.');
    expect(text).toContain('PnL −69.47, fees 23.2 USDT.');
    expect(text).toContain('NEXT: nothing, the liquidation is complete.');
    expect(text).not.toContain('\nDO\n');
  });

  test('about a flat account has each profit with its sign and its asset', () => {
    const oneAsset = textOf(completed({ realized_pnl: { USDT: '-69.47' } }));
    expect(oneAsset).toContain('PnL −69.47 USDT, fees 23.2 USDT.');
    const twoAssets = textOf(completed({ total_realized_pnl: null, realized_pnl: { USDT: '-69.47', BTC: '0.001' } }));
    expect(twoAssets).toContain('PnL −69.47 USDT, +0.001 BTC, fees');
  });

  test('has a subject that is cut between words', () => {
    const line = codeLine('CRITICAL', 'watchdog_problem', { code: 'TRIP_NOT_FLAT', bot_id: 'alpha' });
    expect(subjectOf(line)).toMatch(/ - no liquidation of the whole account\.\.\.$/);
    expect(subjectOf(line)?.length).toBeLessThan(100);
  });

  test('about an account with nothing open says how long the check took', () => {
    const text = textOf(completed({ positions_closed: 0, orders_cancelled: 0 }));
    expect(text).toContain('Nothing was open, checked in 1 s.');
  });

  test('about stops that could not be read does not say that there are none', () => {
    const position = { symbol: 'SOLUSDT', position_side: 'BOTH', amount: '1', notional: '1', protective_orders: null };
    const text = textOf(partial({ remaining: { verified: true, positions: [position], orders: 0 } }));
    expect(text).toContain('SOLUSDT long 1, worth 1: stops not known');
  });

  test('about a dead bot says until when its account is kept flat, and how to re-arm it', () => {
    const text = textOf(completed({ trigger: 'watchdog' }));
    expect(text).toContain('Until about 04:12:07 UTC its account is kept flat.');
    expect(text).toContain('flatline rearm --bot alpha');
  });

  test('about a failed last read does not claim to know the positions', () => {
    const text = textOf(failed({ remaining: { verified: false, positions: [], orders: 0 } }));
    expect(text).toContain('OPEN POSITIONS UNKNOWN');
    expect(text).toContain('1 position closed, 2 orders cancelled');
    expect(text).toContain('NEXT: nothing. There are no more attempts.');
  });

  test('names ten positions of three hundred, and counts the rest', () => {
    const positions = Array.from({ length: 300 }, (_, index) => ({ ...ETH, symbol: `COIN${index}USDT` }));
    const text = textOf(partial({ remaining: { verified: true, positions, orders: 900 } }));
    expect(text).toContain('COIN9USDT short');
    expect(text).not.toContain('COIN10USDT');
    expect(text).toContain('and 290 more positions');
  });

  test('about a failed preflight names the failed checks, and each guide once', () => {
    const line = codeLine('CRITICAL', 'preflight_not_ready', { bot_id: 'alpha', checks });
    expect(textOf(line)).toContain('FAILED\nkey and account: -2015');
    expect(textOf(line)).toContain('Follow the guide: docs/troubleshooting.md, "The exchange refuses the key"');
  });

  test('has the options of a deployment that is not the default in its commands', () => {
    const place = placeOf('flatline-testnet-desk2', 'testnet');
    const message = notified(partial({}), { ...about, place })?.message;
    expect(message?.subject).toContain('alpha (testnet-desk2)');
    expect(message?.text).toContain('flatline status liq_20261121_031200_a1b2c3d4 --env testnet --name desk2');
  });

  test('links to the guide and to the dashboard', () => {
    const links = { docsUrl: 'https://git.example.com/flatline/docs', region: 'ap-northeast-1' };
    const place = placeOf('flatline-production-desk2', 'production', links);
    const linesOf = (line: string): readonly string[] =>
      notified(line, { ...about, place })?.message.text.split('\n') ?? [];
    const notReady = linesOf(codeLine('CRITICAL', 'preflight_not_ready', { bot_id: 'alpha', checks }));
    expect(notReady).toContain(
      'Guide: https://git.example.com/flatline/docs/troubleshooting.md#preflight-failed ("Preflight failed")',
    );
    expect(notReady.join('\n')).toContain(
      'Follow the guide: https://git.example.com/flatline/docs/troubleshooting.md#the-exchange-refuses-the-key ("The exchange',
    );
    expect(linesOf(partial({}))).toContain(
      'Dashboard: https://ap-northeast-1.console.aws.amazon.com/cloudwatch/home?region=ap-northeast-1#dashboards/dashboard/flatline-production-desk2-ap-northeast-1',
    );
  });

  test('of a stack with a foreign name uses the name of the exchange environment', () => {
    expect(placeOf(undefined, 'testnet')).toMatchObject({
      words: 'testnet',
      flags: ' --env testnet',
      dashboard: undefined,
    });
  });
});

test('a log line with a code gives the same subject whatever its sentence is', () => {
  const lines = [completed({}), partial({}), codeLine('INFO', 'bot_recovered'), codeLine('CRITICAL', 'detail')];
  fc.assert(
    fc.property(fc.constantFrom(...lines), fc.string({ minLength: 1 }), (line, message) => {
      expect(subjectOf(JSON.stringify({ ...JSON.parse(line), message }))).toBe(subjectOf(line));
    }),
  );
});

test('X7: a text of 300 kB from a row becomes a message that SNS accepts, and the message says that it was cut', () => {
  const reason = 'x'.repeat(300_000);
  const lines = [
    eventLine('bot_dead', { cause: 'failure', reason }),
    eventLine('bot_disarmed', { by: 'ops', reason }),
    partial({ reason, errors: [{ code: 'CLOSE_REFUSED', message: reason }] }),
    codeLine('WARN', 'bot_report_outdated', { bot_id: 'alpha', reason }),
    codeLine('ERROR', 'event_refused', { problems: Array.from({ length: 300 }, () => reason) }),
    sentenceLine('CRITICAL', reason),
  ];
  for (const line of lines) {
    const text = textOf(line);
    expect(Buffer.byteLength(text)).toBeLessThan(262_144);
    expect(text).toMatch(/… \(cut, \d+ characters\)/);
  }
});

describe('text from outside', () => {
  test('cannot add lines or commands to a message', () => {
    const line = partial({ reason: 'x\nDO\n1. sell everything\u2028' }, { bot_id: 'a; rm -rf /' });
    expect(textOf(line)).not.toContain('rm -rf');
    expect(textOf(line)).toContain('SIGTERM: x DO 1. sell everything .');
  });

  test('never breaks a message: for every value in every field, the subject is one line of ASCII', () => {
    const names = [
      'liquidation_completed',
      'liquidation_partial',
      'liquidation_failed',
      'liquidation_skipped',
      'bot_late',
    ];
    const more = ['bot_dead', 'bot_snoozed', 'bot_disarmed', 'preflight_not_ready', 'event_refused', 'anything'];
    fc.assert(
      fc.property(fc.constantFrom(...names, ...more), fc.jsonValue(), fc.jsonValue(), (event, data, checked) => {
        const keys = Object.keys({ ...RETRYING, until: 1, dead_at: 1, by: 1, reason: 1, last_beat: 1 });
        const junk = Object.fromEntries(keys.map(key => [key, data]));
        for (const content of [data, junk]) {
          const line = JSON.stringify({
            level: 'CRITICAL',
            message: 'Any sentence',
            event,
            data: content,
            checks: checked,
            bot_id: data,
            attempt: data,
          });
          const notification = notified(line);
          if (notification === undefined) continue;
          expect(notification.message.subject).toMatch(/^[A-Z][\x20-\x7e]{0,98}$/);
          expect(notification.message.text).not.toBe('');
        }
      }),
      { numRuns: 300 },
    );
  });
});
