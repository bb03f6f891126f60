/** The lines that appear while a scenario runs. */

import { describe, expect, test } from 'vitest';
import type { Progress } from '../../bin/commands/drill/progress.ts';
import { createLive } from '../../bin/commands/drill/screen/live.ts';
import { widthOf } from '../../bin/terminal/layout.ts';
import { createPaint } from '../../bin/terminal/paint.ts';
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
  ...{ kind: 'set', atMs: T0, timeoutMs: 5_000, rttMs: 20, hedge: false, bots: 1 },
  before: { ...NOTHING, positions: [position('BTCUSDT', '0.5')], conditionals: [stop('BTCUSDT', '21')] },
};
const called: Progress = { kind: 'called', atMs: T0, call: 'liquidate', correlationId: ID };
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
  expect(lines.at(-1)).toContain('SYM299 SELL 0.500 to close, 10 ms (300 of this kind by now)');
});

describe('a wait', () => {
  const wait = (left: number): Progress => ({
    kind: 'waiting',
    says: `${left} s left`,
    atMs: T0 + 7_000 - left * 1_000,
  });
  const over: Progress = { kind: 'staged', says: 'the lease is over', atMs: T0 + 7_000 };

  test('counts down in place on a terminal, and the next line is separate', () => {
    const { lines, rewritten } = told([called, wait(3), wait(2), wait(1), over], true);
    expect(rewritten).toEqual(['3 s left', '2 s left', '1 s left', '']);
    expect(lines.slice(1)).toEqual(['    7.000  the lease is over']);
  });

  test('is printed every five seconds where nothing can be rewritten', () => {
    expect(told([called, ...[7, 6, 4, 3, 2, 1].map(wait), over]).lines.slice(1)).toEqual([
      '    0.000  7 s left',
      '    5.000  2 s left',
      '    7.000  the lease is over',
    ]);
  });
});

test('no line is wider than 80 columns', () => {
  const { lines } = told([called, said('x'.repeat(100), {}, 'ERROR'), said('测试 '.repeat(40), {}, 'ERROR')]);
  expect(lines.filter(line => widthOf(line) > 80)).toEqual([]);
});

test('of two hundred bots the first eight lines of each kind are printed, then every fiftieth', () => {
  const bots = Array.from({ length: 200 }, (_, index) => `b${index}`);
  const dead = { data: { deadline: '2024-02-29T12:00:06.000000Z', tripped_at: '2024-02-29T12:00:06.007000Z' } };
  const unread = (bot: string) => said(`The bot ${bot} could not be judged`, { code: 'BOT_NOT_JUDGED' }, 'CRITICAL');
  const flat: Progress = { kind: 'ended', atMs: T0 + 900, call: 'watchdog', tookMs: 90, headline: 'FLAT' };
  const { lines } = told([
    { ...set, bots: bots.length } as Progress,
    ...bots.map(() => said('bot_dead', dead, 'CRITICAL')),
    ...bots.map(() => flat),
    ...bots.slice(0, 100).map(unread),
    said('The result could not be stored', {}, 'ERROR'),
  ]);
  const first8 = (text: string) => Array.from({ length: 8 }, () => text);
  const each50th = (text: string) => [50, 100, 150, 200].map(number => `${text} (${number} of this kind by now)`);
  const [tripped, ended] = [
    'dead: the deadline passed 7 ms ago; the watchdog calls the liquidator',
    '"watchdog" answered after 90 ms: FLAT',
  ];
  const text = lines
    .slice(3)
    .map(line => line.slice(11))
    .join(' ');
  expect(text).toBe(
    [
      ...[...first8(tripped), ...each50th(tripped), ...first8(ended), ...each50th(ended)],
      ...bots.slice(0, 8).map(bot => `The bot ${bot} could not be judged`),
      ...[50, 100].map(number => `The bot b${number - 1} could not be judged (${number} of this kind by now)`),
      'The result could not be stored',
    ].join(' '),
  );
});
