/**
 * Plays a scenario: sets the stage, deploys the function, takes the steps one after the other, and gathers what
 * the venue and the tables then show.
 *
 *   venue, account ─ prepare ─ truth before ─ steps ─ truth after ─ trail and record ─ evidence
 */

import { createAuditSink } from '../../../lambda/adapters/dynamo/audit-sink.ts';
import { createLockStore } from '../../../lambda/adapters/dynamo/lock-store.ts';
import { systemRandom } from '../../../lambda/adapters/system-random.ts';
import { toJson } from '../../../lambda/core/config/read-settings.ts';
import type { Clock } from '../../../lambda/ports.ts';
import type { LocalCloud } from '../../../simulator/cloud/local-cloud.ts';
import { TABLE_NAMES } from '../../../simulator/cloud/tables.ts';
import type { CallEvidence, Evidence } from '../../../simulator/scenarios/evidence.ts';
import { positionsOf, type Scenario } from '../../../simulator/scenarios/scenario.ts';
import type { FunctionLabel, Stage } from '../../../simulator/scenarios/stage.ts';
import { createVenue } from '../../../simulator/venue/venue.ts';
import { openDoor } from './door.ts';
import { drillSettings } from './drill-settings.ts';
import { findLeaks } from './find-leaks.ts';
import { followJournal } from './follow-journal.ts';
import { incidentOf, type Stores } from './incident.ts';
import type { DrillOptions } from './options.ts';
import { type Deployed, playSteps } from './play-steps.ts';
import type { Tell } from './progress.ts';
import { readLogLine } from './read-log-line.ts';

export interface Played {
  readonly scenario: Scenario;
  readonly evidence: Evidence;
  readonly timeoutMs: number;
  /** Of the first call; epoch ms. */
  readonly startedAtMs: number;
  /** Why the steps could not be played to the end. */
  readonly stuck: string | undefined;
}

export interface Theatre {
  readonly clock: Clock;
  readonly cloud: LocalCloud;
  readonly tell: Tell;
}

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
  const functions = new Map<FunctionLabel, Deployed>();
  let timeoutMs = 0;
  for (const on of functionsOf(scenario)) {
    const door = await openDoor(venue);
    closing.defer(() => door.close());
    const settings = drillSettings(scenario, stage, { baseUrl: door.url, secretName });
    timeoutMs = settings.liquidation.timeoutMs;
    const host = cloud.deploy('liquidator', {
      configText: toJson(settings),
      ...(scenario.env && { env: scenario.env }),
      onLog: text => {
        rawLogs.push(text);
        const line = readLogLine(text);
        if (line !== undefined) tell({ kind: 'said', on, line, atMs: clock.nowMs() });
      },
    });
    closing.defer(() => host.close());
    functions.set(on, { host, door });
  }

  const before = account.truth();
  tell({ kind: 'set', before, timeoutMs, rttMs: stage.rttMs, hedge: stage.hedge, atMs: clock.nowMs() });
  const follower = followJournal(venue.journal, clock, tell);
  const calls: CallEvidence[] = [];
  const company = { clock, tell, stage, functions, stores, calls, ids: new Map<string, string>(), running: new Map() };
  const stuck = await playSteps(scenario.steps, company);
  await Promise.all(company.running.values());
  const unanswered = await follower.stop();
  tell({ kind: 'over', unanswered, atMs: clock.nowMs() });

  const ids = [...new Set(calls.map(call => call.correlationId))];
  const incidents = await Promise.all(ids.map(id => incidentOf(id, stores)));
  const logs = rawLogs.map(readLogLine).filter(line => line !== undefined);
  const evidence: Evidence = {
    stage: { positions: stage.positions, hedge: stage.hedge, rttMs: stage.rttMs },
    before,
    after: account.truth(),
    violations: account.violations,
    journal: venue.journal,
    calls,
    incidents,
    logs,
    leaks: findLeaks([keys.apiKey, keys.apiSecret], { 'the log': rawLogs, 'an answer': calls, 'the trail': incidents }),
  };
  const startedAtMs = Math.min(...calls.map(call => call.startedAtMs));
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

const functionsOf = ({ steps }: Scenario): readonly FunctionLabel[] =>
  [...new Set(steps.flatMap(step => ('on' in step ? [step.on] : [])))].sort();
