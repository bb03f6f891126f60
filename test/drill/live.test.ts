/** The lines that appear while a scenario runs. */

import { describe, expect, test } from 'vitest';
import type { Progress } from '../../bin/commands/drill/progress.ts';
import { createLive } from '../../bin/commands/drill/screen/live.ts';
import { createPaint } from '../../bin/terminal/paint.ts';
import { widthOf } from '../../bin/terminal/text-width.ts';
import { close, ID, NOTHING, position, readOfPositions, request, stop, T0 } from './kept-promise.ts';

function told(progress: readonly Progress[], onTerminal = false) {
  const lines: string[] = [];
  const rewritten: string[] = [];
  const live = createLive({
    paint: createPaint(false),
    width: 80,
    line: text => lines.push(text.replaceAll('\u00a0', ' ')),
    rewrite: onTerminal ? text => rewritten.push(text.trim()) : undefined,
  });
  for (const one of progress) live(one);
  return { lines, rewritten };
}

const set: Progress = {
  ...{ kind: 'set', atMs: T0, timeoutMs: 5_000, rttMs: 20, hedge: false, bots: [] },
  before: { ...NOTHING, positions: [position('BTCUSDT', '0.5')], conditionals: [stop('BTCUSDT', '21')] },
};
const called: Progress = { kind: 'called', atMs: T0, call: 'liquidate', on: 'A', correlationId: ID };
const answered = (entry: ReturnType<typeof readOfPositions>): Progress => ({
  kind: 'request',
  entry,
  atMs: entry.answeredAtMs ?? T0,
});
const said = (message: string, fields: Readonly<Record<string, unknown>> = {}, level = 'INFO'): Progress => ({
  ...{ kind: 'said', on: 'A', atMs: T0 + 50 },
  line: { level, message, fields },
});

test('the drill prints a call from its beginning to its answer', () => {
  const queried = {
    round: 1,
    verified: true,
    positions: [{}],
    orders: 0,
    conditional_orders: 1,
    requests: [{ latency_ms: 21.4 }, { latency_ms: 19 }],
  };
  const { lines } = told([
    set,
    called,
    said('configuration_loaded'),
    said('liquidation_started', { attempt: 1, data: { answer_within_ms: 5_000 } }),
    said('Exchange request', { latency_ms: 21 }),
    said('liquidation_positions_queried', { data: queried }),
    answered(request('DELETE', '/fapi/v1/algoOrder', 60, { algoId: '21' })),
    answered(readOfPositions(65)),
    answered(close('BTCUSDT', 'SELL', 100)),
    { kind: 'ended', atMs: T0 + 300, call: 'liquidate', tookMs: 300, headline: 'FLAT' },
    { kind: 'over', atMs: T0 + 300, unanswered: [] },
  ]);
  expect(lines).toEqual([
    '  account: 1 position, no order, 1 conditional order, one-way mode',
    '  round trip to the exchange 20 ms, timeout 5.0 s',
    '',
    `    0.000  call "liquidate", ${ID}`,
    '    0.050  the liquidator started cold, 50 ms after the call',
    '    0.050  attempt 1 starts; the answer is due in 5.0 s',
    '    0.050  read 1: 1 position, no order, 1 conditional order, 21 ms',
    '    0.070  BTCUSDT cancel a conditional order, 20 ms',
    '    0.110  BTCUSDT SELL 0.500 to close, 20 ms',
    '    0.300  "liquidate" answered after 300 ms: FLAT',
  ]);
});

test('a bot sends heartbeats, is late and is tripped; its next heartbeat is refused', () => {
  const watchdog = (message: string, data: Readonly<Record<string, unknown>>, level = 'INFO'): Progress => ({
    ...{ kind: 'said', on: 'watchdog', atMs: T0 + 6_010 },
    line: { level, message, fields: { data } },
  });
  const beat = (number: number, atMs: number, outcome: 'taken' | 'tripped' | 'not stored'): Progress => ({
    ...{ kind: 'beat', botId: 'drill', number, outcome, atMs: T0 + atMs },
  });
  const dead = { deadline: '2024-02-29T12:00:06.000000Z', tripped_at: '2024-02-29T12:00:06.007000Z' };
  const { lines } = told([
    beat(1, 0, 'taken'),
    beat(2, 1_000, 'not stored'),
    watchdog('bot_armed', {}),
    watchdog('bot_late', { late_after_ms: 2_000 }, 'WARN'),
    watchdog('bot_dead', dead, 'CRITICAL'),
    beat(3, 7_000, 'tripped'),
    watchdog('bot_disarmed', {}),
  ]);
  expect(lines).toEqual([
    '    0.000  ♥ heartbeat 1',
    '    1.000  heartbeat 2: not stored in the table',
    '    6.010  the watchdog: the bot is armed',
    '    6.010  late: silent for more than 2.0 s; operators are notified',
    '    6.010  dead: the deadline passed 7 ms ago; the watchdog calls the liquidator',
    '    7.000  heartbeat 3: refused, the bot is tripped and must not trade',
    '    6.010  the watchdog: the bot is disarmed, its watch has ended',
  ]);
});

test('failures are printed, the routine is not', () => {
  const { lines } = told([
    called,
    answered(readOfPositions(10)),
    answered(request('GET', '/fapi/v1/openOrders', 10, {}, { status: 503, executed: false })),
    said('Exchange request failed', {}, 'WARN'),
    said('The lock could not be reached; liquidating without it', {}, 'CRITICAL'),
    { kind: 'ended', atMs: T0 + 90, call: 'liquidate', tookMs: 90, headline: undefined },
    {
      kind: 'over',
      atMs: T0 + 90,
      unanswered: [close('BTCUSDT', 'SELL', 5), close('ETHUSDT', 'BUY', 5, { executed: false })],
    },
  ]);
  expect(lines.slice(1)).toEqual([
    '    0.020  GET openOrders, 10 ms: 503',
    '    0.050  The lock could not be reached; liquidating without it',
    '    0.090  "liquidate" ended without an answer after 90 ms',
    '    0.090  2 requests got no answer, 1 of them were executed',
  ]);
});

test('a preflight’s test order is printed as one, and never as a close', () => {
  const params = { symbol: 'BTCUSDT', side: 'SELL', quantity: '0.500' };
  const test = (more: object) => request('POST', '/fapi/v1/order/test', 10, params, more);
  const { lines } = told([called, answered(test({})), answered(test({ status: 400, code: -2010, executed: false }))]);
  expect(lines.slice(1)).toEqual([
    '    0.020  BTCUSDT SELL 0.500 as a test order, 10 ms',
    '    0.020  BTCUSDT SELL 0.500 as a test order, 10 ms: 400 (-2010)',
  ]);
});

test('of three hundred closes the first eight are printed, then every fiftieth', () => {
  const { lines } = told([
    called,
    ...Array.from({ length: 300 }, (_, index) => answered(close(`SYM${index}`, 'SELL', index))),
  ]);
  expect(lines).toHaveLength(1 + 8 + 6);
  expect(lines.at(-1)).toContain('… 300 closes by now');
});

describe('a wait', () => {
  const waits = [5_100, 4_000, 3_000].map(
    (leftMs): Progress => ({ kind: 'waiting', says: 'the lease', leftMs, atMs: T0 + 5_100 - leftMs }),
  );
  const over: Progress = { kind: 'waiting', says: 'the lease', leftMs: 0, atMs: T0 + 5_100 };

  test('counts down in place on a terminal, then leaves one line', () => {
    const { lines, rewritten } = told([called, ...waits, over], true);
    expect(rewritten).toEqual([...['6 s', '4 s', '3 s'].map(left => `waiting for the lease to run out: ${left}`), '']);
    expect(lines.slice(1)).toEqual(['    5.100  the lease is over']);
  });

  test('is printed once where nothing can be rewritten', () => {
    expect(told([called, ...waits, over]).lines.slice(1)).toEqual([
      '    0.000  waiting for the lease to run out: 6 s',
      '    5.100  the lease is over',
    ]);
  });
});

test('no line is wider than 80 columns', () => {
  const { lines } = told([called, said('x'.repeat(100), {}, 'ERROR'), said('测试 '.repeat(40), {}, 'ERROR')]);
  expect(lines.filter(line => widthOf(line) > 80)).toEqual([]);
});

describe('a bot that falls silent', () => {
  const silences = [0, 900, 1_000, 1_100, 2_500].map(
    (silentMs): Progress => ({
      ...{ kind: 'silence', botId: 'drill', silentMs, lateAfterMs: 2_000, deadAfterMs: 4_000 },
      atMs: T0 + silentMs,
    }),
  );
  const start: Progress = { kind: 'staged', says: 'silence', atMs: T0 };

  test('is counted down in place on a terminal, and the next line is separate', () => {
    const next: Progress = { kind: 'staged', says: 'next', atMs: T0 + 3_000 };
    const { lines, rewritten } = told([start, ...silences.slice(3), next], true);
    expect(rewritten).toEqual([
      'no heartbeat for 1.1 s  ├▒▒▒▒▒▒▒─────────────────┤  dead in 2.9 s',
      'no heartbeat for 2.5 s  ├▒▒▒▒▒▒▒▒▒▒▒▒███─────────┤  dead in 1.5 s',
      '',
    ]);
    expect(lines).toEqual(['    0.000  silence', '    3.000  next']);
  });

  test('is printed once a second where nothing can be rewritten', () => {
    expect(told([start, ...silences]).lines.slice(1)).toEqual([
      '    1.000  no heartbeat for 1 s, dead in 3.0 s',
      '    2.500  no heartbeat for 2 s, dead in 1.5 s',
    ]);
  });
});

test('of two hundred bots only numbers are printed, and critical lines', () => {
  const bots = Array.from({ length: 200 }, (_, index) => `b${index}`);
  const dead = { data: { deadline: '2024-02-29T12:00:06.000000Z', tripped_at: '2024-02-29T12:00:06.007000Z' } };
  const { lines } = told([
    { ...set, bots } as Progress,
    called,
    ...bots.map(() => said('bot_dead', dead, 'CRITICAL')),
    answered(close('BTCUSDT', 'SELL', 100)),
    ...bots.map((): Progress => ({ kind: 'ended', atMs: T0 + 900, call: 'watchdog', tookMs: 90, headline: 'FLAT' })),
    said('The lock could not be reached; liquidating without it', {}, 'CRITICAL'),
  ]);
  expect(lines.slice(3).map(line => line.slice(11))).toEqual([
    ...[1, 50, 100, 150, 200].map(number => `dead, liquidator called: ${number} of 200`),
    ...[1, 50, 100, 150, 200].map(number => `FLAT: ${number} of 200`),
    'The lock could not be reached; liquidating without it',
  ]);
});

test('a bot that is dead twice, or flat again in a second read, is still one bot', () => {
  const bots = Array.from({ length: 60 }, (_, index) => `b${index}`);
  const dead = bots.map(bot_id => said('bot_dead', { bot_id }, 'CRITICAL'));
  const flat = bots.map(
    (botId): Progress => ({ kind: 'ended', atMs: T0, call: 'watchdog', tookMs: 90, headline: 'FLAT', botId }),
  );
  const { lines } = told([{ ...set, bots } as Progress, ...dead, ...dead, ...flat, ...flat]);
  expect(lines.slice(3).map(line => line.slice(11))).toEqual([
    ...[1, 50, 60].map(number => `dead, liquidator called: ${number} of 60`),
    ...[1, 50, 60].map(number => `FLAT: ${number} of 60`),
  ]);
});

test('of many bots a critical line is printed eight times, then every fiftieth, each kind for itself', () => {
  const bots = Array.from({ length: 200 }, (_, index) => `b${index}`);
  const unread = (bot: string) => said(`The bot ${bot} could not be judged`, { code: 'BOT_NOT_JUDGED' }, 'CRITICAL');
  const { lines } = told([
    { ...set, bots } as Progress,
    ...bots.slice(0, 100).map(unread),
    said('The result could not be stored', {}, 'ERROR'),
  ]);
  expect(lines.slice(3).map(line => line.slice(11))).toEqual([
    ...bots.slice(0, 8).map(bot => `The bot ${bot} could not be judged`),
    '… 50 of this kind by now: BOT_NOT_JUDGED',
    '… 100 of this kind by now: BOT_NOT_JUDGED',
    'The result could not be stored',
  ]);
});
