/** The parts of the page, each drawn by hand. */

import { describe, expect, test } from 'vitest';
import { checkScenario } from '../../bin/commands/drill/check-scenario.ts';
import type { Played } from '../../bin/commands/drill/play.ts';
import { auditLogLines } from '../../bin/commands/drill/screen/audit-log.ts';
import { beforeAfter } from '../../bin/commands/drill/screen/before-after.ts';
import { heading, scenarioPage } from '../../bin/commands/drill/screen/page.ts';
import { checkLines, resultBox } from '../../bin/commands/drill/screen/result-box.ts';
import { summary } from '../../bin/commands/drill/screen/summary.ts';
import { createPaint } from '../../bin/terminal/paint.ts';
import { widthOf } from '../../bin/terminal/text-width.ts';
import { SCENARIOS } from '../../simulator/scenarios/catalogue.ts';
import { duplicate } from '../../simulator/scenarios/duplicate.ts';
import type { Evidence } from '../../simulator/scenarios/evidence.ts';
import { normal } from '../../simulator/scenarios/one-call.ts';
import { partial } from '../../simulator/scenarios/partial.ts';
import {
  call,
  close,
  fill,
  incident,
  intact,
  item,
  NOTHING,
  normalEvidence,
  order,
  position,
  readOfPositions,
  request,
  stop,
  T0,
} from './kept-promise.ts';

const bare = { paint: createPaint(false), width: 80 };
const plain = (lines: readonly string[]): readonly string[] => lines.map(line => line.replaceAll('\u00a0', ' '));
const played = (changes: Partial<Evidence> = {}): Played => ({
  ...{ scenario: normal, timeoutMs: 5_000, startedAtMs: T0, stuck: undefined },
  evidence: { ...normalEvidence(), ...changes },
});
const verdictOf = ({ evidence }: Played) => checkScenario(normal.checks, evidence);

test('a scenario that cannot take as many positions as asked for says so', () => {
  expect(heading(duplicate, 300, bare)).toContain('  it runs with 40 positions, not with 300');
  expect(heading(partial, 1, bare)).toContain('  it runs with 3 positions, not with 1');
  expect(heading(duplicate, 40, bare).join()).not.toContain('played with');
  expect(heading(duplicate, undefined, bare).join()).not.toContain('played with');
});

describe('the verdict', () => {
  test('flat: big, first, in the exchange’s numbers', () => {
    expect(plain(resultBox(played(), verdictOf(played()), bare))).toEqual([
      '  ╔═══════════════════════════════════════════════════════╗',
      '  ║ FLAT  2 positions closed, 1 order cancelled in 300 ms ║',
      '  ╚═══════════════════════════════════════════════════════╝',
    ]);
  });

  test('a promise that was not kept is never FLAT', () => {
    const broken = played({ violations: ['order 7: BUY opened the position'] });
    expect(plain(resultBox(broken, verdictOf(broken), bare))[1]).toContain(
      '║ NOT VERIFIED  1 of 10 checks failed; 2 positions',
    );
    expect(checkLines(verdictOf(broken), bare)).toContain('      order 7: BUY opened the position');
  });

  test('many failed checks are counted, not listed', () => {
    const many = played({ leaks: ['1', '2', '3', '4', '5', '6', '7'] });
    const lines = checkLines(verdictOf(many), bare);
    expect(lines.slice(-7)).toEqual([
      expect.stringContaining('✗ no key'),
      ...['1', '2', '3', '4', '5', 'and 2 more'].map(one => `      ${one}`),
    ]);
  });
});

describe('before and after', () => {
  test('each position and order is printed with what became of it; a stop that ended with its position was not cancelled', () => {
    const evidence: Evidence = {
      ...normalEvidence(),
      before: {
        ...NOTHING,
        positions: [position('BTCUSDT', '0.5'), position('SOLUSDT', '120')],
        orders: [order('BTCUSDT', '11'), order('SOLUSDT', '12', { side: 'SELL', reduceOnly: true, quantity: '120' })],
        conditionals: [
          stop('BTCUSDT', '21'),
          stop('BTCUSDT', '22', { closePosition: false, quantity: '0.5', side: 'BUY' }),
        ],
      },
      after: {
        ...NOTHING,
        positions: [position('SOLUSDT', '120')],
        fills: [fill('SOLUSDT', 'SELL', '120', { orderId: '12' })],
      },
      journal: [request('DELETE', '/fapi/v1/algoOrder', 10, { algoId: '22' })],
    };
    expect(beforeAfter(evidence, bare)).toEqual([
      '  symbol   what                            before  after',
      '  BTCUSDT  long position                      0.5  closed',
      '           BUY at 60300, entry                0.5  cancelled',
      '           stop SELL at 53600, protective     all  ended with it',
      '           stop BUY at 53600, entry           0.5  cancelled',
      '  SOLUSDT  long position                      120  120',
      '           SELL at 60300, take-profit         120  filled',
    ]);
  });

  test('of many rows those that are left are shown, the rest is counted', () => {
    const symbols = Array.from({ length: 40 }, (_, index) => `SYM${index}USDT`);
    const positions = symbols.map(symbol => position(symbol, '1'));
    const left = positions.slice(-1);
    const lines = beforeAfter(
      { ...normalEvidence(), before: { ...NOTHING, positions }, after: { ...NOTHING, positions: left } },
      bare,
    );
    expect(lines[1]).toBe('  SYM39USDT  long position       1  1');
    expect(lines).toHaveLength(1 + 24 + 1);
    expect(lines.at(-1)).toBe('  … and 16 more rows, all closed or cancelled');
  });

  test('what was not there before is named', () => {
    const lines = beforeAfter(
      { ...normalEvidence(), before: NOTHING, after: { ...NOTHING, positions: [position('BTCUSDT', '-1')] } },
      bare,
    );
    expect(lines[1]).toBe('  BTCUSDT  short position    none  -1');
  });
});

describe('the audit log', () => {
  test('each line has the time, the event, the symbol and the facts that matter', () => {
    const auditLog = [
      item('liquidation_started', { data: { trigger: 'drill', answer_within_ms: 5_000 } }),
      item('liquidation_positions_queried', {
        data: { round: 1, verified: true, positions: [{}, {}], orders: 1, conditional_orders: 0 },
      }),
      item('liquidation_orders_cancelled', {
        symbol: 'BTCUSDT',
        data: { orders: 1, conditional_orders: 2, kept_protective: 1 },
      }),
      item('liquidation_position_close_failed', {
        symbol: '测试USDT',
        data: { amount: '7' },
        error: { code: 'CLOSE_REFUSED', exchange_code: -2010 },
      }),
      item('liquidation_position_closed', {
        symbol: 'BTCUSDT',
        data: { quantity: '0.5', average_price: '67000.1', realized_pnl: '-3.2', pnl_is_estimate: false },
      }),
      item('liquidation_timeout', { timestamp: '2024-02-29T12:00:01.000000Z', data: { timeout_ms: 1_000 } }),
    ];
    expect(plain(auditLogLines(incident({ auditLog }), T0, bare))).toEqual([
      '  0.100  started                          attempt 1, by a drill, 5.0 s to answer',
      '  0.100  positions queried                read 1: 2 positions, 1 order',
      '  0.100  orders cancelled       BTCUSDT   3 orders; 1 stop kept for now',
      '  0.100  position close failed  测试USDT  7; CLOSE_REFUSED (-2010)',
      '  0.100  position closed        BTCUSDT   0.5 at 67000.1, PnL -3.2',
      '  1.000  timeout                          after 1.0 s',
      '  ✓ hash chain intact: no record changed, removed, added or cut off the end',
    ]);
  });

  test('the audit log names each of several writers, and says which part has no seal', () => {
    const auditLog = [
      item('liquidation_started'),
      item('liquidation_duplicate', { writer: 'd-0f', data: { found: 'in_progress' } }),
      item('liquidation_resumed', { writer: 'a2', data: { died: true } }),
    ];
    const segments = [
      { writer: 'a1', kind: 'unsealed', items: 1, sentence: 'a1: 1 items without contradiction, but no seal.' },
      intact('a2'),
    ];
    const lines = plain(auditLogLines(incident({ auditLog, chain: { ok: true, sealed: false, segments } }), T0, bare));
    expect(lines).toContain('  0.100  duplicate  duplicate    found in progress; nothing changed');
    expect(lines).toContain('  0.100  attempt 2  resumed      the previous attempt died');
    expect(lines.slice(-2)).toEqual([
      '  ! hash chain without contradiction, but not sealed by every writer',
      '      a1: 1 items without contradiction, but no seal.',
    ]);
  });

  test('a broken chain is printed as an error', () => {
    const segments = [
      {
        writer: 'a1',
        kind: 'changed',
        items: 1,
        sentence: 'a1: changed at item 2: its content does not match its hash.',
      },
    ];
    const lines = auditLogLines(incident({ chain: { ok: false, sealed: false, segments } }), T0, bare);
    expect(lines.slice(-2)).toEqual([
      '  ✗ hash chain BROKEN',
      '      a1: changed at item 2: its content does not match its hash.',
    ]);
  });

  test('of many records the first and the last are shown', () => {
    const auditLog = Array.from({ length: 100 }, () => item('liquidation_position_closed'));
    const lines = auditLogLines(incident({ auditLog }), T0, bare);
    expect(lines.at(-2)).toBe('  … 76 more records between them, not shown');
    expect(lines).toHaveLength(24 + 2);
  });
});

test('the summary has a line for each scenario and says how many failed', () => {
  const broken = played({ leaks: ['found in the log'] });
  const finished = [
    { played: played(), verdict: verdictOf(played()) },
    { played: broken, verdict: verdictOf(broken) },
  ];
  expect(plain(summary(finished, bare)).slice(2)).toEqual([
    '     scenario  checks  verdict',
    '  ✓  normal     10/10  FLAT: 2 positions closed, 1 order cancelled in 300 ms',
    '  ✗  normal      9/10  NOT VERIFIED: 1 of 10 checks failed; 2 positions closed,',
    '                       1 order cancelled in 300 ms',
    '',
    '  1 of 2 scenarios not verified.',
  ]);
});

test.each([false, true])('no line of a page is wider than 80 columns (colours: %s)', coloured => {
  const paint = createPaint(coloured);
  const symbols = ['BTCUSDT', '测试USDT', 'BTCUSDT_261225'];
  const wide = played({
    before: {
      ...NOTHING,
      positions: symbols.map(symbol => position(symbol, '-123456789.12345678')),
      orders: symbols.map(symbol => order(symbol, '1')),
    },
    journal: symbols.flatMap((symbol, index) => [readOfPositions(index), close(symbol, 'SELL', 10 + index * 3_000)]),
    calls: [call('liquidate'), call('another with a long name'), call('third')],
    violations: [
      'order 8886774000 (client id fl-0123456789abcdef0123456789abcdef): BUY BTCUSDT BOTH opened the position, from 0 to 1',
    ],
    incidents: [
      incident({
        auditLog: symbols.map(symbol =>
          item('liquidation_position_closed', {
            symbol,
            data: {
              quantity: '123456789.123',
              average_price: '67000.123456',
              realized_pnl: '-123456.123456789',
              pnl_is_estimate: true,
            },
          }),
        ),
      }),
    ],
  });
  const lines = [
    ...SCENARIOS.flatMap(one => heading(one, 300, { paint, width: 80 })),
    ...scenarioPage(wide, verdictOf(wide), { paint, width: 80 }),
  ];
  expect(lines.filter(line => widthOf(line) > 80)).toEqual([]);
});
