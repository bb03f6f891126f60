/** Runs a scenario's steps one after the other: calls, kills, changes at the exchange, and waits for events. */

import { systemRandom } from '../../../lambda/adapters/random.ts';
import { DEFAULT_BOT_ID, TICK } from '../../../lambda/contract.ts';
import { correlationId } from '../../../lambda/core/invocation/identity.ts';
import { FUNCTION_NAMES } from '../../../simulator/cloud/local-cloud.ts';
import { TABLE_NAMES } from '../../../simulator/cloud/tables.ts';
import type { ScenarioStep } from '../../../simulator/scenarios/scenario.ts';
import { duration } from '../../terminal/numbers.ts';
import { ageRows } from './age-rows.ts';
import type { Bot } from './bot.ts';
import { endOf } from './evidence.ts';
import { type PlayContext, reportSilence, sceneOf, ticked, until, waitForLease } from './wait-for-event.ts';

/** Returns why it could not continue, if so. */
export async function playSteps(steps: readonly ScenarioStep[], context: PlayContext): Promise<string | undefined> {
  for (const step of steps) {
    const stuck = await playStep(step, context);
    if (stuck !== undefined) return stuck;
  }
  return undefined;
}

const MOST_REPEATS = 10;

async function playStep(step: ScenarioStep, context: PlayContext): Promise<string | undefined> {
  const stuck = await (PLAYERS[step.kind] as Player<ScenarioStep['kind']>)(step, context);
  return typeof stuck === 'string' ? stuck : undefined;
}

/** A text, also a promised one, is why the scenario could not continue. */
type Player<K extends ScenarioStep['kind']> = (
  step: Extract<ScenarioStep, { kind: K }>,
  context: PlayContext,
) => unknown;

const staged = ({ clock, reportProgress }: PlayContext, says: string): void =>
  reportProgress({ kind: 'staged', says, atMs: clock.nowMs() });

const PLAYERS: { readonly [K in ScenarioStep['kind']]: Player<K> } = {
  warm: async ({ on }, context) => {
    staged(context, 'the function is warmed up with an empty event, which it must refuse');
    await context.functions.get(on)?.host.invoke({});
  },
  call: (step, context) => void context.running.set(step.call, call(step, context)),
  answered: async ({ calls }, { running }) => void (await Promise.all(calls.map(name => running.get(name)))),
  until: ({ holds, says }, context) => until(() => holds(sceneOf(context)), says, context),
  hold: ({ on, from, says }, context) => {
    context.functions.get(on)?.counter.holdFrom(from);
    staged(context, says);
  },
  held: ({ on }, context) => {
    const counter = context.functions.get(on)?.counter;
    return until(() => (counter?.held() ?? 0) > 0, `an answer to ${on} was held back`, context);
  },
  release: ({ on, says }, context) => {
    context.functions.get(on)?.counter.release();
    staged(context, says);
  },
  kill: ({ on, says }, context) => {
    context.functions.get(on)?.host.kill();
    staged(context, says);
  },
  'lease-end': ({ id }, context) => waitForLease(context.ids.get(id) ?? '', context),
  change: ({ make, says }, context) => {
    make(context.stage);
    staged(context, says);
  },
  'bot-lives': async ({ who, says }, context) => {
    staged(context, says);
    await eachBot(who, context, bot => context.botLimiter.run(() => bot.live()));
  },
  'bot-falls-silent': async ({ who, says }, context) => {
    await eachBot(who, context, bot => bot.fallSilent());
    staged(context, says);
    if (context.bots.size === 1) for (const bot of context.bots.values()) void reportSilence(bot, context);
  },
  'bot-beats': async ({ who }, context) => void (await eachBot(who, context, bot => bot.beat())),
  'bot-leaves': async ({ who, says }, context) => {
    staged(context, says);
    return (await eachBot(who, context, bot => bot.leave())).find(why => why !== undefined);
  },
  'bot-restarts': async ({ who, says }, context) => {
    staged(context, says);
    return (await eachBot(who, context, bot => bot.restart())).find(why => why !== undefined);
  },
  'time-passes': async (step, context) => {
    const { ticksWentOn } = step;
    const ms = Math.round(typeof step.ms === 'number' ? step.ms : step.ms(sceneOf(context)));
    const table = { client: context.cloud.tables.client, tableName: TABLE_NAMES.bots };
    await ageRows(table, { ms, ticksWentOn });
    for (const bot of context.bots.values()) bot.age(ms);
    const how = ticksWentOn ? '' : ' without a watchdog run or a heartbeat';
    staged(context, `${duration(ms)} pass${how} (all instants in the table are set back by this much)`);
  },
  freeze: async ({ on, ms, says }, context) => {
    const { clock, functions } = context;
    const sinceMs = clock.nowMs();
    const stuck = await until(() => clock.nowMs() - sinceMs >= ms, 'the function was paused', context);
    functions.get(on)?.counter.die();
    staged(context, says);
    return stuck;
  },
  tables: ({ work, onlyWrites = false, says }, context) => {
    const { faults } = context.cloud.tables;
    const scope = onlyWrites ? { operation: 'UpdateItem', target: TABLE_NAMES.bots } : {};
    if (work) faults.clear();
    else faults.always({ kind: 'fail', status: 500, error: 'InternalServerError' }, scope);
    staged(context, says);
  },
  flood: ({ active, says }, context) => {
    context.pingUrl?.flood(active);
    staged(context, says);
  },
  tick: (_, context) => {
    staged(context, 'EventBridge invokes the watchdog');
    context.cloud.lambda.invokeLater(FUNCTION_NAMES.watchdog, TICK);
  },
  ticked: (_, context) => ticked(context),
  logged: ({ event }, context) =>
    until(() => context.logs.some(({ message }) => message === event), `a function logged ${event}`, context),
  repeat: async ({ steps, holds, says }, context) => {
    for (let times = 0; !holds(sceneOf(context)); times += 1) {
      if (times === MOST_REPEATS) return `this did not happen: ${says}`;
      const stuck = await playSteps(steps, context);
      if (stuck !== undefined) return stuck;
    }
    return undefined;
  },
  settled: (_, context) => {
    let isIdle = false;
    void context.cloud.lambda.idle().then(() => {
      isIdle = true;
    });
    return until(() => isIdle, 'the functions are idle', context);
  },
};

/** `who` undefined: all of them. */
const eachBot = <T>(
  who: string | readonly string[] | undefined,
  { bots }: PlayContext,
  act: (bot: Bot) => Promise<T>,
): Promise<readonly T[]> =>
  Promise.all([...bots].flatMap(([id, bot]) => (who === undefined || [who].flat().includes(id) ? [act(bot)] : [])));

async function call(step: Extract<ScenarioStep, { kind: 'call' }>, context: PlayContext): Promise<void> {
  const { clock, reportProgress, functions, ids, calls, bots } = context;
  const { call: name, on } = step;
  const deployed = functions.get(on);
  if (deployed === undefined) throw new Error(`The scenario calls ${on}, which is not deployed.`);
  const id = ids.get(step.id) ?? correlationId(clock.nowMs(), systemRandom.hex(8));
  ids.set(step.id, id);
  const startedAtMs = clock.nowMs();
  const [enteredBefore, actedBefore] = [deployed.counter.entered(), deployed.counter.acted()];
  reportProgress({ kind: 'called', call: name, correlationId: id, atMs: startedAtMs });
  const [botId = DEFAULT_BOT_ID] = bots.keys();
  const event = { trigger: 'drill', bot_id: botId, correlation_id: id, reason: `drill: ${name}` };
  const result = await deployed.host.invoke(event);
  const endedAtMs = clock.nowMs();
  const ended = endOf(result);
  calls.push({
    ...{ call: name, on, correlationId: id, startedAtMs, endedAtMs, ...ended },
    exchangeRequests: deployed.counter.entered() - enteredBefore,
    exchangeActions: deployed.counter.acted() - actedBefore,
  });
  const tookMs = endedAtMs - startedAtMs;
  reportProgress({ kind: 'ended', call: name, tookMs, headline: ended.answer?.headline, atMs: endedAtMs });
}
