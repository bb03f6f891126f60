/** What the watchdog cannot prove, an operator decides: who is silent, what he is asked, and whose account is closed then. */

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ListedBot } from '../../bin/bots/standings.ts';
import { registerLiquidate } from '../../bin/commands/liquidate.ts';
import { isSilent, liquidateSilent } from '../../bin/liquidation/all-silent.ts';
import { createPaint } from '../../bin/terminal/paint.ts';
import { createBotStore } from '../../lambda/adapters/dynamo/bot-store.ts';
import { defaultBot, SAFE_DEFAULTS } from '../../lambda/core/config/settings.ts';
import type { BotFields } from '../../lambda/core/heartbeat/row-change.ts';
import { createMemoryBotStore } from '../../simulator/stores/bot-store.ts';
import { createVirtualClock } from '../adapters/binance/virtual-clock.ts';
import { type ServedForTests, serveForTests } from './served-cloud.ts';

const NOW = Date.UTC(2026, 10, 21, 12, 0, 0);

describe('a bot counts as silent', () => {
  const standing = (changes: Partial<ListedBot>): ListedBot =>
    ({ botId: 'alpha', condition: 'dead', configured: true, deadAtMs: NOW, ...changes }) as ListedBot;
  test.each<[string, Partial<ListedBot>, boolean]>([
    ['at its deadline, proven', {}, true],
    ['at its deadline, not proven', { condition: 'unproven' }, true],
    ['not a millisecond before, not proven', { condition: 'unproven', deadAtMs: NOW + 1 }, false],
    ['not when it is only late', { condition: 'late', deadAtMs: NOW + 1 }, false],
    ['not when it is snoozed beyond its deadline', { condition: 'snoozed' }, false],
    ['not when it is disarmed', { condition: 'disarmed' }, false],
    ['not when it was liquidated already', { condition: 'tripped' }, false],
    ['not when it never reported', { condition: 'never', deadAtMs: undefined }, false],
    ['not when the configuration does not know it: nobody holds its key', { configured: false }, false],
  ])('%s', (_when, changes, is) => {
    expect(isSilent(standing(changes), NOW)).toBe(is);
  });
});

describe('flatline liquidate --all-silent', () => {
  let served: ServedForTests;
  const bots = ['gone', 'lost', 'well', 'resting'];
  beforeAll(async () => {
    served = await serveForTests({ bots, positions: 1 });
    const nowMs = Date.now();
    for (const [botId, silentMs, more] of [
      ['gone', 900_000, {}],
      ['lost', 300_000, {}],
      ['well', 2_000, {}],
      ['resting', 900_000, { watch_state: 'disarmed' }],
    ] as const) {
      const row = {
        watch_state: 'armed',
        run_id: `run-of-${botId}`,
        beats: 1,
        last_beat_at_ms: nowMs - silentMs,
        ...more,
      };
      const times = { heartbeat_ms: 10_000, late_after_ms: 30_000, dead_after_ms: 120_000 };
      await store().change({ botId, doing: 'seed', requires: [], set: { ...row, ...times } }, 5_000);
    }
  });
  afterAll(() => served.close());
  const store = () => createBotStore({ client: served.cloud.tables.client, tableName: 'bots' });
  const here = (...args: readonly string[]) =>
    served.here([registerLiquidate], ['liquidate', '--all-silent', '--local', ...args]);
  const positionsOf = (botId: string) => served.accounts.get(botId)?.truth().positions.length;

  test('asks for confirmation, refuses without a terminal, and changes nothing', async () => {
    const { code, stderr } = await here();
    expect([code, bots.map(positionsOf)]).toEqual([3, [1, 1, 1, 1]]);
    expect(stderr).toMatch(/Nothing was done: the confirmation needs a terminal/);
  });

  test('shows in a dry run who would be liquidated, with the last true heartbeat, and changes nothing', async () => {
    const [shown, told] = [await here('--dry-run'), await here('--dry-run', '--json')];
    expect(JSON.parse(told.stdout)).toEqual({ outcome: 'dry-run', bots: [{ bot_id: 'gone' }, { bot_id: 'lost' }] });
    expect(shown.stdout).toMatch(/gone[^\n]*15 min|gone[^\n]*15:0/);
    expect(bots.map(positionsOf)).toEqual([1, 1, 1, 1]);
  });

  test('closes the accounts of the silent ones, each under its own ID, and no other account', async () => {
    const ended = await here('--yes', '--json');
    const { outcome, bots: liquidated } = JSON.parse(ended.stdout);
    expect([ended.code, outcome]).toEqual([0, 'flat']);
    expect(liquidated).toMatchObject([
      { bot_id: 'gone', headline: 'FLAT', flat: true },
      { bot_id: 'lost', headline: 'FLAT', flat: true },
    ]);
    expect(new Set(liquidated.map(({ correlation_id }: { correlation_id: string }) => correlation_id)).size).toBe(2);
    expect(bots.map(positionsOf)).toEqual([0, 0, 1, 1]);
  });

  test('exits 1 and names the one whose call failed, when the others are flat', async () => {
    served.cloud.lambda.faults.next(
      { kind: 'fail', status: 403, error: 'AccessDeniedException' },
      { operation: 'Invoke' },
    );
    const ended = await here('--yes', '--json');
    const { outcome, bots: liquidated } = JSON.parse(ended.stdout);
    expect([ended.code, outcome]).toEqual([1, 'not-flat']);
    expect(liquidated.map(({ flat }: { flat: boolean }) => flat).sort()).toEqual([false, true]);
  });
});

test('a bot that sends a heartbeat while the operator decides is left alone and reported', async () => {
  const clock = createVirtualClock(NOW);
  const bots = createMemoryBotStore(clock);
  const row = (agoMs: number): BotFields => ({ watch_state: 'armed', beats: 1, last_beat_at_ms: NOW - agoMs });
  bots.edit('alpha', row(600_000));
  bots.edit('beta', row(600_000));
  const called: unknown[] = [];
  const said: string[] = [];
  const config = { isFallback: false, settings: { ...SAFE_DEFAULTS, bots: ['alpha', 'beta'].map(defaultBot) } };
  const invoke = async (event: { readonly bot_id: string }) => {
    called.push(event.bot_id);
    return { kind: 'answered', answer: { headline: 'FLAT', state: 'completed' } };
  };
  const run = {
    options: {},
    cli: {
      terminal: {
        ...{ isInteractive: true, width: 80 },
        ask: async () => {
          bots.edit('beta', row(1_000));
          return 'all-silent';
        },
      },
    },
    paint: createPaint(false),
    screen: { paint: createPaint(false), width: 80 },
    connect: async () => ({ bots, config, clock, random: { hex: () => 'abcdef01' }, invoke }),
    say: (lines: string | readonly string[]) => said.push(...[lines].flat()),
    answer: () => undefined,
    progress: async (_what: string, work: Promise<unknown>) => work,
  };
  expect(await liquidateSilent(run as never, () => 1_000)).toBe(0);
  expect(called).toEqual(['alpha']);
  expect(said).toContain('beta reported meanwhile, or is no longer watched: not liquidated.');
});
