/** The parts of the page, each drawn by hand. */

import { describe, expect, test } from 'vitest';
import { checkScenario } from '../../bin/commands/drill/check-scenario.ts';
import type { Played } from '../../bin/commands/drill/play.ts';
import { beforeAfter, cancelledOrders } from '../../bin/commands/drill/screen/before-after.ts';
import { checkLines, heading, scenarioPage, summary } from '../../bin/commands/drill/screen/page.ts';
import { widthOf } from '../../bin/terminal/layout.ts';
import { createPaint } from '../../bin/terminal/paint.ts';
import { SCENARIOS } from '../../simulator/scenarios/catalogue.ts';
import { duplicate } from '../../simulator/scenarios/duplicate.ts';
import type { Evidence } from '../../simulator/scenarios/evidence.ts';
import { normal } from '../../simulator/scenarios/one-call.ts';
import { partial } from '../../simulator/scenarios/partial.ts';
import {
  call,
  close,
  incident,
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
    expect(plain(scenarioPage(played(), verdictOf(played()), bare)).slice(1, 4)).toEqual([
      '  ╔═══════════════════════════════════════════════════════╗',
      '  ║ FLAT  2 positions closed, 1 order cancelled in 300 ms ║',
      '  ╚═══════════════════════════════════════════════════════╝',
    ]);
  });

  test('a promise that was not kept is never FLAT', () => {
    const broken = played({ violations: ['order 7: BUY opened the position'] });
    expect(plain(scenarioPage(broken, verdictOf(broken), bare))[2]).toContain(
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
  test('each symbol has its position and its orders, and what is left of them; an order that filled was not cancelled', () => {
    const evidence: Evidence = {
      ...normalEvidence(),
      before: {
        ...NOTHING,
        positions: [position('BTCUSDT', '0.5'), position('SOLUSDT', '-120', 'SHORT')],
        orders: [order('BTCUSDT', '11')],
        conditionals: [
          stop('BTCUSDT', '21'),
          stop('BTCUSDT', '22', { closePosition: false, quantity: '0.5', side: 'BUY' }),
        ],
      },
      after: { ...NOTHING, positions: [position('SOLUSDT', '-120', 'SHORT')] },
      journal: [request('DELETE', '/fapi/v1/algoOrder', 10, { algoId: '22' })],
    };
    expect(beforeAfter(evidence, bare)).toEqual([
      '  symbol   before                              after',
      '  BTCUSDT  0.5, 1 order, 2 conditional orders  nothing',
      '  SOLUSDT  -120 SHORT                          -120 SHORT',
    ]);
    // The stop that closes its position ended with it.
    expect(cancelledOrders(evidence)).toBe(2);
  });

  test('of many symbols those that hold something are shown, the rest is counted', () => {
    const symbols = Array.from({ length: 40 }, (_, index) => `SYM${index}USDT`);
    const positions = symbols.map(symbol => position(symbol, '1'));
    const left = positions.slice(-1);
    const lines = beforeAfter(
      { ...normalEvidence(), before: { ...NOTHING, positions }, after: { ...NOTHING, positions: left } },
      bare,
    );
    expect(lines[1]).toBe('  SYM39USDT  1       1');
    expect(lines).toHaveLength(1 + 24 + 1);
    expect(lines.at(-1)).toBe('  … and 16 more symbols, none of them holds anything');
  });

  test('what was not there before is named', () => {
    const lines = beforeAfter(
      { ...normalEvidence(), before: NOTHING, after: { ...NOTHING, positions: [position('BTCUSDT', '-1')] } },
      bare,
    );
    expect(lines[1]).toBe('  BTCUSDT  nothing  -1');
  });
});

describe('the audit log', () => {
  const shown = (changes: Parameters<typeof incident>[0]) => {
    const page = played({ incidents: [incident(changes)] });
    const lines = plain(scenarioPage(page, verdictOf(page), bare));
    return lines.slice(lines.findIndex(line => line.startsWith('Audit log of')) + 1);
  };

  test('each line has the time since the first step, the event, the symbol and the facts; the chain is verified', () => {
    const auditLog = [
      item('liquidation_orders_cancelled', {
        symbol: 'BTCUSDT',
        data: { orders: 1, conditional_orders: 2, kept_protective: 1 },
      }),
      item('liquidation_timeout', { timestamp: '2024-02-29T12:00:01.000000Z', data: { timeout_ms: 1_000 } }),
    ];
    expect(shown({ auditLog })).toEqual([
      '  0.100 s  orders cancelled  BTCUSDT  3 orders; 1 stop kept for now',
      '  1.000 s  timeout                    after 1.0 s',
      '  ✓ PROVEN: no record was changed, removed, added, or cut off at the end',
    ]);
  });

  test('of many records the first and the last are shown', () => {
    const lines = shown({ auditLog: Array.from({ length: 100 }, () => item('liquidation_position_closed')) });
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
