/**
 * The judge of the soak can fail: it finds each watchdog that is broken in one way, and names its
 * fault. All of them run the same timelines as the correct watchdog, of which it reports nothing.
 */

import { expect, test } from 'vitest';
import type { WatchdogPorts } from '../../lambda/app/watchdog/tick-context.ts';
import type { BotFields } from '../../lambda/core/heartbeat/row-change.ts';
import { type FleetOptions, runFleet } from './fleet.ts';
import { judgeHistory, type Problem } from './judge-history.ts';
import { MINUTE } from './outages.ts';

type Broken = Pick<FleetOptions, 'breaks' | 'timesAsRead'>;

async function kindsOf(broken: Broken): Promise<ReadonlySet<Problem['kind']>> {
  const history = await runFleet({
    ...{ seed: 20_261_130, bots: 60, forMs: 150 * MINUTE, wellMs: 30 * MINUTE, quietMs: 12 * MINUTE, ...broken },
  });
  return new Set(judgeHistory(history).problems.map(({ kind }) => kind));
}

const withBots =
  (change: (bots: WatchdogPorts['bots']) => Partial<WatchdogPorts['bots']>) =>
  (world: WatchdogPorts): WatchdogPorts => ({ ...world, bots: { ...world.bots, ...change(world.bots) } });
const withCalls =
  (
    change: (event: Readonly<Record<string, unknown>>, count: number) => Readonly<Record<string, unknown>> | undefined,
  ) =>
  (world: WatchdogPorts): WatchdogPorts => {
    let count = 0;
    const invokeLater: WatchdogPorts['invoker']['invokeLater'] = async (event, timeoutMs) => {
      count += 1;
      const changed = change(event, count);
      if (changed !== undefined) await world.invoker.invokeLater(changed, timeoutMs);
    };
    return { ...world, invoker: { invokeLater } };
  };

test('the judge reports nothing of the correct watchdog', async () => {
  expect([...(await kindsOf({}))]).toEqual([]);
});

test.each<[string, Problem['kind'], Broken]>([
  [
    'halves the time that bots may be silent',
    'early',
    {
      timesAsRead: times => ({ ...times, lateAfterMs: times.heartbeatMs + 1, deadAfterMs: times.heartbeatMs + 2_002 }),
    },
  ],
  [
    'takes its own writes for proof, whether they succeed or not',
    'early',
    {
      breaks: withBots(bots => ({
        change: async (change, timeoutMs) => {
          const isProof = change.botId === '#watchdog' || change.doing.startsWith('prove');
          const result = bots.change(change, timeoutMs);
          return isProof ? await result.catch(() => undefined) : await result;
        },
      })),
    },
  ],
  [
    'trips on what it read a minute ago',
    'early',
    {
      breaks: world => {
        const read = new Map<string, { readonly atMs: number; readonly row: Promise<BotFields | undefined> }>();
        const stale = (botId: string, timeoutMs: number) => {
          const [nowMs, known] = [world.clock.nowMs(), read.get(botId)];
          if (known !== undefined && nowMs - known.atMs < MINUTE) return known.row;
          const row = world.bots.read(botId, timeoutMs);
          read.set(botId, { atMs: nowMs, row });
          return row;
        };
        return withBots(bots => ({
          read: stale,
          change: (change, timeoutMs) =>
            bots.change(change.doing === 'trip' ? { ...change, requires: [] } : change, timeoutMs),
        }))(world);
      },
    },
  ],
  [
    'does not see one of its shards',
    'missed',
    {
      breaks: withBots(bots => ({
        due: (shard, ...rest) => (shard === 3 ? Promise.resolve([]) : bots.due(shard, ...rest)),
      })),
    },
  ],
  ['takes an hour of silence for normal', 'missed', { timesAsRead: times => ({ ...times, deadAfterMs: 60 * MINUTE }) }],
  [
    'loses every tenth call of the liquidator',
    'missed',
    { breaks: withCalls((event, count) => (count % 10 === 0 ? undefined : event)) },
  ],
  [
    'names a liquidation by the call, not by the deadline',
    'double',
    {
      breaks: withCalls((event, count) => ({
        ...event,
        correlation_id: `liq_20261129_000000_${String(count).padStart(6, '0')}`,
      })),
    },
  ],
  [
    'resumes a liquidation whatever became of its trip',
    'double',
    {
      breaks: world => ({
        ...withCalls(({ trip: _trip, ...event }) => event)(world),
        unfinished: {
          due: async (...given) => (await world.unfinished.due(...given)).map(({ trip: _trip, ...run }) => run),
          giveUp: async () => true,
        },
      }),
    },
  ],
])('the judge reports of a watchdog that %s: %s', async (_how, kind, broken) => {
  expect([...(await kindsOf(broken))]).toContain(kind);
});
