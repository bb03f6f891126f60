/**
 * Ten thousand bots over one table in memory, and the watchdog's real ticks over them, in virtual time. A beat or an act
 * is written when somebody is about to look, as of the instant at which it was sent: what nobody saw need not be done.
 * Keeps a history of what happened to each bot, for judge-history.ts.
 */

import { createMemoryBotStore, type MemoryBotStore } from '../../lambda/adapters/memory/bot-store.ts';
import { createMemoryStores } from '../../lambda/adapters/memory/stores.ts';
import { tick } from '../../lambda/app/watchdog/tick.ts';
import type { WatchdogPorts } from '../../lambda/app/watchdog/watchdog-ports.ts';
import { defaultBot, SAFE_DEFAULTS } from '../../lambda/core/config/settings.ts';
import {
  goodbyeChange,
  markChange,
  runBeatChange,
  startChange,
  takeOverChange,
  waitChange,
} from '../../lambda/core/heartbeat/client-changes.ts';
import { disarmChange, rearmChange, snoozeChange } from '../../lambda/core/heartbeat/operator-changes.ts';
import type { BotFields, RowChange } from '../../lambda/core/heartbeat/row-change.ts';
import type { WatchTimes } from '../../lambda/core/heartbeat/watch-times.ts';
import type { BotStore, LiquidationRecord } from '../../lambda/ports.ts';
import { createRandom } from '../../simulator/venue/seeded-random.ts';
import { flatRecord } from '../support/flat-record.ts';
import { claimOf } from '../support/stored-records.ts';
import { type Act, type BotLife, botLife, DEPLOYED_TIMES, isDeployedAt, lastBeat, type SentBeat } from './bot-life.ts';
import { createCrowdClock } from './crowd-clock.ts';
import { BROWNOUT_LOSES, isBeatLost, MINUTE, type Trouble, tickInstants, troublesOf } from './trouble.ts';

const START_MS = Date.UTC(2026, 10, 21, 0, 0, 0);
const LOCKOUT_MS = 5 * MINUTE;
const LATENCY_MS = 5;
const LIQUIDATION_MS = 900;
const LEASE_MS = 30_000;

const FAULTS = ['hang', 'lose-answer', 'refuse'] as const;
/** Of the calls, so many are between two that fail by themselves in the same way. */
const EVERY_SO_MANY = 6_000;

export interface CrowdOptions {
  readonly seed: number;
  readonly bots: number;
  readonly forMs: number;
  /** How long a bot is well, on average, before something happens to it. */
  readonly wellMs: number;
  /** How long all is well with the watch, on average. */
  readonly calmMs: number;
  /** Told at every tick how far it is. */
  readonly onTick?: (atMs: number) => void;
}

/** Milliseconds since the beginning. */
export interface Happened {
  readonly atMs: number;
  readonly kind: 'beat' | 'arm' | 'disarm' | 'rearm' | 'snooze' | 'fail' | 'trip';
  /** Of a trip. */
  readonly correlationId?: string;
  readonly cause?: 'silence' | 'cry';
  /** Of a snooze. */
  readonly untilMs?: number;
}

export interface Liquidation {
  readonly atMs: number;
  readonly botId: string;
  readonly correlationId: string;
}

export interface History {
  readonly lives: readonly BotLife[];
  readonly troubles: readonly Trouble[];
  readonly ticks: readonly number[];
  /** By bot, in order of time; of beats only those that changed the row while somebody looked. */
  readonly happened: ReadonlyMap<string, readonly Happened[]>;
  /** Those that took the lock. */
  readonly liquidations: readonly Liquidation[];
  /** Calls of the liquidator that found the lock taken. */
  readonly duplicates: number;
  readonly sentinels: number;
  readonly refusedBeats: number;
  /** How often a tick named a bot that nobody can vouch for. */
  readonly unproven: number;
  /** Goodbyes of a run that was replaced, each refused, and starts of runs that never worked. */
  readonly staleGoodbyes: number;
  readonly crashStarts: number;
  /** Single calls that failed by themselves; `botId` is the row or the shard that they were about. */
  readonly faults: readonly { readonly atMs: number; readonly botId: string }[];
  /** Logged as bugs. */
  readonly bugs: readonly string[];
  readonly looks: number;
}

export async function runCrowd({ seed, bots: count, forMs, wellMs, calmMs, onTick }: CrowdOptions): Promise<History> {
  const random = createRandom(seed);
  const troubles = troublesOf(random, forMs, calmMs);
  const ticks = tickInstants(random, troubles, forMs);
  const lives = Array.from({ length: count }, (_, index) => botLife(random, index, forMs, wellMs));

  const clock = createCrowdClock(START_MS);
  const nowMs = (): number => clock.nowMs() - START_MS;
  const table = createMemoryBotStore(clock);
  const stores = createMemoryStores({ clock });
  const people = crowdOf(lives, table, troubles);
  const liquidations: Liquidation[] = [];
  const bugs: string[] = [];
  const faults: { readonly atMs: number; readonly botId: string }[] = [];
  const tally = { duplicates: 0, sentinels: 0, unproven: 0, looks: 0 };
  const troubleNow = (...kinds: readonly Trouble['kind'][]): Trouble | undefined =>
    troubles.find(({ kind, fromMs, toMs }) => kinds.includes(kind) && nowMs() >= fromMs && nowMs() < toMs);

  // One call in two thousand fails by itself.
  table.injectFaults(call => {
    if (people.isWriting()) return undefined;
    const trouble = troubleNow('watchdog', 'table');
    if (trouble !== undefined) return trouble.fault;
    const ofWrites = call.operation === 'change' ? troubleNow('writes', 'brownout') : undefined;
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
        tally.looks += 1;
        people.catchUp(botId, nowMs());
        return table.read(botId, timeoutMs);
      }),
    change: (change, timeoutMs) =>
      remote(timeoutMs, () => {
        people.catchUp(change.botId, nowMs());
        const changed = table.change(change, timeoutMs);
        if (change.doing === 'trip') people.noteTrip(change, nowMs());
        return changed;
      }),
    due: (shard, untilMs, timeoutMs) =>
      remote(timeoutMs, () => {
        people.actUntil(nowMs());
        return table.due(shard, untilMs, timeoutMs);
      }),
    list: timeoutMs => table.list(timeoutMs),
  };

  /** Whoever calls again with the ID of a run that is done is only answered. */
  const finished = new Map<string, LiquidationRecord>();

  async function liquidate(botId: string, correlationId: string): Promise<void> {
    await clock.sleep(random() * 400);
    const atMs = clock.nowMs();
    const holder = `holder-${liquidations.length}-${tally.duplicates}`;
    const claim = { botId, trigger: 'watchdog', holder, nowMs: atMs, leaseUntilMs: atMs + LEASE_MS } as const;
    const taken = await stores.lock.claim(claimOf(correlationId, claim), 1_000);
    if (taken.kind !== 'taken' || finished.has(correlationId)) {
      tally.duplicates += 1;
      return;
    }
    liquidations.push({ atMs: nowMs(), botId, correlationId });
    finished.set(correlationId, flatRecord(correlationId, botId, clock.nowMs() + LIQUIDATION_MS));
  }

  const world: WatchdogPorts = {
    ...{ clock, bots, locks: stores.lock },
    audit: { append: () => clock.sleep(LATENCY_MS), list: async () => [] },
    unfinished: { due: async () => [], giveUp: async () => false },
    records: { read: async id => finished.get(id) },
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
      async invokeLater({ trigger, bot_id, correlation_id }) {
        await clock.sleep(LATENCY_MS);
        if (troubleNow('invoker') !== undefined) throw new Error('not accepted');
        if (trigger === 'watchdog') void liquidate(String(bot_id), String(correlation_id));
        else tally.sentinels += 1;
        if (random() < 0.03) throw new Error('the answer was lost');
      },
    },
  };

  const settings = {
    ...SAFE_DEFAULTS,
    liquidation: { ...SAFE_DEFAULTS.liquidation, lockoutMs: LOCKOUT_MS },
    bots: lives.map(({ botId, times }) => ({ ...defaultBot(botId), ...times })),
  };
  const deployed = {
    ...settings,
    bots: lives.map(life => ({ ...defaultBot(life.botId), ...(life.isDeployed ? DEPLOYED_TIMES : life.times) })),
  };
  const running = new Set<Promise<void>>();
  for (const atMs of ticks) {
    await clock.sleep(Math.max(0, atMs - nowMs()));
    onTick?.(atMs);
    // The trace of calls would be all the memory there is.
    (table.calls as unknown[]).length = 0;
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
  await Promise.all(running);
  await clock.sleep(LIQUIDATION_MS);
  const { happened, ...counted } = people.history();
  return { ...{ lives, troubles, ticks, happened, liquidations, faults, bugs }, ...counted, ...tally };
}

interface Person {
  readonly life: BotLife;
  acts: number;
  lastSentMs: number;
  /** The spell of health whose first beat was taken. */
  begun: SentBeat['well'] | undefined;
  /** Names the run that beats, and the one before. */
  runs: number;
  readonly happened: Happened[];
}

/** Operators and bots try again what these do not take. */
const TAKES_NO_ACTS: readonly Trouble['kind'][] = ['table', 'writes', 'brownout'];

/** A start that was lost with its first beat is noticed at the next one. */
function taken(act: Act, atMs: number, { heartbeatMs }: WatchTimes): Act {
  const isLost = act.kind === 'start' && atMs > act.atMs;
  return { ...act, atMs: isLost ? atMs + heartbeatMs + 1_000 : atMs };
}

/** The bots' own side of the table: their beats, and what operators do to their watch. */
function crowdOf(lives: readonly BotLife[], table: MemoryBotStore, lost: readonly Trouble[]) {
  const people = new Map<string, Person>(
    lives.map(life => [life.botId, { life, acts: 0, lastSentMs: -1, begun: undefined, runs: 0, happened: [] }]),
  );
  // An act that the table does not take is tried again when it does.
  const afterTrouble = (atMs: number): number =>
    lost.find(({ kind, fromMs, toMs }) => TAKES_NO_ACTS.includes(kind) && atMs >= fromMs && atMs < toMs)?.toMs ?? atMs;
  const actsOf = new Map(
    lives.map(({ botId, acts, times }) => [
      botId,
      acts.map(act => taken(act, afterTrouble(act.atMs), times)).toSorted((a, b) => a.atMs - b.atMs),
    ]),
  );
  const agenda = [...actsOf]
    .flatMap(([botId, acts]) => acts.map(({ atMs }) => ({ atMs, botId })))
    .toSorted((a, b) => a.atMs - b.atMs);
  let agendaAt = 0;
  let refusedBeats = 0;
  let staleGoodbyes = 0;
  let crashStarts = 0;
  let writing = false;

  /** At once: the table in memory does its work before it waits. True when the row is another one then. */
  function write(change: RowChange): boolean {
    const before = table.rows().get(change.botId);
    writing = true;
    void table.change(change, 1_000);
    writing = false;
    return table.rows().get(change.botId) !== before;
  }

  const runOf = ({ runs }: Person, back = 0): string => `run-${String(runs - back).padStart(8, '0')}`;

  function send(person: Person, atMs: number): void {
    const { life } = person;
    const sent = lastBeat(life, atMs, lost);
    if (sent === undefined || sent.atMs <= person.lastSentMs) return;
    person.lastSentMs = sent.atMs;
    const { botId, times } = life;
    const claimedMs = Math.max(1, START_MS + sent.atMs + life.offsetMs(sent.count));
    const isStart = sent.well.isStart && person.begun !== sent.well;
    if (isStart) person.runs += 1;
    const beat = { botId, runId: runOf(person), atMs: claimedMs, count: sent.count, by: 'bot', times };
    if (isStart) {
      person.begun = sent.well;
      const isArmed = table.rows().get(botId)?.watch_state === 'armed';
      if (write(takeOverChange(beat))) person.happened.push({ atMs: sent.atMs, kind: 'beat' });
      else if (!isArmed && write(startChange(beat))) person.happened.push({ atMs: sent.atMs, kind: 'arm' });
      else {
        write(waitChange(beat));
        refusedBeats += 1;
      }
    } else if (write(runBeatChange(beat))) person.happened.push({ atMs: sent.atMs, kind: 'beat' });
    else refusedBeats += 1;
    // Only the last of a row of beats is of interest.
    const [one, other] = person.happened.slice(-2);
    if (one?.kind === 'beat' && other?.kind === 'beat') person.happened.splice(-2, 1);
  }

  function act(person: Person, { kind, atMs, untilMs = 0 }: Act): void {
    if (kind === 'start') return;
    const { botId, times } = person.life;
    const run = { botId, atMs: START_MS + atMs, by: 'bot', reason: 'soak' };
    if (kind === 'crash-start') {
      crashStarts += 1;
      person.runs += 1;
      const isLost = isBeatLost(lost, atMs, times.heartbeatMs);
      const beat = { ...run, runId: runOf(person), count: person.runs, times };
      if (!isLost && !write(takeOverChange(beat)) && !write(startChange(beat))) write(waitChange(beat));
      return;
    }
    if (kind === 'goodbye') {
      staleGoodbyes += 1;
      if (write(goodbyeChange({ ...run, runId: runOf(person, 1) }))) person.happened.push({ atMs, kind: 'disarm' });
      return;
    }
    const order = { botId, atMs: START_MS + atMs, by: 'ops', reason: 'soak' };
    const change = {
      disarm: () => disarmChange(order),
      rearm: () => rearmChange(order),
      snooze: () => snoozeChange(order, START_MS + untilMs),
      fail: () => markChange({ ...run, runId: runOf(person), callId: `call-${atMs}` }),
    }[kind]();
    if (!write(change)) return;
    person.happened.push({ atMs, kind, ...(kind === 'snooze' && { untilMs }) });
  }

  function catchUp(botId: string, toMs: number): void {
    const person = people.get(botId);
    if (person === undefined) return;
    const acts = actsOf.get(botId) ?? [];
    for (let next = acts[person.acts]; next !== undefined && next.atMs <= toMs; next = acts[person.acts]) {
      person.acts += 1;
      send(person, next.atMs);
      act(person, next);
    }
    send(person, toMs);
  }

  return {
    catchUp,
    isWriting: () => writing,
    /** Whatever may put a bot into the index. */
    actUntil(toMs: number): void {
      for (let next = agenda[agendaAt]; next !== undefined && next.atMs <= toMs; next = agenda[agendaAt]) {
        agendaAt += 1;
        catchUp(next.botId, toMs);
      }
    },
    noteTrip({ botId, set: { correlation_id } }: RowChange, atMs: number): void {
      const fields: BotFields | undefined = table.rows().get(botId);
      if (fields?.correlation_id !== correlation_id || fields?.watch_state !== 'tripped') return;
      const happened = people.get(botId)?.happened;
      const cause = fields.failed_at_ms === undefined ? 'silence' : 'cry';
      if (happened?.at(-1)?.correlationId === correlation_id) return;
      happened?.push({ atMs, kind: 'trip', correlationId: String(correlation_id), cause });
    },
    history: () => ({
      happened: new Map([...people].map(([botId, { happened }]) => [botId, happened] as const)),
      ...{ refusedBeats, staleGoodbyes, crashStarts },
    }),
  };
}
