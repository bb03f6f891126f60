/** What `flatline status` reports first, when a night has gone on for a while. */

import { expect, test } from 'vitest';
import type { PreflightOfBot } from '../../bin/commands/status/preflights.ts';
import { wrongWithPreflights } from '../../bin/commands/status/preflights.ts';
import { type Liquidation, wrongLiquidations } from '../../bin/commands/status/survey.ts';

const NOW = Date.UTC(2026, 10, 30, 3, 0, 0);

const run = (botId: string, minutesAgo: number, rest: object = {}): Liquidation =>
  ({
    ...{ headline: 'NOT FLAT, CHECK BY HAND', tone: 'bad', open: false },
    record: {
      ...{ botId, state: 'failed', correlationId: `liq_${minutesAgo}` },
      ...{ firstStartedAtMs: NOW - minutesAgo * 60_000, symbols: undefined },
    },
    ...rest,
  }) as Liquidation;
const linesOf = (runs: readonly Liquidation[]) =>
  wrongLiquidations(runs, NOW).map(line => line.replaceAll('\u00a0', ' '));

test('the checks of a lock-out that all ended not flat are one line for each bot, the newest', () => {
  const night = Array.from({ length: 40 }, (_, index) => [run('alpha', index + 1), run('beta', index + 1)]).flat();
  expect(linesOf(night)).toEqual([
    'alpha: NOT FLAT, CHECK BY HAND, from 1 min ago (liq_1), and 39 earlier ones',
    'beta: NOT FLAT, CHECK BY HAND, from 1 min ago (liq_1), and 39 earlier ones',
  ]);
});

test('one that still runs, and one of a part of the account, have lines of their own', () => {
  const open = run('alpha', 1, { headline: 'IN PROGRESS', open: true });
  const part = run('alpha', 3);
  expect(linesOf([open, run('alpha', 2), { ...part, record: { ...part.record, symbols: ['BTCUSDT'] } }])).toEqual([
    'alpha: IN PROGRESS, started 1 min ago (liq_1)',
    'alpha: NOT FLAT, CHECK BY HAND, from 2 min ago (liq_2)',
    'alpha: NOT FLAT, CHECK BY HAND, from 3 min ago (liq_3)',
  ]);
});

test('bots that were never tested are one line, with one command that tests them all', () => {
  const never = (botId: string): PreflightOfBot => ({ botId, readiness: { kind: 'never' } });
  expect(wrongWithPreflights([never('alpha')], NOW, ' --local')).toEqual([
    'alpha: the preflight has never run, and should run daily; run it: flatline preflight --bot alpha --local',
  ]);
  expect(wrongWithPreflights([never('alpha'), never('beta')], NOW, ' --local')).toEqual([
    'alpha, beta: the preflight has never run, and should run daily; run it: flatline preflight --local',
  ]);
  expect(wrongWithPreflights([], NOW, '')).toEqual([]);
});
