/**
 * From the deadline of bots that die in the same second to the exchange, as deployed: each function with the share of a CPU
 * that its memory buys at AWS, and TLS on every connection. In two parts, because one machine has no CPU for a hundred
 * liquidators:
 *
 *   deadline ── the watchdog, for all of them ──▶ each call of the liquidator ── one liquidator ──▶ first request
 *
 * The deadline is that of bots that fell silent together. Both parts have the real bundles; sums are of the same quantile,
 * which is more than the quantile of the sum. What AWS takes between call and start of a function is not in it.
 *
 *   npm run bench:share            needs openssl; Linux counts the share, elsewhere there is none
 */

import { setTimeout as sleep } from 'node:timers/promises';
import { ageRows } from '../bin/commands/drill/age-rows.ts';
import { LIQUIDATOR_SIZE, TICK } from '../lambda/contract.ts';
import { toJson } from '../lambda/core/config/read-settings.ts';
import { defaultBot, SAFE_DEFAULTS } from '../lambda/core/config/settings.ts';
import type { FunctionHost, Invocable } from '../simulator/cloud/function-host.ts';
import { FUNCTION_NAMES } from '../simulator/cloud/local-cloud.ts';
import { openDeployed } from './deployed.ts';
import { machine, quantile } from './machine.ts';
import { openTlsFront } from './tls-front.ts';

const PROMISED_MS = 1_500;
/**
 * As lib/watchdog.ts and lib/liquidator.ts have it. `groups` die one after the other, the bots of one in the same second,
 * all within a heartbeat, so that the tick before finds everybody well.
 */
const CASES = [
  { atOnce: 1, groups: 20, apartMs: 500, rounds: 1, memoryMb: 512 },
  { atOnce: 10, groups: 5, apartMs: 2_000, rounds: 1, memoryMb: 512 },
  { atOnce: 110, groups: 1, apartMs: 0, rounds: 3, memoryMb: 1_769 },
] as const;
/** Before the deadline of the first: the tick needs a heartbeat and 2 s to prove that these bots could have been heard. */
const AHEAD_MS = 4_000;
/** Bots that fall silent together have one more heartbeat, and 2 s (lambda/core/heartbeat/assess-bot.ts). */
const ONE_MORE_BEAT_MS = 12_000;
const WARM_RUNS = 8;
const COLD_RUNS = 5;
/** No connection that stood idle for so long is used again, so each run opens its own. */
const AGED_MS = 4_500;

await using deployed = await openDeployed(['watchdog', 'liquidator']);
const { clock, exchange, server, cloud, table } = deployed;
const tls = await openTlsFront([cloud.tables.url, cloud.lambda.url, cloud.secrets.url, server.url]);
deployed.closing.defer(() => tls.close());
const env = {
  AWS_ENDPOINT_URL_DYNAMODB: tls.before(cloud.tables.url),
  AWS_ENDPOINT_URL_LAMBDA: tls.before(cloud.lambda.url),
  AWS_ENDPOINT_URL_SECRETS_MANAGER: tls.before(cloud.secrets.url),
  NODE_EXTRA_CA_CERTS: tls.certificate,
};

interface Spread {
  readonly p50: number;
  readonly p99: number;
  readonly most: number;
}

console.log(`${machine()}; TLS everywhere, functions with the CPU share of their memory\n`);
const [warm, cold] = [await liquidators('warm'), await liquidators('cold')];
console.log('| the liquidator, 1,769 MB: from the call to its first request | p50 | p99 | most |');
console.log('|---|---:|---:|---:|');
console.log(`| warm, connections opened anew | ${cells(warm)} |`);
console.log(`| cold, from the start of its process | ${cells(cold)} |`);
console.log(
  '\n| die in the same second | watchdog MB | to the call: p50 | p99 | most | early | with a warm liquidator: p50 | p99 | most | |',
);
console.log('|---:|---:|---:|---:|---:|---:|---:|---:|---:|---|');
for (const one of CASES) {
  const delays: number[] = [];
  for (let round = 0; round < one.rounds; round += 1) delays.push(...(await die(one, round)));
  const calls = spreadOf(delays);
  const all = { p50: calls.p50 + warm.p50, p99: calls.p99 + warm.p99, most: calls.most + warm.most };
  const isKept = calls.early === 0 && all.p99 <= PROMISED_MS;
  console.log(
    `| ${one.atOnce} | ${one.memoryMb} | ${cells(calls)} | ${calls.early} | ${cells(all)} | ${isKept ? 'kept' : 'NOT KEPT'} |`,
  );
  if (!isKept) process.exitCode = 1;
}

/** For each bot the ms from its deadline to the watchdog's call of its liquidator. */
async function die(
  { atOnce, groups, apartMs, memoryMb }: (typeof CASES)[number],
  round: number,
): Promise<readonly number[]> {
  const bots = Array.from({ length: atOnce * groups }, (_, index) => defaultBot(`b${atOnce}-${round}-${index}`));
  const calledAtMs = new Map<string, number>();
  cloud.lambda.register(FUNCTION_NAMES.liquidator, noting(calledAtMs));
  const liquidation = { ...SAFE_DEFAULTS.liquidation, lockoutMs: 0 };
  const configText = toJson({ ...SAFE_DEFAULTS, liquidation, bots });
  const watchdog = cloud.deploy('watchdog', { configText, env, memoryMb, timeoutMs: 110_000, hasShareOfCpu: true });
  const { deadAfterMs } = defaultBot('x');
  // In the past: of a beat that claims to be of the future, the watchdog judges by when it saw the row.
  const beatAtMs = Math.floor(clock.nowMs()) - (groups - 1) * apartMs;
  const beats = bots.map((bot, index) => ({ bot, atMs: beatAtMs + Math.floor(index / atOnce) * apartMs }));
  for (const { bot, atMs } of beats) await deployed.beat(bot, atMs);
  await watchdog.invoke(TICK);
  const agedByMs = Math.floor(deadAfterMs - AHEAD_MS - (clock.nowMs() - beatAtMs));
  await ageRows(table, { ms: agedByMs, ticksWentOn: true });
  await watchdog.invoke(TICK);
  await cloud.lambda.idle();
  await watchdog.close();
  return beats.map(({ bot: { botId }, atMs }) => {
    const called = calledAtMs.get(botId);
    if (called === undefined) throw new Error(`${botId} was not tripped.`);
    return called - (atMs - agedByMs + deadAfterMs + ONE_MORE_BEAT_MS);
  });
}

function noting(calledAtMs: Map<string, number>): Invocable {
  return {
    invoke: async event => {
      const { bot_id } = event as { readonly bot_id: string };
      if (!calledAtMs.has(bot_id)) calledAtMs.set(bot_id, clock.nowMs());
      return { kind: 'answered', payload: {}, cold: false, maxRssKb: 0 };
    },
  };
}

/** From the call of a liquidator to the first request of its account at the exchange. */
async function liquidators(kind: 'warm' | 'cold'): Promise<Spread> {
  const runs = kind === 'warm' ? WARM_RUNS : COLD_RUNS;
  const bots = Array.from({ length: runs + 1 }, (_, index) => defaultBot(`${kind}${index}`));
  for (const bot of bots) deployed.addAccount(bot);
  const settings = { ...SAFE_DEFAULTS.exchange, baseUrl: tls.before(server.url) };
  const liquidation = { ...SAFE_DEFAULTS.liquidation, confirmMs: 0 };
  const configText = toJson({ ...SAFE_DEFAULTS, liquidation, exchange: settings, bots });
  const deploy = () =>
    cloud.deploy('liquidator', { configText, env, memoryMb: LIQUIDATOR_SIZE.memoryMb, hasShareOfCpu: true });
  const delays: number[] = [];
  let host: FunctionHost | undefined;
  for (const [index, { botId }] of bots.entries()) {
    if (host === undefined || kind === 'cold') {
      await host?.close();
      host = deploy();
    }
    const startedAtMs = clock.nowMs();
    const result = await host.invoke({ trigger: 'manual', bot_id: botId });
    if (result.kind !== 'answered') throw new Error(`The liquidator of ${botId} ${result.kind}.`);
    const first = exchange.journal.find(entry => entry.account === botId);
    if (first === undefined) throw new Error(`${botId} asked for nothing.`);
    // The first of the warm ones is cold; the first of the cold ones warms the disk.
    if (index > 0) delays.push(first.receivedAtMs - startedAtMs);
    if (kind === 'warm') await sleep(AGED_MS);
  }
  await host?.close();
  return spreadOf(delays);
}

function spreadOf(delays: readonly number[]): Spread & { readonly early: number } {
  const at = (share: number): number => quantile(delays, share);
  return { p50: at(0.5), p99: at(0.99), most: at(1), early: delays.filter(ms => ms < 0).length };
}

function cells({ p50, p99, most }: Spread): string {
  return [p50, p99, most].map(ms => `${Math.round(ms)} ms`).join(' | ');
}
