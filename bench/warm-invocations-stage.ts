/**
 * One warm environment of each function, as bundled, called again and again: what it keeps of memory, sockets and
 * handles. The bundle is wrapped by a module that forces a collection and counts when asked, in the function's own
 * process.
 */

import { renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { startClock } from '../lambda/adapters/clock.ts';
import { createBotStore } from '../lambda/adapters/dynamo/bot-store.ts';
import { systemRandom } from '../lambda/adapters/random.ts';
import { reportFailure, startOrBeat } from '../lambda/app/ping/run-commands.ts';
import { TICK } from '../lambda/contract.ts';
import { toJson } from '../lambda/core/config/read-settings.ts';
import { defaultBot, SAFE_DEFAULTS } from '../lambda/core/config/settings.ts';
import { rearmChange } from '../lambda/core/heartbeat/operator-changes.ts';
import type { FunctionHost } from '../simulator/cloud/function-host.ts';
import { FUNCTION_NAMES, startLocalCloud } from '../simulator/cloud/local-cloud.ts';
import { logDelivery } from '../simulator/cloud/log-subscription.ts';
import { TABLE_NAMES } from '../simulator/cloud/tables.ts';
import { createExchange } from '../simulator/exchange.ts';
import { startExchangeServer } from '../simulator/wire/server.ts';
import type { WireReply } from '../simulator/wire/wire.ts';

export interface Held {
  /** Megabytes, after a collection. */
  readonly heapMb: number;
  readonly rssMb: number;
  readonly externalMb: number;
  /** Open files, sockets among them. */
  readonly descriptors: number;
  /** Of Node: timers, sockets and the like that are active, by kind. */
  readonly resources: Readonly<Record<string, number>>;
}

export const WORKS = ['liquidate', 'dry run', 'preflight', 'refuse', 'tick', 'panel', 'message'] as const;
export type WarmWork = (typeof WORKS)[number];

/** The function that does it. */
const DOER = {
  ...{ liquidate: 'liquidator', 'dry run': 'liquidator', preflight: 'liquidator', refuse: 'liquidator' },
  ...{ tick: 'watchdog', panel: 'control-panel', message: 'notifier' },
} as const satisfies Record<WarmWork, keyof typeof FUNCTION_NAMES>;

export interface WarmStage {
  /** One invocation. Throws when the answer is not the one that belongs to it. */
  run(work: WarmWork): Promise<void>;
  /** What the environment that does this work holds now. */
  held(work: WarmWork): Promise<Held>;
  close(): Promise<void>;
}

const UNLIMITED = { weightPerMinute: 1e9, ordersPerTenSeconds: 1e9, ordersPerMinute: 1e9 };
const RUN_ID = 'run-of-the-bench';
const TIMES = { heartbeatMs: 10_000, lateAfterMs: 30_000, deadAfterMs: 120_000 };
const PATIENCE_MS = 10_000;

/** For these works; the functions of others are not bundled. */
export async function openWarmStage(asked: readonly WarmWork[]): Promise<WarmStage> {
  const clock = startClock();
  const key = { apiKey: systemRandom.hex(64), apiSecret: systemRandom.hex(64) };
  const exchange = createExchange({ clock, limits: UNLIMITED });
  const account = exchange.addAccount(key);
  const server = await startExchangeServer({
    ...exchange,
    respond: async request => restful(await exchange.respond(request)),
  });
  const functions = [...new Set(asked.map(work => DOER[work]))];
  const cloud = await startLocalCloud({ clock, functions });
  for (const { path } of cloud.bundles.values()) wrap(path);
  for (const bot of ['default', 'beta']) cloud.secrets.put(`flatline/${bot}`, JSON.stringify(key));
  const settings = {
    ...SAFE_DEFAULTS,
    liquidation: { ...SAFE_DEFAULTS.liquidation, timeoutMs: 20_000, lockoutMs: 0 },
    exchange: { ...SAFE_DEFAULTS.exchange, baseUrl: server.url },
    bots: ['default', 'beta'].map(defaultBot),
  };
  const configText = toJson(settings);
  const hosts = new Map(functions.map(name => [name, cloud.deploy(name, { configText })]));
  const hostOf = (work: WarmWork): FunctionHost => {
    const host = hosts.get(DOER[work]);
    if (host === undefined) throw new Error(`The stage was not opened for "${work}".`);
    return host;
  };
  let accepted = 0;
  // Calls of one function by another are taken and go nowhere: its own process is what is read.
  for (const name of [FUNCTION_NAMES.liquidator, FUNCTION_NAMES.notifier]) {
    cloud.lambda.register(name, {
      invoke: async () => {
        accepted += name === FUNCTION_NAMES.liquidator ? 1 : 0;
        return { kind: 'answered', payload: {}, cold: false, maxRssKb: 0 };
      },
    });
  }
  const bots = createBotStore({ client: cloud.tables.client, tableName: TABLE_NAMES.bots });
  async function answerTo(work: WarmWork, event: unknown): Promise<unknown> {
    const host = hostOf(work);
    const result = await host.invoke(event);
    // What is kept here is not the function's.
    (host.logs as string[]).length = 0;
    if (result.kind !== 'answered') throw new Error(`The function did not answer: ${JSON.stringify(result)}`);
    return result.payload;
  }

  let messages = 0;
  let beats = 0;
  /** One bot is well, the other reports its failure and is tripped. */
  async function beatAndFail(): Promise<void> {
    beats += 1;
    for (const botId of ['default', 'beta']) {
      await bots.change(rearmChange({ botId, atMs: clock.nowMs(), by: 'bench' }), PATIENCE_MS);
      const run = { botId, runId: RUN_ID, atMs: clock.nowMs(), by: 'bench', times: TIMES };
      await startOrBeat(bots, { ...run, count: beats, isStart: beats === 1 }, PATIENCE_MS);
    }
    const end = { botId: 'beta', runId: RUN_ID, atMs: clock.nowMs(), by: 'bench', reason: 'bench' };
    await reportFailure(bots, { ...end, callId: `call-${beats}` }, PATIENCE_MS);
  }

  const works: Record<WarmWork, () => Promise<void>> = {
    liquidate: async () => {
      account.open('BTCUSDT', '0.5');
      account.rest({ symbol: 'BTCUSDT', side: 'BUY', type: 'LIMIT', quantity: '0.1', price: '1000' });
      expectIn(await answerTo('liquidate', { trigger: 'drill' }), { state: 'completed' });
    },
    'dry run': async () => {
      expectIn(await answerTo('dry run', { trigger: 'drill', dry_run: true }), { headline: 'DRY RUN' });
    },
    preflight: async () => expectIn(await answerTo('preflight', { action: 'preflight' }), { bot_id: 'default' }),
    refuse: async () => expectIn(await answerTo('refuse', {}), { headline: 'REFUSED, NOTHING DONE' }),
    tick: async () => {
      await beatAndFail();
      const before = accepted;
      expectIn(await answerTo('tick', TICK), { success: true });
      expectIn({ accepted: accepted - before }, { accepted: 1 });
    },
    panel: async () => {
      const page = await answerTo('panel', {});
      expectIn({ names: typeof page === 'string' && page.includes('default') }, { names: true });
    },
    message: async () => {
      messages += 1;
      const line = {
        level: 'CRITICAL',
        message: `Fault ${messages}`,
        timestamp: new Date(clock.nowMs()).toISOString(),
      };
      const delivery = logDelivery('flatline-liquidator', [{ id: '1', timestamp: 0, message: JSON.stringify(line) }]);
      expectIn(await answerTo('message', delivery), { lines: 1, told: 1 });
    },
  };

  return {
    run: work => works[work](),
    held: async work => (await answerTo(work, MEASURE)) as Held,
    close: async () => {
      await cloud.close();
      await server.close();
    },
  };
}

/** As if minutes passed between the invocations: after a used-up limit a client must wait for the next minute. */
function restful(reply: WireReply): WireReply {
  if (reply.kind !== 'reply') return reply;
  const kept = Object.entries(reply.headers).filter(([name]) => !/^x-mbx-/i.test(name));
  return { ...reply, headers: Object.fromEntries(kept) };
}

function expectIn(answer: unknown, wanted: Readonly<Record<string, unknown>>): void {
  const isAsWanted = Object.entries(wanted).every(
    ([name, value]) => typeof answer === 'object' && answer !== null && Reflect.get(answer, name) === value,
  );
  if (!isAsWanted) throw new Error(`Expected ${JSON.stringify(wanted)} in ${JSON.stringify(answer)?.slice(0, 2_000)}`);
}

const MEASURE = { measure: true };

/** Puts the measuring module in the bundle's place, and the bundle beside it. */
function wrap(path: string): void {
  renameSync(path, join(dirname(path), 'bundled.mjs'));
  writeFileSync(path, WRAPPER);
}

const WRAPPER = `
import { readdirSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { handler as bundled } from './bundled.mjs';
setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc');
export async function handler(event, context) {
  if (event?.measure !== true) return bundled(event, context);
  for (let times = 0; times < 3; times += 1) {
    collect();
    await new Promise(resolve => setTimeout(resolve, 20));
  }
  const { heapUsed, rss, external } = process.memoryUsage();
  const resources = {};
  for (const kind of process.getActiveResourcesInfo()) resources[kind] = (resources[kind] ?? 0) + 1;
  const mb = bytes => Math.round(bytes / 104857.6) / 10;
  return { heapMb: mb(heapUsed), rssMb: mb(rss), externalMb: mb(external), descriptors: readdirSync('/proc/self/fd').length, resources };
}
`;
