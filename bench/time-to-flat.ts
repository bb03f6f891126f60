/**
 * How long until an account is flat, against the fewest round trips possible and against the alternatives to flatline that a user would choose
 * instead. Over real HTTP on loopback, the exchange on its own thread, stores in memory with 5 ms a call, all clients warm.
 *
 *   npm run bench [-- --positions 1,10,50 --rtt 0,20 --runs 7 --mode one-way,hedge --faults 0,5 --alone]
 *   npm run bench -- --alone --kind usdm,coinm,both,portfolio      where the positions are; portfolio: UM and CM
 *   npm run bench -- --connect 40      every new connection takes 40 ms, and the function is cold: none is open
 *
 * Floor: observe, cancel, close, three round trips (two where no orders rest) and nothing else, measured at the same
 * exchange in the same run: its timers make a round trip a little longer than `rtt` says. "Flat" is the instant at which
 * the last close was answered.
 */

import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { startClock } from '../lambda/adapters/clock.ts';
import { type ExchangeSettings, SAFE_DEFAULTS } from '../lambda/core/config/settings.ts';
import { marketsOf } from '../lambda/core/exchange/market.ts';
import { type Alternative, allAtOnce, bareRoundTrips, type ExchangeAddress, oneAfterAnother } from './alternatives.ts';
import { ask as askThread } from './exchange-thread.ts';
import { newKey, openLiquidator } from './liquidator-here.ts';
import { machine, spread, threadCpuMs } from './machine.ts';
import type { BenchSetup, FlatAsk, FlatReport } from './time-to-flat-exchange.ts';

const { values } = parseArgs({
  options: {
    positions: { type: 'string', default: '1,10,50,100,300' },
    rtt: { type: 'string', default: '10,20,50' },
    runs: { type: 'string', default: '5' },
    mode: { type: 'string', default: 'one-way' },
    faults: { type: 'string', default: '0' },
    connect: { type: 'string', default: '0' },
    alone: { type: 'boolean', default: false },
    kind: { type: 'string', default: 'usdm' },
  },
});
const numbers = (text: string): number[] => text.split(',').map(Number);
const key = newKey();
const connectMs = Number(values.connect);
const EXCHANGES: Readonly<Record<BenchSetup['kind'], Pick<ExchangeSettings, 'account' | 'markets'>>> = {
  usdm: { account: 'futures', markets: ['usdm'] },
  coinm: { account: 'futures', markets: ['coinm'] },
  both: { account: 'futures', markets: ['usdm', 'coinm'] },
  portfolio: { account: 'portfolio_margin', markets: ['usdm', 'coinm'] },
};

const worker = new Worker(new URL('time-to-flat-exchange.ts', import.meta.url));
const ask = <T>(message: FlatAsk): Promise<T> => askThread(worker, message);

console.log(`${machine()}; median of ${values.runs} runs (min–max)\n`);
console.log(
  '| where | positions | orders | mode | faults | rtt ms | floor ms | flat after ms | ratio | answered after ms | requests | 429 | CPU µs per request: function | exchange | `binance`, one by one | `ccxt`, all at once |',
);
console.log('|---|---:|---|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|');
for (const kind of values.kind.split(',') as BenchSetup['kind'][]) {
  for (const mode of values.mode.split(',')) {
    for (const faultPercent of numbers(values.faults)) {
      for (const rttMs of numbers(values.rtt)) {
        for (const positions of numbers(values.positions)) {
          for (const withOrders of [false, true]) {
            const hedgeMode = mode === 'hedge';
            const faultEvery = faultPercent === 0 ? 0 : Math.round(100 / faultPercent);
            await measure({ positions, rttMs, withOrders, kind, hedgeMode, faultEvery, connectMs, key }, faultPercent);
          }
        }
      }
    }
  }
}
console.log(`\npeak memory of this process: ${Math.round(process.resourceUsage().maxRSS / 1024)} MB`);
await worker.terminate();

async function measure(stage: BenchSetup, faultPercent: number): Promise<void> {
  const runs: Run[] = [];
  const others: Record<'serial' | 'parallel', OtherRun[]> = { serial: [], parallel: [] };
  // The first warms connections and code, and is not counted. The alternatives take turns with the function.
  for (let n = 0; n <= Number(values.runs); n += 1) {
    const run = await runOnce(stage);
    if (n > 0) runs.push(run);
    if (values.alone) continue;
    others.parallel.push(await runOther(stage, allAtOnce));
    // Its time is all round trips: it hardly varies, and takes the longest.
    if (n === 1) others.serial.push(await runOther(stage, oneAfterAnother));
  }
  const { positions, withOrders, rttMs, hedgeMode } = stage;
  const floor = spread(runs.map(run => run.floorMs));
  const flat = spread(runs.map(run => run.flatMs));
  const ratio = rttMs === 0 ? '–' : (flat.median / floor.median).toFixed(2);
  const answered = spread(runs.map(run => run.answeredMs));
  const [last] = runs;
  const perRequest = (cpu: (run: Run) => number): string =>
    spread(runs.map(run => (1_000 * cpu(run)) / run.requests)).median.toFixed(0);
  const row = [
    stage.kind,
    ...[
      positions,
      withOrders ? 'yes' : 'no',
      hedgeMode ? 'hedge' : 'one-way',
      `${faultPercent} %`,
      rttMs,
      floor.median.toFixed(1),
    ],
    ...[flat.text, ratio, answered.text, last?.requests, last?.limited],
    ...[perRequest(run => run.cpuMs), perRequest(run => run.exchangeCpuMs)],
    ...[describeOthers(others.serial), describeOthers(others.parallel.slice(1))],
  ];
  console.log(`| ${row.join(' | ')} |`);
}

interface Run {
  readonly floorMs: number;
  readonly flatMs: number;
  readonly answeredMs: number;
  readonly requests: number;
  readonly limited: number;
  readonly cpuMs: number;
  readonly exchangeCpuMs: number;
}

async function runOnce(stage: BenchSetup): Promise<Run> {
  const baseUrl = await ask<string>({ ask: 'stage', stage });
  const exchange = { ...SAFE_DEFAULTS.exchange, ...EXCHANGES[stage.kind] };
  const settings = { ...SAFE_DEFAULTS, exchange, liquidation: { ...SAFE_DEFAULTS.liquidation, timeoutMs: 30_000 } };
  const liquidator = openLiquidator({ baseUrl, key, settings });
  if (stage.connectMs === 0) {
    // Warm connections, as in a function that was called before.
    for (const market of marketsOf(exchange.account, exchange.markets)) {
      const opened = liquidator.exchange({ ...key, kind: 'hmac' }, market);
      await Promise.all(Array.from({ length: 100 }, () => opened.send({ kind: 'server-time' }, { timeoutMs: 5_000 })));
    }
  }

  const floorMs = await bareRoundTrips(baseUrl, stage.withOrders ? 3 : 2);
  await ask({ ask: 'begin' });
  const clock = startClock();
  const startedAtMs = clock.nowMs();
  const cpuBeforeMs = threadCpuMs();
  const answer = await liquidator.invoke({ trigger: 'manual' }, stage.connectMs);
  const answeredMs = clock.nowMs() - startedAtMs;
  const spentMs = threadCpuMs() - cpuBeforeMs;
  const verdict = await ask<FlatReport>({ ask: 'verdict' });
  if (!('state' in answer) || answer.state !== 'completed' || !verdict.flat || verdict.violations.length > 0) {
    throw new Error(`not flat: ${JSON.stringify(answer)} ${verdict.violations.join()}`);
  }
  const { lastCloseAtMs, requests, limited } = verdict;
  return {
    floorMs,
    flatMs: lastCloseAtMs - startedAtMs,
    answeredMs,
    requests,
    limited,
    cpuMs: spentMs,
    exchangeCpuMs: verdict.cpuMs,
  };
}

interface OtherRun {
  readonly flatMs: number;
  readonly left: number;
}

async function runOther(
  stage: BenchSetup,
  open: (endpoint: ExchangeAddress) => Promise<Alternative>,
): Promise<OtherRun> {
  const baseUrl = await ask<string>({ ask: 'stage', stage });
  const close = await open({ baseUrl, key });
  await ask({ ask: 'begin' });
  const startedAtMs = startClock().nowMs();
  // What it leaves open after an error is its result. Those still on their way when the first one fails are let end.
  await close(stage.withOrders).catch(() => undefined);
  await startClock().sleep(4 * stage.rttMs);
  const { lastCloseAtMs, left } = await ask<FlatReport>({ ask: 'verdict' });
  return { flatMs: lastCloseAtMs - startedAtMs, left };
}

function describeOthers(runs: readonly OtherRun[]): string {
  if (runs.length === 0) return '–';
  const left = Math.max(...runs.map(run => run.left));
  return left > 0 ? `${left} left open` : spread(runs.map(run => run.flatMs)).text;
}
