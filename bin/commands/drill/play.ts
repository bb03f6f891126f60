/**
 * Plays a scenario: sets the stage, deploys the function, takes the steps one after the other, and gathers what
 * the venue and the tables then show.
 *
 *   venue, account ─ prepare ─ truth before ─ steps ─ truth after ─ trail and record ─ evidence
 */

import { createAuditSink } from '../../../lambda/adapters/dynamo/audit-sink.ts';
import { createBotStore } from '../../../lambda/adapters/dynamo/bot-store.ts';
import { createLockStore } from '../../../lambda/adapters/dynamo/lock-store.ts';
import { systemRandom } from '../../../lambda/adapters/system-random.ts';
import { toJson } from '../../../lambda/core/config/read-settings.ts';
import type { BotStore, Clock } from '../../../lambda/ports.ts';
import type { LocalCloud } from '../../../simulator/cloud/local-cloud.ts';
import { TABLE_NAMES } from '../../../simulator/cloud/tables.ts';
import type { BotEvidence, CallEvidence, Evidence, LogLine } from '../../../simulator/scenarios/evidence.ts';
import { isWatched, positionsOf, type Scenario } from '../../../simulator/scenarios/scenario.ts';
import type { FunctionLabel, Stage } from '../../../simulator/scenarios/stage.ts';
import { createVenue } from '../../../simulator/venue/venue.ts';
import { type Bot, createBot } from './bot.ts';
import { openDoor } from './door.ts';
import { drillSettings } from './drill-settings.ts';
import { findLeaks } from './find-leaks.ts';
import { followInvocations } from './follow-invocations.ts';
import { followJournal } from './follow-journal.ts';
import { incidentOf, type Stores } from './incident.ts';
import type { DrillOptions } from './options.ts';
import { type Deployed, playSteps } from './play-steps.ts';
import type { Speaker, Tell } from './progress.ts';
import { readLogLine } from './read-log-line.ts';

export interface Played {
  readonly scenario: Scenario;
  readonly evidence: Evidence;
  readonly timeoutMs: number;
  /** Of the first call or beat; epoch ms. */
  readonly startedAtMs: number;
  /** Why the steps could not be played to the end. */
  readonly stuck: string | undefined;
}

export interface Theatre {
  readonly clock: Clock;
  readonly cloud: LocalCloud;
  readonly tell: Tell;
}

const READ_TIMEOUT_MS = 10_000;

/** Rejects only when something cannot be started. */
export async function play(
  scenario: Scenario,
  options: DrillOptions,
  { clock, cloud, tell }: Theatre,
): Promise<Played> {
  await using closing = new AsyncDisposableStack();
  const stage = setStage(scenario, options, clock);
  const { venue, account, keys, secretName } = stage;
  cloud.secrets.put(secretName, JSON.stringify(keys));
  const stores: Stores = {
    audit: createAuditSink({ client: cloud.tables.client, tableName: TABLE_NAMES.audit }),
    locks: createLockStore({ client: cloud.tables.client, tableName: TABLE_NAMES.liquidations }),
  };

  const rawLogs: string[] = [];
  const heard: LogLine[] = [];
  const hear =
    (on: Speaker) =>
    (text: string): void => {
      rawLogs.push(text);
      const line = readLogLine(text);
      if (line === undefined) return;
      heard.push(line);
      tell({ kind: 'said', on, line, atMs: clock.nowMs() });
    };
  const functions = new Map<FunctionLabel, Deployed>();
  let timeoutMs = 0;
  for (const on of functionsOf(scenario)) {
    const door = await openDoor(venue);
    closing.defer(() => door.close());
    const settings = drillSettings(scenario, stage, { baseUrl: door.url, secretName });
    timeoutMs = settings.liquidation.timeoutMs;
    const env = scenario.env && { env: scenario.env };
    const host = cloud.deploy('liquidator', { configText: toJson(settings), ...env, onLog: hear(on) });
    closing.defer(() => host.close());
    functions.set(on, { host, door });
    if (!isWatched(scenario)) continue;
    const watchdog = cloud.deploy('watchdog', { configText: toJson(settings), ...env, onLog: hear('watchdog') });
    closing.defer(() => watchdog.close());
  }
  const bots = createBotStore({ client: cloud.tables.client, tableName: TABLE_NAMES.bots });
  const bot = scenario.bot && createBot(scenario.bot, { bots, clock, tell });
  closing.defer(() => bot?.fallSilent());

  const before = account.truth();
  tell({ kind: 'set', before, timeoutMs, rttMs: stage.rttMs, hedge: stage.hedge, atMs: clock.nowMs() });
  const follower = followJournal(venue.journal, clock, tell);
  const [on = 'A'] = [...functions.keys()].reverse();
  const invocations = followInvocations(cloud.lambda, { clock, tell, on, journal: venue.journal });
  const made: CallEvidence[] = [];
  const ids = new Map<string, string>();
  const { lambda } = cloud;
  const company = { clock, tell, stage, functions, stores, calls: made, ids, running: new Map(), lambda, bot, heard };
  const stuck = await playSteps(scenario.steps, company);
  await Promise.all(company.running.values());
  const { calls: others, ticks } = await invocations.stop();
  const unanswered = await follower.stop();
  tell({ kind: 'over', unanswered, atMs: clock.nowMs() });

  const calls = [...made, ...others];
  const incidentIds = new Set([...calls.map(call => call.correlationId), ...heard.flatMap(idOfAlert)]);
  const incidents = await Promise.all([...incidentIds].map(id => incidentOf(id, stores)));
  const botShown = scenario.bot && (await evidenceOf(scenario.bot.botId, bot, bots));
  const evidence: Evidence = {
    stage: { positions: stage.positions, hedge: stage.hedge, rttMs: stage.rttMs },
    before,
    after: account.truth(),
    violations: account.violations,
    journal: venue.journal,
    calls,
    incidents,
    bot: botShown,
    ticks,
    logs: heard,
    leaks: findLeaks([keys.apiKey, keys.apiSecret], {
      ...{ 'the log': rawLogs, 'an answer': [calls, ticks], 'the trail': incidents, 'the bot’s row': botShown },
    }),
  };
  const startedAtMs = Math.min(...calls.map(call => call.startedAtMs), ...(bot?.beats ?? []).map(beat => beat.atMs));
  return { scenario, evidence, timeoutMs, startedAtMs, stuck };
}

interface DrillStage extends Stage {
  readonly keys: { readonly apiKey: string; readonly apiSecret: string };
  readonly secretName: string;
}

function setStage(scenario: Scenario, options: DrillOptions, clock: Clock): DrillStage {
  const { rttMs, seed } = options;
  const hedge = options.hedge || scenario.alwaysHedge === true;
  const positions = positionsOf(scenario, options.positions);
  // Made anew for every run: not even a simulated key stands in the source.
  const keys = { apiKey: systemRandom.hex(64), apiSecret: systemRandom.hex(64) };
  const venue = createVenue({ clock, seed });
  const account = venue.addAccount({ ...keys, name: 'drill', hedgeMode: hedge });
  const stage = { venue, account, positions, hedge, rttMs, keys, secretName: `flatline/drill-${systemRandom.hex(8)}` };
  scenario.prepare(stage);
  // A profit here, a loss there, the same for the same seed. Far from every order's price.
  venue.moveMarks({ steps: 5, stepRatio: 0.004 });
  venue.setLatency({ rttMs, jitterMs: rttMs / 10 });
  return stage;
}

/** The watchdog calls what answers to the liquidator's name, so there is one. */
const functionsOf = (scenario: Scenario): readonly FunctionLabel[] => [
  ...new Set(
    [
      ...(isWatched(scenario) ? (['A'] as const) : []),
      ...scenario.steps.flatMap(step => ('on' in step ? [step.on] : [])),
    ].sort(),
  ),
];

/** Warnings and shots stand in the trail of the liquidation that they lead to, or would have led to. */
const idOfAlert = ({ message, fields }: LogLine): readonly string[] =>
  message === 'bot_late' || message === 'bot_dead' ? [String(fields.correlation_id)] : [];

async function evidenceOf(botId: string, bot: Bot | undefined, bots: BotStore): Promise<BotEvidence> {
  const row = await bots.read(botId, READ_TIMEOUT_MS);
  return { botId, beats: bot?.beats ?? [], row: row ?? {} };
}
