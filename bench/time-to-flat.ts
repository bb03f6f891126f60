/**
 * How long until an account is flat, against the fewest round trips possible. Over real HTTP on loopback, the venue on
 * its own thread, stores in memory with 5 ms a call, the function warm.
 *
 *   npm run bench [-- --positions 1,10,50 --rtt 0,20 --runs 7 --hedge]
 *
 * Floor: observe, cancel, close, three round trips (two where no orders rest), and nothing for the work between them.
 * "Flat" is the instant at which the last close was answered.
 */

import { once } from 'node:events';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { createBinance } from '../lambda/adapters/binance/open-exchange.ts';
import { createMemoryStores } from '../lambda/adapters/memory/stores.ts';
import { startClock } from '../lambda/adapters/system-clock.ts';
import { systemRandom } from '../lambda/adapters/system-random.ts';
import { execute } from '../lambda/app/execute.ts';
import { SAFE_DEFAULTS } from '../lambda/core/config/settings.ts';
import type { Ask, Stage, Verdict } from './venue-thread.ts';

const { values } = parseArgs({
  options: {
    positions: { type: 'string', default: '1,10,50,100,300' },
    rtt: { type: 'string', default: '20' },
    runs: { type: 'string', default: '5' },
    hedge: { type: 'boolean', default: false },
  },
});
const numbers = (text: string): number[] => text.split(',').map(Number);
const key = { apiKey: systemRandom.hex(64), apiSecret: systemRandom.hex(64) };
const worker = new Worker(new URL('venue-thread.ts', import.meta.url));

console.log(
  `${cpus()[0]?.model ?? 'unknown processor'}, ${cpus().length} cores, Node ${process.version}; median of ${values.runs} runs (min–max)\n`,
);
console.log('| positions | orders | rtt ms | floor ms | flat after ms | ratio | answered after ms | requests | 429 |');
console.log('|---:|---|---:|---:|---:|---:|---:|---:|---:|');
for (const rttMs of numbers(values.rtt)) {
  for (const positions of numbers(values.positions)) {
    for (const withOrders of [false, true]) {
      const stage = { positions, rttMs, withOrders, hedgeMode: values.hedge, key };
      await measure(stage);
    }
  }
}
console.log(`\npeak memory of this process: ${Math.round(process.resourceUsage().maxRSS / 1024)} MB`);
await worker.terminate();

async function measure(stage: Stage): Promise<void> {
  const runs: Run[] = [];
  // The first warms connections and code, and is not counted.
  for (let n = 0; n <= Number(values.runs); n += 1) {
    const run = await runOnce(stage);
    if (n > 0) runs.push(run);
  }
  const { positions, withOrders, rttMs } = stage;
  const floorMs = (withOrders ? 3 : 2) * rttMs;
  const flat = spread(runs.map(run => run.flatMs));
  const ratio = floorMs === 0 ? '–' : (flat.median / floorMs).toFixed(2);
  const answered = spread(runs.map(run => run.answeredMs));
  const [last] = runs;
  console.log(
    `| ${positions} | ${withOrders ? 'yes' : 'no'} | ${rttMs} | ${floorMs} | ${flat.text} | ${ratio} | ${answered.text} | ${last?.requests} | ${last?.limited} |`,
  );
}

interface Run {
  readonly flatMs: number;
  readonly answeredMs: number;
  readonly requests: number;
  readonly limited: number;
}

async function runOnce(stage: Stage): Promise<Run> {
  const baseUrl = await ask<string>({ ask: 'stage', stage });
  const clock = startClock();
  const stores = createMemoryStores({ clock });
  stores.script.takeMs(5);
  const openExchange = createBinance({ baseUrl, recvWindowMs: 5_000, clock: () => clock });
  const world = {
    clock,
    random: systemRandom,
    locks: stores.lock,
    audit: stores.audit,
    secrets: { load: async () => ({ ...key, kind: 'hmac' as const }) },
    openExchange,
    egress: { address: async () => '127.0.0.1' },
    invoker: { invokeLater: async () => undefined },
    telemetry: { log: () => undefined, metric: () => undefined, redact: () => undefined, flush: () => undefined },
  };
  const settings = { ...SAFE_DEFAULTS, liquidation: { ...SAFE_DEFAULTS.liquidation, timeoutMs: 30_000 } };
  const config = { settings, findings: [], disabledByEnvironment: false, isFallback: false };
  // Warm connections, as in a function that was called before.
  const exchange = openExchange({ ...key, kind: 'hmac' });
  await Promise.all(Array.from({ length: 64 }, () => exchange.syncClock({ timeoutMs: 5_000 })));

  const startedAtMs = clock.nowMs();
  const answer = await execute(world, config, { trigger: 'manual' }, 60_000);
  const answeredMs = clock.nowMs() - startedAtMs;
  const verdict = await ask<Verdict>({ ask: 'verdict' });
  if (!('state' in answer) || answer.state !== 'completed' || !verdict.flat || verdict.violations.length > 0) {
    throw new Error(`not flat: ${JSON.stringify(answer)} ${verdict.violations.join()}`);
  }
  return {
    flatMs: verdict.lastCloseAtMs - startedAtMs,
    answeredMs,
    requests: verdict.requests - 64,
    limited: verdict.limited,
  };
}

async function ask<T>(message: Ask): Promise<T> {
  worker.postMessage(message);
  const [reply] = (await once(worker, 'message')) as [T];
  return reply;
}

function spread(values: readonly number[]): { median: number; text: string } {
  const sorted = values.toSorted((a, b) => a - b);
  const median = sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
  const show = (ms: number | undefined): string => (ms ?? Number.NaN).toFixed(0);
  return { median, text: `${show(median)} (${show(sorted[0])}–${show(sorted.at(-1))})` };
}
