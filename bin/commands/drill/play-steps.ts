/** Runs a scenario's steps one after the other: calls, kills, changes at the exchange, and waits for events. */

import { systemRandom } from '../../../lambda/adapters/random.ts';
import { type Answer, DEFAULT_BOT_ID, TICK } from '../../../lambda/contract.ts';
import { correlationId } from '../../../lambda/core/invocation/identity.ts';
import { FUNCTION_NAMES } from '../../../simulator/cloud/local-cloud.ts';
import { TABLE_NAMES } from '../../../simulator/cloud/tables.ts';
import type { Step } from '../../../simulator/scenarios/scenario.ts';
import { duration } from '../../terminal/numbers.ts';
import type { Bot } from './bot.ts';
import type { PlayContext } from './play-context.ts';
import { reportSilence } from './report-silence.ts';
import { setBack } from './set-back.ts';
import { sceneOf, ticked, until, waitForLease } from './wait-for-event.ts';

/** Returns why it could not continue, if so. */
export async function playSteps(steps: readonly Step[], context: PlayContext): Promise<string | undefined> {
  for (const step of steps) {
    const stuck = await playStep(step, context);
    if (stuck !== undefined) return stuck;
  }
  return undefined;
}

const MOST_REPEATS = 10;

async function playStep(step: Step, context: PlayContext): Promise<string | undefined> {
  const { clock, reportProgress, stage, functions, running, cloud, heard } = context;
  const staged = (says: string): void => reportProgress({ kind: 'staged', says, atMs: clock.nowMs() });
  switch (step.kind) {
    case 'warm':
      staged('the function is warmed up with an empty event, which it must refuse');
      await functions.get(step.on)?.host.invoke({});
      return undefined;
    case 'call':
      running.set(step.call, call(step, context));
      return undefined;
    case 'answered':
      await Promise.all(step.calls.map(name => running.get(name)));
      return undefined;
    case 'until':
      return until(() => step.holds(sceneOf(context)), step.says, context);
    case 'hold':
      functions.get(step.on)?.counter.holdFrom(step.from);
      staged(step.says);
      return undefined;
    case 'held': {
      const counter = functions.get(step.on)?.counter;
      return until(() => (counter?.held() ?? 0) > 0, `an answer to ${step.on} was held back`, context);
    }
    case 'release':
      functions.get(step.on)?.counter.release();
      staged(step.says);
      return undefined;
    case 'kill':
      functions.get(step.on)?.host.kill();
      staged(step.says);
      return undefined;
    case 'lease-end':
      return waitForLease(context.ids.get(step.id) ?? '', context);
    case 'change':
      step.make(stage);
      staged(step.says);
      return undefined;
    case 'bot-lives':
      staged(step.says);
      await Promise.all(botsOf(step.who, context).map(bot => context.botLimiter.run(() => bot.live())));
      return undefined;
    case 'bot-falls-silent':
      await Promise.all(botsOf(step.who, context).map(bot => bot.fallSilent()));
      staged(step.says);
      if (context.bots.size === 1) for (const bot of context.bots.values()) void reportSilence(bot, context);
      return undefined;
    case 'bot-beats':
      await Promise.all(botsOf(step.who, context).map(bot => bot.beat()));
      return undefined;
    case 'bot-leaves':
      staged(step.says);
      return (await Promise.all(botsOf(step.who, context).map(bot => bot.leave()))).find(why => why !== undefined);
    case 'bot-restarts':
      staged(step.says);
      return (await Promise.all(botsOf(step.who, context).map(bot => bot.restart()))).find(why => why !== undefined);
    case 'time-passes': {
      const { ticksWentOn } = step;
      const ms = Math.round(typeof step.ms === 'number' ? step.ms : step.ms(sceneOf(context)));
      await setBack({ client: cloud.tables.client, tableName: TABLE_NAMES.bots }, { ms, ticksWentOn });
      for (const bot of context.bots.values()) bot.age(ms);
      const how = ticksWentOn ? '' : ' without a watchdog run or a heartbeat';
      staged(`${duration(ms)} pass${how} (all instants in the table are set back by this much)`);
      return undefined;
    }
    case 'freeze': {
      const sinceMs = clock.nowMs();
      const stuck = await until(() => clock.nowMs() - sinceMs >= step.ms, 'the function was paused', context);
      functions.get(step.on)?.counter.die();
      staged(step.says);
      return stuck;
    }
    case 'tables':
      if (step.work) cloud.tables.faults.clear();
      else {
        const scope = step.onlyWrites === true ? { operation: 'UpdateItem', target: TABLE_NAMES.bots } : {};
        cloud.tables.faults.always({ kind: 'fail', status: 500, error: 'InternalServerError' }, scope);
      }
      staged(step.says);
      return undefined;
    case 'flood':
      context.pingUrl?.flood(step.active);
      staged(step.says);
      return undefined;
    case 'tick':
      staged('EventBridge invokes the watchdog');
      cloud.lambda.invokeLater(FUNCTION_NAMES.watchdog, TICK);
      return undefined;
    case 'ticked':
      return ticked(context);
    case 'logged':
      return until(
        () => heard.some(({ message }) => message === step.event),
        `a function logged ${step.event}`,
        context,
      );
    case 'repeat': {
      for (let times = 0; !step.holds(sceneOf(context)); times += 1) {
        if (times === MOST_REPEATS) return `this did not happen: ${step.says}`;
        const stuck = await playSteps(step.steps, context);
        if (stuck !== undefined) return stuck;
      }
      return undefined;
    }
    case 'settled': {
      let isIdle = false;
      void cloud.lambda.idle().then(() => {
        isIdle = true;
      });
      return until(() => isIdle, 'the functions are idle', context);
    }
  }
}

const botsOf = (who: string | readonly string[] | undefined, { bots }: PlayContext): readonly Bot[] =>
  [...bots].flatMap(([id, bot]) => (who === undefined || [who].flat().includes(id) ? [bot] : []));

async function call(step: Extract<Step, { kind: 'call' }>, context: PlayContext): Promise<void> {
  const { clock, reportProgress, functions, ids, calls, bots } = context;
  const { call: name, on } = step;
  const deployed = functions.get(on);
  if (deployed === undefined) throw new Error(`The scenario calls ${on}, which is not deployed.`);
  const id = ids.get(step.id) ?? correlationId(clock.nowMs(), systemRandom.hex(8));
  ids.set(step.id, id);
  const startedAtMs = clock.nowMs();
  const [enteredBefore, actedBefore] = [deployed.counter.entered(), deployed.counter.acted()];
  reportProgress({ kind: 'called', call: name, on, correlationId: id, atMs: startedAtMs });
  const [botId = DEFAULT_BOT_ID] = bots.keys();
  const event = { trigger: 'drill', bot_id: botId, correlation_id: id, reason: `drill: ${name}` };
  const result = await deployed.host.invoke(event);
  const endedAtMs = clock.nowMs();
  const answer = result.kind === 'answered' ? (result.payload as Answer) : undefined;
  calls.push({
    ...{ call: name, on, correlationId: id, startedAtMs, endedAtMs, answer },
    cold: result.kind === 'answered' && result.cold,
    outcome: result.kind === 'died' ? `ended by ${result.signal}` : result.kind,
    exchangeRequests: deployed.counter.entered() - enteredBefore,
    exchangeActions: deployed.counter.acted() - actedBefore,
  });
  reportProgress({
    kind: 'ended',
    call: name,
    tookMs: endedAtMs - startedAtMs,
    headline: answer?.headline,
    atMs: endedAtMs,
  });
}
