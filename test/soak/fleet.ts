/**
 * Ten thousand bots in one table in memory, with the watchdog's real code, in virtual time. Keeps a history of
 * what happened to each bot, for judge-history.ts.
 */

import { tick } from '../../lambda/app/watchdog/tick.ts';
import type { WatchdogPorts } from '../../lambda/app/watchdog/tick-context.ts';
import { WATCHDOG_ROW } from '../../lambda/bot-row.ts';
import { defaultBot, SAFE_DEFAULTS } from '../../lambda/core/config/settings.ts';
import type { WatchTimes } from '../../lambda/core/heartbeat/watch-times.ts';
import type { BotStore } from '../../lambda/ports.ts';
import { createRandom } from '../../simulator/engine/seeded-random.ts';
import { createMemoryBotStore } from '../../simulator/stores/bot-store.ts';
import { createMemoryStores } from '../../simulator/stores/stores.ts';
import { type BotTimeline, botTimeline, DEPLOYED_TIMES, isDeployedAt } from './bot-timeline.ts';
import { fleetOf, type Happened } from './fleet-bots.ts';
import { createFleetClock } from './fleet-clock.ts';
import { ATTEMPT_MS, type Attempt, fleetLiquidator } from './fleet-liquidator.ts';
import { BROWNOUT_LOSES, MINUTE, type Outage, outagesOf, tickInstants } from './outages.ts';

const START_MS = Date.UTC(2026, 10, 21, 0, 0, 0);
const LOCKOUT_MS = 5 * MINUTE;
const LATENCY_MS = 5;

const FAULTS = ['hang', 'lose-answer', 'refuse'] as const;
/** So many calls are between two that fail in the same way. */
const EVERY_SO_MANY = 6_000;

export interface FleetOptions {
  readonly seed: number;
  readonly bots: number;
  readonly forMs: number;
  /** How long a bot is well, on average, before something happens to it. */
  readonly wellMs: number;
  /** How long the watch works without an outage, on average. */
  readonly quietMs: number;
  /** Called at every watchdog run with the progress. */
  readonly onTick?: (atMs: number) => void;
  /** A watchdog that is broken in some way, for tests of the judge. */
  readonly breaks?: (world: WatchdogPorts) => WatchdogPorts;
  /** A watchdog with other times. */
  readonly timesAsRead?: (times: WatchTimes) => WatchTimes;
}

export interface History {
  readonly timelines: readonly BotTimeline[];
  readonly outages: readonly Outage[];
  readonly ticks: readonly number[];
  /** By bot, in order of time; of heartbeats only those that changed the row before a read. */
  readonly happened: ReadonlyMap<string, readonly Happened[]>;
  /** Those that took the lock. */
  readonly attempts: readonly Attempt[];
  /** Calls of the liquidator that found the lock taken, and those whose trip was over. */
  readonly duplicates: number;
  readonly gone: number;
  /** Re-arms, those among them that ended an unfinished liquidation, and those that were refused while one ran. */
  readonly rearms: number;
  readonly midRun: number;
  readonly refusedRearms: number;
  readonly lockOutChecks: number;
  readonly refusedBeats: number;
  /** How often a watchdog run named a bot without proof. */
  readonly unproven: number;
  /** Clean stops of a run that was replaced, each refused, and starts of runs that never worked. */
  readonly staleStops: number;
  readonly crashStarts: number;
  /** Single calls that failed; `botId` is the row or the shard that they were about. */
  readonly faults: readonly { readonly atMs: number; readonly botId: string }[];
  /** Logged as bugs. */
  readonly bugs: readonly string[];
  readonly checks: number;
}

export async function runFleet({
  seed,
  bots: count,
  forMs,
  wellMs,
  quietMs,
  ...options
}: FleetOptions): Promise<History> {
  const random = createRandom(seed);
  const outages = outagesOf(random, forMs, quietMs);
  const ticks = tickInstants(random, outages, forMs);
  const timelines = Array.from({ length: count }, (_, index) => botTimeline(random, index, forMs, wellMs));

  const clock = createFleetClock(START_MS);
  const nowMs = (): number => clock.nowMs() - START_MS;
  const table = createMemoryBotStore(clock);
  const stores = createMemoryStores({ clock });
  const fleet = fleetOf(timelines, table, outages, clock);
  const liquidator = fleetLiquidator(clock, random, stores.lock, fleet.quiet);
  const bugs: string[] = [];
  const faults: { readonly atMs: number; readonly botId: string }[] = [];
  const tally = { lockOutChecks: 0, unproven: 0, checks: 0 };
  const outageNow = (...kinds: readonly Outage['kind'][]): Outage | undefined =>
    outages.find(({ kind, fromMs, toMs }) => kinds.includes(kind) && nowMs() >= fromMs && nowMs() < toMs);

  // One call in two thousand fails.
  table.injectFaults(call => {
    if (fleet.isWriting()) return undefined;
    const outage = outageNow('watchdog', 'table');
    if (outage !== undefined) return outage.fault;
    const ofWrites = call.operation === 'change' ? outageNow('writes', 'brownout') : undefined;
    if (call.operation === 'change' && call.target !== WATCHDOG_ROW) {
      const ofRows = outageNow('rows');
      if (ofRows !== undefined) return ofRows.fault;
    }
    if (ofWrites !== undefined && (ofWrites.kind === 'writes' || random() < BROWNOUT_LOSES)) return ofWrites.fault;
    const fault = FAULTS[Math.floor(random() * EVERY_SO_MANY)];
    if (fault !== undefined) faults.push({ atMs: nowMs(), botId: call.target });
    return fault;
  });
  const remote = async <T>(timeoutMs: number, call: () => Promise<T>): Promise<T> => {
    const halfMs = random() * LATENCY_MS;
    await clock.sleep(Math.max(0, Math.min(halfMs, timeoutMs)));
    const result = await call();
    await clock.sleep(halfMs);
    return result;
  };
  const bots: BotStore = {
    read: (botId, timeoutMs) =>
      remote(timeoutMs, () => {
        tally.checks += 1;
        fleet.catchUp(botId, nowMs());
        return table.read(botId, timeoutMs);
      }),
    change: (change, timeoutMs) =>
      remote(timeoutMs, () => {
        fleet.catchUp(change.botId, nowMs());
        const changed = table.change(change, timeoutMs);
        if (change.doing === 'trip') fleet.noteTrip(change, nowMs());
        return changed;
      }),
    due: (shard, untilMs, timeoutMs) =>
      remote(timeoutMs, () => {
        fleet.actUntil(nowMs());
        return table.due(shard, untilMs, timeoutMs);
      }),
    list: timeoutMs => table.list(timeoutMs),
  };

  const sound: WatchdogPorts = {
    ...{ clock, bots, locks: stores.lock },
    audit: { append: () => clock.sleep(LATENCY_MS), list: async () => [] },
    unfinished: stores.lock.unfinished,
    records: { read: stores.lock.readRecord },
    random: {
      fraction: random,
      hex: digits =>
        Math.floor(random() * 2 ** 32)
          .toString(16)
          .padStart(digits, '0')
          .slice(-digits),
    },
    telemetry: {
      log: (_level, message) => {
        if (message.includes('bug') || message.includes('foresaw')) bugs.push(message);
      },
      ...{ metric: () => undefined, redact: () => undefined, flush: () => undefined },
    },
    invoker: {
      async invokeLater(event) {
        await clock.sleep(LATENCY_MS);
        if (outageNow('invoker') !== undefined) throw new Error('not accepted');
        if (event.trigger === 'watchdog') void liquidator.liquidate(event);
        else tally.lockOutChecks += 1;
        if (random() < 0.03) throw new Error('the answer was lost');
      },
    },
  };

  const world = options.breaks?.(sound) ?? sound;
  const timesAsRead = options.timesAsRead ?? (times => times);
  const settings = {
    ...SAFE_DEFAULTS,
    liquidation: { ...SAFE_DEFAULTS.liquidation, lockoutMs: LOCKOUT_MS },
    bots: timelines.map(({ botId, times }) => ({ ...defaultBot(botId), ...timesAsRead(times) })),
  };
  const deployed = {
    ...settings,
    bots: timelines.map(timeline => ({
      ...defaultBot(timeline.botId),
      ...(timeline.isDeployed ? DEPLOYED_TIMES : timeline.times),
    })),
  };
  const running = new Set<Promise<void>>();
  const operating = fleet.operate(world.unfinished, ticks.at(-1) ?? 0);
  for (const atMs of ticks) {
    await clock.sleep(Math.max(0, atMs - nowMs()));
    options.onTick?.(atMs);
    // The trace of calls would use up the memory.
    (table.calls as unknown[]).length = 0;
    (stores.script.calls as unknown[]).length = 0;
    const one: Promise<void> = tick(
      world,
      { settings: isDeployedAt(atMs) ? deployed : settings, isFallback: false },
      { remainingMs: 112_000 },
    ).then(report => {
      tally.unproven += report.unproven.length;
      running.delete(one);
    });
    running.add(one);
  }
  await Promise.all([...running, operating]);
  await clock.sleep(2 * ATTEMPT_MS);
  const { happened, ...counted } = fleet.history();
  const { attempts } = liquidator;
  return {
    ...{ timelines, outages, ticks, happened, attempts, faults, bugs },
    ...counted,
    ...tally,
    ...liquidator.tally,
  };
}
