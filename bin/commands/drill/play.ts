/**
 * Plays a scenario: sets the stage, deploys the function, takes the steps one after the other, and gathers what
 * the venue and the tables then show.
 *
 *   venue, account ─ prepare ─ truth before ─ steps ─ truth after ─ trail and record ─ evidence
 */

import { createAuditSink } from '../../../lambda/adapters/dynamo/audit-sink.ts';
import { createLockStore } from '../../../lambda/adapters/dynamo/lock-store.ts';
import { systemRandom } from '../../../lambda/adapters/system-random.ts';
import type { Answer } from '../../../lambda/contract.ts';
import { toJson } from '../../../lambda/core/config/read-settings.ts';
import { correlationId } from '../../../lambda/core/identity.ts';
import type { Clock } from '../../../lambda/ports.ts';
import type { FunctionHost } from '../../../simulator/cloud/function-host.ts';
import type { LocalCloud } from '../../../simulator/cloud/local-cloud.ts';
import { TABLE_NAMES } from '../../../simulator/cloud/tables.ts';
import type { CallEvidence, Evidence } from '../../../simulator/scenarios/evidence.ts';
import type { Scenario, Step } from '../../../simulator/scenarios/scenario.ts';
import type { FunctionLabel, Stage } from '../../../simulator/scenarios/stage.ts';
import { createVenue } from '../../../simulator/venue/venue.ts';
import { type Door, openDoor } from './door.ts';
import { drillSettings } from './drill-settings.ts';
import { findLeaks } from './find-leaks.ts';
import { followJournal } from './follow-journal.ts';
import { incidentOf, type Stores } from './incident.ts';
import type { DrillOptions } from './options.ts';
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
  const functions = new Map<FunctionLabel, { readonly host: FunctionHost; readonly door: Door }>();
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
    stage,
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
  const positions = Math.max(options.positions ?? scenario.positions.usual, scenario.positions.least);
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

interface Company {
  readonly clock: Clock;
  readonly tell: Tell;
  readonly stage: Stage;
  readonly functions: ReadonlyMap<FunctionLabel, { readonly host: FunctionHost; readonly door: Door }>;
  readonly stores: Stores;
  readonly calls: CallEvidence[];
  /** Correlation IDs by label. */
  readonly ids: Map<string, string>;
  readonly running: Map<string, Promise<void>>;
}

/** Gives why it could not go on, if so. */
async function playSteps(steps: readonly Step[], company: Company): Promise<string | undefined> {
  for (const step of steps) {
    const stuck = await playStep(step, company);
    if (stuck !== undefined) return stuck;
  }
  return undefined;
}

const UNTIL_LIMIT_MS = 15_000;
const POLL_MS = 1;

async function playStep(step: Step, company: Company): Promise<string | undefined> {
  const { clock, tell, stage, functions, running } = company;
  const staged = (says: string): void => tell({ kind: 'staged', says, atMs: clock.nowMs() });
  switch (step.kind) {
    case 'warm':
      staged('the function is warmed up by an empty event, which it must refuse');
      await functions.get(step.on)?.host.invoke({});
      return undefined;
    case 'call':
      running.set(step.call, call(step, company));
      return undefined;
    case 'answered':
      await Promise.all(step.calls.map(name => running.get(name)));
      return undefined;
    case 'until': {
      const giveUpAtMs = clock.nowMs() + UNTIL_LIMIT_MS;
      while (!step.holds(stage)) {
        if (clock.nowMs() > giveUpAtMs) return `it never came about that ${step.says}`;
        await clock.sleep(POLL_MS);
      }
      return undefined;
    }
    case 'kill':
      functions.get(step.on)?.host.kill();
      staged(step.says);
      return undefined;
    case 'lease-end':
      return waitForLease(company.ids.get(step.id) ?? '', company);
    case 'change':
      step.make(stage);
      staged(step.says);
      return undefined;
  }
}

async function call(step: Extract<Step, { kind: 'call' }>, company: Company): Promise<void> {
  const { clock, tell, functions, ids, calls } = company;
  const { call: name, on } = step;
  const deployed = functions.get(on);
  if (deployed === undefined) throw new Error(`The scenario calls ${on}, which is not deployed.`);
  const id = ids.get(step.id) ?? correlationId(clock.nowMs(), systemRandom.hex(8));
  ids.set(step.id, id);
  const startedAtMs = clock.nowMs();
  const enteredBefore = deployed.door.entered();
  tell({ kind: 'called', call: name, on, correlationId: id, atMs: startedAtMs });
  const result = await deployed.host.invoke({ trigger: 'drill', correlation_id: id, reason: `drill: ${name}` });
  const endedAtMs = clock.nowMs();
  const answer = result.kind === 'answered' ? (result.payload as Answer) : undefined;
  calls.push({
    ...{ call: name, on, correlationId: id, startedAtMs, endedAtMs, answer },
    cold: result.kind === 'answered' && result.cold,
    outcome: result.kind === 'died' ? `ended by ${result.signal}` : result.kind,
    exchangeRequests: deployed.door.entered() - enteredBefore,
  });
  tell({ kind: 'ended', call: name, tookMs: endedAtMs - startedAtMs, headline: answer?.headline, atMs: endedAtMs });
}

async function waitForLease(id: string, { clock, tell, stores }: Company): Promise<string | undefined> {
  const record = await stores.locks.readRecord(id, 1_000);
  if (record?.leaseUntilMs === undefined) return `there is no lease on ${id}`;
  const says = 'the lease of the dead attempt';
  for (let left = record.leaseUntilMs - clock.nowMs(); left > 0; left = record.leaseUntilMs - clock.nowMs()) {
    tell({ kind: 'waiting', says, leftMs: left, atMs: clock.nowMs() });
    await clock.sleep(Math.min(left, left % 1_000 || 1_000));
  }
  tell({ kind: 'waiting', says, leftMs: 0, atMs: clock.nowMs() });
  return undefined;
}
