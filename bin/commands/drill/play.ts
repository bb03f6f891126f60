/**
 * Runs a scenario: prepares exchange and accounts, deploys the functions, runs the steps one after the other, and
 * collects the state of the exchange and the tables.
 *
 *   exchange, account ─ prepare ─ state before ─ steps ─ state after ─ audit log and record ─ evidence
 */

import { createAuditSink } from '../../../lambda/adapters/dynamo/audit-sink.ts';
import { createBotStore } from '../../../lambda/adapters/dynamo/bot-store.ts';
import { createLockStore } from '../../../lambda/adapters/dynamo/lock-store.ts';
import { openLimiter } from '../../../lambda/app/watchdog/tick-context.ts';
import { toJson } from '../../../lambda/core/config/read-settings.ts';
import type { Clock } from '../../../lambda/ports.ts';
import type { LocalCloud } from '../../../simulator/cloud/local-cloud.ts';
import { TABLE_NAMES } from '../../../simulator/cloud/tables.ts';
import type { CallEvidence, Evidence, FunctionLogLine } from '../../../simulator/scenarios/evidence.ts';
import { isWatched, type Scenario } from '../../../simulator/scenarios/scenario.ts';
import type { FunctionLabel } from '../../../simulator/scenarios/stage.ts';
import { createBot } from './bot.ts';
import { botEvidence, callsIn, type DrillStores, findLeaks, incidentOf, ticksIn } from './evidence.ts';
import { followInvocations, followJournal } from './follow.ts';
import { openPings } from './pings.ts';
import { playSteps } from './play-steps.ts';
import type { ReportProgress, Speaker } from './progress.ts';
import { openRequestCounter } from './request-counter.ts';
import { readFunctionLine } from './screen/log-lines.ts';
import { type DrillOptions, drillSettings, setStage, wholeTruth } from './stage.ts';
import type { Deployed } from './wait-for-event.ts';

export type Played = Readonly<Awaited<ReturnType<typeof play>>>;

interface PlayTools {
  readonly clock: Clock;
  readonly cloud: LocalCloud;
  readonly reportProgress: ReportProgress;
}

const READS_AT_A_TIME = 10;
const BOTS_AT_A_TIME = 20;

/** Rejects only when something cannot be started. */
export async function play(scenario: Scenario, options: DrillOptions, { clock, cloud, reportProgress }: PlayTools) {
  await using closing = new AsyncDisposableStack();
  const stage = setStage(scenario, options, clock);
  const { exchange, accounts, keys } = stage;
  const stores: DrillStores = {
    audit: createAuditSink({ client: cloud.tables.client, tableName: TABLE_NAMES.audit }),
    locks: createLockStore({ client: cloud.tables.client, tableName: TABLE_NAMES.liquidations }),
  };

  const rawLogs: string[] = [];
  const logs: FunctionLogLine[] = [];
  const onLine =
    (on: Speaker) =>
    (text: string): void => {
      rawLogs.push(text);
      const line = readFunctionLine(text);
      if (line === undefined) return;
      logs.push(line);
      reportProgress({ kind: 'said', on, line, atMs: clock.nowMs() });
    };
  const pings =
    scenario.pings === true
      ? await openPings(scenario, stage, { cloud, clock, reportProgress, onLine: onLine('ping') })
      : undefined;
  if (pings !== undefined) closing.defer(() => pings.close());
  const functions = new Map<FunctionLabel, Deployed>();
  let timeoutMs = 0;
  for (const on of functionsOf(scenario)) {
    const counter = await openRequestCounter(exchange, {
      mayDie: scenario.steps.some(({ kind }) => kind === 'freeze'),
    });
    closing.defer(() => counter.close());
    const settings = drillSettings(scenario, stage, counter.url);
    timeoutMs = settings.liquidation.timeoutMs;
    for (const { botId, secretName } of settings.bots) cloud.secrets.put(secretName, JSON.stringify(keys.get(botId)));
    const env = scenario.env && { env: scenario.env };
    const most = scenario.environments && { mostEnvironments: scenario.environments(stage) };
    const host = cloud.deploy('liquidator', { configText: toJson(settings), ...env, ...most, onLog: onLine(on) });
    closing.defer(() => host.close());
    functions.set(on, { host, counter });
    if (!isWatched(scenario)) continue;
    const watchdogEnv = { ...scenario.env, ...pings?.env };
    const watchdog = cloud.deploy('watchdog', {
      configText: toJson(settings),
      env: watchdogEnv,
      onLog: onLine('watchdog'),
    });
    closing.defer(() => watchdog.close());
  }
  const rows = createBotStore({ client: cloud.tables.client, tableName: TABLE_NAMES.bots });
  const bots =
    pings?.bots ??
    new Map((scenario.bots ?? []).map(one => [one.botId, createBot(one, { bots: rows, clock, reportProgress })]));
  closing.defer(async () => void (await Promise.all([...bots.values()].map(bot => bot.fallSilent()))));

  const before = wholeTruth(stage);
  const { rttMs, hedge } = stage;
  reportProgress({ kind: 'set', before, timeoutMs, rttMs, hedge, bots: bots.size, atMs: clock.nowMs() });
  const stopJournal = followJournal(exchange.journal, clock, reportProgress);
  const [on = 'A'] = [...functions.keys()].reverse();
  const { invocations } = cloud.lambda;
  const following = followInvocations(invocations, clock, reportProgress);
  const made: CallEvidence[] = [];
  const ids = new Map<string, string>();
  const over = new AbortController();
  const pingUrl = pings?.url;
  const parts = { pingUrl, stage, functions, stores, rows, calls: made, ids, running: new Map(), cloud, bots, logs };
  const context = { clock, reportProgress, signal: over.signal, botLimiter: openLimiter(BOTS_AT_A_TIME), ...parts };
  const startedAtMs = clock.nowMs();
  const stuck = await playSteps(scenario.steps, context).finally(() => over.abort());
  await Promise.all(context.running.values());
  await following.stop();
  const unanswered = await stopJournal();
  reportProgress({ kind: 'over', unanswered, atMs: clock.nowMs() });

  const calls = [...made, ...callsIn(invocations, on, exchange.journal)];
  const ticks = ticksIn(invocations);
  const incidentIds = new Set([...calls.map(call => call.correlationId), ...logs.flatMap(idOfAlert)]);
  const lanes = openLimiter(READS_AT_A_TIME);
  const incidents = await Promise.all([...incidentIds].map(id => lanes.run(() => incidentOf(id, stores))));
  const botsShown = await Promise.all([...bots].map(([botId, bot]) => lanes.run(() => botEvidence(botId, bot, rows))));
  const evidence: Evidence = {
    stage: { positions: stage.positions, hedge: stage.hedge, rttMs: stage.rttMs },
    before,
    after: wholeTruth(stage),
    violations: accounts.flatMap(account => account.violations),
    journal: exchange.journal,
    calls,
    incidents,
    bots: botsShown,
    ticks,
    logs,
    leaks: findLeaks(
      [...[...keys.values()].flatMap(({ apiKey, apiSecret }) => [apiKey, apiSecret]), ...(pings?.secrets ?? [])],
      { 'the log': rawLogs, 'an answer': [calls, ticks], 'the audit log': incidents, 'the bots’ rows': botsShown },
    ),
  };
  return { scenario, evidence, timeoutMs, startedAtMs, stuck };
}

/** The watchdog calls the liquidator by its name, so there is one deployment with that name. */
const functionsOf = (scenario: Scenario): readonly FunctionLabel[] => [
  ...new Set(
    [
      ...(isWatched(scenario) ? (['A'] as const) : []),
      ...scenario.steps.flatMap(step => ('on' in step ? [step.on] : [])),
    ].sort(),
  ),
];

/** Warnings and trips are in the audit log of the liquidation that they lead to, or would have led to. */
const idOfAlert = ({ message, fields }: FunctionLogLine): readonly string[] =>
  message === 'bot_late' || message === 'bot_dead' ? [String(fields.correlation_id)] : [];
