/** Takes a scenario's steps one after the other: calls, waits, kills, changes at the venue. */

import { systemRandom } from '../../../lambda/adapters/system-random.ts';
import type { ConcurrencyLimiter } from '../../../lambda/app/watchdog/concurrency-limiter.ts';
import { type Answer, DEFAULT_BOT_ID, TICK } from '../../../lambda/contract.ts';
import { correlationId } from '../../../lambda/core/identity.ts';
import type { Clock } from '../../../lambda/ports.ts';
import type { FunctionHost } from '../../../simulator/cloud/function-host.ts';
import { FUNCTION_NAMES, type LocalCloud } from '../../../simulator/cloud/local-cloud.ts';
import { TABLE_NAMES } from '../../../simulator/cloud/tables.ts';
import type { CallEvidence, LogLine } from '../../../simulator/scenarios/evidence.ts';
import type { Step } from '../../../simulator/scenarios/scenario.ts';
import type { FunctionLabel, Stage } from '../../../simulator/scenarios/stage.ts';
import type { Bot } from './bot.ts';
import type { Door } from './door.ts';
import type { Stores } from './incident.ts';
import type { Tell } from './progress.ts';
import { setBack } from './set-back.ts';
import { tellSilence } from './tell-silence.ts';

/** A function in service, and the door through which only it comes to the venue. */
export interface Deployed {
  readonly host: FunctionHost;
  readonly door: Door;
}

export interface Company {
  readonly clock: Clock;
  readonly tell: Tell;
  readonly stage: Stage;
  readonly functions: ReadonlyMap<FunctionLabel, Deployed>;
  readonly stores: Stores;
  readonly calls: CallEvidence[];
  /** Correlation IDs by label. */
  readonly ids: Map<string, string>;
  readonly running: Map<string, Promise<void>>;
  readonly cloud: Pick<LocalCloud, 'lambda' | 'tables'>;
  /** By ID. */
  readonly bots: ReadonlyMap<string, Bot>;
  /** So many bots come to the table at a time: each has a second for its beat, and this process is all of them. */
  readonly doors: ConcurrencyLimiter;
  /** Aborts when the last step is done. */
  readonly signal: AbortSignal;
  /** What the functions have logged so far. */
  readonly heard: readonly LogLine[];
}

/** Gives why it could not go on, if so. */
export async function playSteps(steps: readonly Step[], company: Company): Promise<string | undefined> {
  for (const step of steps) {
    const stuck = await playStep(step, company);
    if (stuck !== undefined) return stuck;
  }
  return undefined;
}

const UNTIL_LIMIT_MS = 15_000;
/** On a slow line a liquidation takes its time; Lambda's own second try would come after a minute. */
const SETTLE_LIMIT_MS = 45_000;
const POLL_MS = 1;

async function playStep(step: Step, company: Company): Promise<string | undefined> {
  const { clock, tell, stage, functions, running, cloud, heard } = company;
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
    case 'until':
      return until(() => step.holds(stage), step.says, clock);
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
    case 'bot-lives':
      staged(step.says);
      await Promise.all(botsOf(step.who, company).map(bot => company.doors.run(() => bot.live())));
      return undefined;
    case 'bot-falls-silent':
      await Promise.all(botsOf(step.who, company).map(bot => bot.fallSilent()));
      staged(step.says);
      if (company.bots.size === 1) for (const bot of company.bots.values()) void tellSilence(bot, company);
      return undefined;
    case 'bot-beats':
      await Promise.all(botsOf(step.who, company).map(bot => bot.beat()));
      return undefined;
    case 'bot-leaves':
      staged(step.says);
      return (await Promise.all(botsOf(step.who, company).map(bot => bot.leave()))).find(why => why !== undefined);
    case 'bot-restarts':
      staged(step.says);
      return (await Promise.all(botsOf(step.who, company).map(bot => bot.restart()))).find(why => why !== undefined);
    case 'time-passes':
      await setBack({ client: cloud.tables.client, tableName: TABLE_NAMES.bots }, step);
      for (const bot of company.bots.values()) bot.age(step.ms);
      staged(step.says);
      return undefined;
    case 'tables':
      if (step.work) cloud.tables.faults.clear();
      else {
        const scope = step.onlyWrites === true ? { operation: 'UpdateItem', target: TABLE_NAMES.bots } : {};
        cloud.tables.faults.always({ kind: 'fail', status: 500, error: 'InternalServerError' }, scope);
      }
      staged(step.says);
      return undefined;
    case 'tick':
      staged('EventBridge invokes the watchdog');
      cloud.lambda.invokeLater(FUNCTION_NAMES.watchdog, TICK);
      return undefined;
    case 'wait':
      await clock.sleep(step.ms);
      return undefined;
    case 'told':
      return until(() => heard.some(({ message }) => message === step.event), `a function told ${step.event}`, clock);
    case 'settled':
      return settled(company);
  }
}

const botsOf = (who: string | undefined, { bots }: Company): readonly Bot[] =>
  [...bots].flatMap(([id, bot]) => (who === undefined || who === id ? [bot] : []));

async function until(holds: () => boolean, says: string, clock: Clock): Promise<string | undefined> {
  const giveUpAtMs = clock.nowMs() + UNTIL_LIMIT_MS;
  while (!holds()) {
    if (clock.nowMs() > giveUpAtMs) return `it never came about that ${says}`;
    await clock.sleep(POLL_MS);
  }
  return undefined;
}

async function settled({ cloud: { lambda }, clock }: Company): Promise<string | undefined> {
  const enough = new AbortController();
  const idle = lambda.idle().then(() => enough.abort());
  await Promise.race([idle, clock.sleep(SETTLE_LIMIT_MS, enough.signal)]);
  return enough.signal.aborted ? undefined : 'the functions never came to rest';
}

async function call(step: Extract<Step, { kind: 'call' }>, company: Company): Promise<void> {
  const { clock, tell, functions, ids, calls, bots } = company;
  const { call: name, on } = step;
  const deployed = functions.get(on);
  if (deployed === undefined) throw new Error(`The scenario calls ${on}, which is not deployed.`);
  const id = ids.get(step.id) ?? correlationId(clock.nowMs(), systemRandom.hex(8));
  ids.set(step.id, id);
  const startedAtMs = clock.nowMs();
  const enteredBefore = deployed.door.entered();
  tell({ kind: 'called', call: name, on, correlationId: id, atMs: startedAtMs });
  const [botId = DEFAULT_BOT_ID] = bots.keys();
  const event = { trigger: 'drill', bot_id: botId, correlation_id: id, reason: `drill: ${name}` };
  const result = await deployed.host.invoke(event);
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
