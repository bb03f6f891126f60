/** Takes a scenario's steps one after the other: calls, waits, kills, changes at the venue. */

import { systemRandom } from '../../../lambda/adapters/system-random.ts';
import { type Answer, TICK } from '../../../lambda/contract.ts';
import { correlationId } from '../../../lambda/core/identity.ts';
import type { Clock } from '../../../lambda/ports.ts';
import type { FunctionHost } from '../../../simulator/cloud/function-host.ts';
import type { LambdaEndpoint } from '../../../simulator/cloud/lambda-endpoint.ts';
import { FUNCTION_NAMES } from '../../../simulator/cloud/local-cloud.ts';
import type { CallEvidence, LogLine } from '../../../simulator/scenarios/evidence.ts';
import type { Step } from '../../../simulator/scenarios/scenario.ts';
import type { FunctionLabel, Stage } from '../../../simulator/scenarios/stage.ts';
import type { Bot } from './bot.ts';
import type { Door } from './door.ts';
import type { Stores } from './incident.ts';
import type { Tell } from './progress.ts';

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
  readonly lambda: LambdaEndpoint;
  readonly bot: Bot | undefined;
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
  const { clock, tell, stage, functions, running, lambda, bot, heard } = company;
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
      await bot?.live();
      return undefined;
    case 'bot-falls-silent':
      await bot?.fallSilent();
      staged(step.says);
      return undefined;
    case 'bot-beats':
      await bot?.beat();
      return undefined;
    case 'bot-leaves':
      staged(step.says);
      return bot?.leave();
    case 'tick':
      staged('EventBridge invokes the watchdog');
      lambda.invokeLater(FUNCTION_NAMES.watchdog, TICK);
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

async function until(holds: () => boolean, says: string, clock: Clock): Promise<string | undefined> {
  const giveUpAtMs = clock.nowMs() + UNTIL_LIMIT_MS;
  while (!holds()) {
    if (clock.nowMs() > giveUpAtMs) return `it never came about that ${says}`;
    await clock.sleep(POLL_MS);
  }
  return undefined;
}

async function settled({ lambda, clock }: Company): Promise<string | undefined> {
  const enough = new AbortController();
  const idle = lambda.idle().then(() => enough.abort());
  await Promise.race([idle, clock.sleep(SETTLE_LIMIT_MS, enough.signal)]);
  return enough.signal.aborted ? undefined : 'the functions never came to rest';
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
