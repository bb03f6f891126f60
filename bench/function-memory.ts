/**
 * What each function's memory costs, against the time that it buys: processor time of one invocation of the deployed bundle,
 * counted by the kernel, divided by the CPU share of each memory. Waiting for the network comes on top and costs by the
 * memory as well; it is not in here. The watchdog at a bad moment: bench/watchdog-memory.ts.
 *
 *   npm run bench:functions            Linux only
 */

import { createServer } from 'node:http';
import { systemRandom } from '../lambda/adapters/random.ts';
import { ENV, LIQUIDATOR_SIZE, TICK } from '../lambda/contract.ts';
import { toJson } from '../lambda/core/config/read-settings.ts';
import { defaultBot, SAFE_DEFAULTS } from '../lambda/core/config/settings.ts';
import { newTokenChange, pingToken, SECRET_DIGITS } from '../lambda/core/heartbeat/ping.ts';
import { cpuShareOf, usedMs } from '../simulator/cloud/cpu-share.ts';
import { FUNCTION_NAMES } from '../simulator/cloud/local-cloud.ts';
import { logDelivery } from '../simulator/cloud/log-subscription.ts';
import { listenOnLoopback } from '../simulator/listen.ts';
import { openDeployed } from './deployed.ts';
import { machine } from './machine.ts';

const MEMORIES_MB = [128, 256, 512, 1_024, 1_769] as const;
const GB_SECOND_USD = 0.0000133;
const WARM_RUNS = 15;
const BOT = 'alpha';
const PING_SECRET = systemRandom.hex(SECRET_DIGITS);
const VIEW = { widgetContext: { dashboardName: 'd', theme: 'light', forms: { all: {} }, params: {}, width: 1_400 } };
const LATE = JSON.stringify({
  level: 'CRITICAL',
  message: 'x',
  event: 'watchdog_problem',
  code: 'INVOKE_FAILED',
  heading: 'x',
});

/** `deployedMb` as lib/ has it; `timesAMonth` as docs/costs.md counts, for one bot in a month in which nothing happens. */
const FUNCTIONS = [
  {
    name: 'liquidator',
    deployedMb: LIQUIDATOR_SIZE.memoryMb,
    timesAMonth: 60,
    what: 'preflight',
    event: () => ({ action: 'preflight', bot_id: BOT }),
  },
  {
    name: 'watchdog',
    deployedMb: 512,
    timesAMonth: 43_800,
    what: 'a run in which nothing happens',
    event: () => TICK,
  },
  {
    name: 'notifier',
    deployedMb: 256,
    timesAMonth: 30,
    what: 'a line of the log',
    event: () => logDelivery('g', [{ id: systemRandom.hex(8), timestamp: 0, message: LATE }]),
  },
  {
    name: 'health-check',
    deployedMb: 256,
    timesAMonth: 780,
    what: 'the hourly check',
    event: () => ({ action: 'hourly' }),
  },
  { name: 'control-panel', deployedMb: 512, timesAMonth: 300, what: 'the overview', event: () => VIEW },
  {
    name: 'ping',
    deployedMb: 256,
    // One a minute.
    timesAMonth: 43_800,
    what: 'a ping',
    event: () => ({
      rawPath: `/${pingToken(BOT, PING_SECRET)}`,
      requestContext: { http: { method: 'GET' } },
    }),
  },
  {
    name: 'trail-copy',
    deployedMb: 256,
    timesAMonth: 60,
    what: 'the ten records of a preflight',
    event: () => ({ Records: Array.from({ length: 10 }, streamRecord) }),
  },
  { name: 'watcher', deployedMb: 256, timesAMonth: 8_760, what: 'a check', event: () => ({}) },
] as const;

function streamRecord(): object {
  const at = new Date().toISOString();
  const NewImage = {
    correlation_id: { S: 'pre_20261121_060000_a1b2c3d4' },
    at_seq: { S: `${at}#${systemRandom.hex(4)}#000001` },
    timestamp: { S: at },
    message: { S: 'x'.repeat(400) },
  };
  return { eventName: 'INSERT', dynamodb: { SequenceNumber: '1', NewImage } };
}

await using deployed = await openDeployed(FUNCTIONS.map(({ name }) => name));
const { clock, server, cloud, store } = deployed;
const bot = defaultBot(BOT);
deployed.addAccount(bot);
const token = { before: undefined, priorUntilMs: undefined, atMs: clock.nowMs(), by: 'bench' };
await store.change(newTokenChange(BOT, PING_SECRET, token), 10_000);
/** S3, which says nothing but that it has stored an object. */
const bucket = await listenOnLoopback(
  createServer((request, response) => request.resume().on('end', () => response.end())),
);
deployed.closing.defer(() => bucket.close());
const configText = toJson({
  ...SAFE_DEFAULTS,
  exchange: { ...SAFE_DEFAULTS.exchange, baseUrl: server.url },
  bots: [bot],
});
const env = {
  [ENV.watchedRegion]: 'ap-northeast-1',
  [ENV.watchedFunction]: FUNCTION_NAMES.watchdog,
  [ENV.trailCopyBucket]: 'bucket',
  AWS_ENDPOINT_URL_S3: bucket.url,
};
const hosts = new Map(
  FUNCTIONS.map(({ name, deployedMb }) => [name, cloud.deploy(name, { configText, env, memoryMb: deployedMb })]),
);

console.log(
  `${machine()}; processor time counted, ms for a warm call at each memory (a cold start more), USD a month\n`,
);
console.log(
  `| function | what | warm | cold | ${MEMORIES_MB.map(mb => `${mb} MB`).join(' | ')} | deployed | times a month |`,
);
console.log(`|---|---|---:|---:|${MEMORIES_MB.map(() => '---:|').join('')}---:|---:|`);
for (const { name, deployedMb, timesAMonth, what, event } of FUNCTIONS) {
  const host = hosts.get(name);
  if (host === undefined) throw new Error(`${name} was not deployed.`);
  const cpuMs = (): number => usedMs(host.pids?.()[0] ?? 0) ?? Number.NaN;
  await answered(name, host.invoke(event()));
  const cold = cpuMs();
  for (let run = 0; run < WARM_RUNS; run += 1) await answered(name, host.invoke(event()));
  const warm = (cpuMs() - cold) / WARM_RUNS;
  const cells = MEMORIES_MB.map(mb => {
    const ms = warm / Math.min(1, cpuShareOf(mb));
    return `${Math.round(ms)} ms, $${((timesAMonth * mb * ms * GB_SECOND_USD) / 1_024 / 1_000).toFixed(3)}`;
  });
  console.log(
    `| ${name} | ${what} | ${Math.round(warm)} | ${Math.round(cold)} | ${cells.join(' | ')} | ${deployedMb} MB | ${timesAMonth} |`,
  );
}

async function answered(
  name: string,
  invoking: Promise<{ readonly kind: string; readonly payload?: unknown }>,
): Promise<void> {
  const result = await invoking;
  const { statusCode = 200, batchItemFailures = [] } = (result.payload ?? {}) as {
    readonly statusCode?: number;
    readonly batchItemFailures?: readonly unknown[];
  };
  if (result.kind !== 'answered' || statusCode !== 200 || batchItemFailures.length > 0)
    throw new Error(`${name} ${JSON.stringify(result)}`);
}
