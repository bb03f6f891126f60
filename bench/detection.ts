/**
 * How long from the deadline of a dead bot's last beat to the first request at the exchange. The real bundles in processes of
 * their own, as the stack deploys them, over embedded DynamoDB; the watchdog waits inside its tick for each deadline; the
 * functions are warm. Measured in the exchange's journal.
 *
 *   npm run bench:detection [-- --runs 100 --rtt 20]
 *
 *   25 bots beat, 400 ms apart ── tick ── table set back by 106 s ── tick: waits … fires, waits … fires
 *
 * Only the silence is not waited for: the instants in the table are set back. A tick comes when a batch is ready, and not
 * once a minute; what it does then is the same.
 */

import { parseArgs } from 'node:util';
import { ageRows } from '../bin/commands/drill/age-rows.ts';
import { LIQUIDATOR_SIZE, TICK } from '../lambda/contract.ts';
import { toJson } from '../lambda/core/config/read-settings.ts';
import { type BotSettings, defaultBot, SAFE_DEFAULTS } from '../lambda/core/config/settings.ts';
import { FUNCTION_NAMES } from '../simulator/cloud/local-cloud.ts';
import { openDeployed } from './deployed.ts';
import { machine, quantile } from './machine.ts';

const PROMISED_MS = 1_500;
const BATCH = 25;
/** All beats of a batch within a heartbeat, so that the tick before finds everybody well. */
const APART_MS = 400;
const SILENT_MS = 106_000;
/** A batch falls silent together, so each of its bots has one more heartbeat, and 2 s. */
const ONE_MORE_BEAT_MS = 12_000;
const WARM_UP = 6;

const { values } = parseArgs({
  options: { runs: { type: 'string', default: '100' }, rtt: { type: 'string', default: '20' } },
});
const runs = Number(values.runs);
const rttMs = Number(values.rtt);
const bots = Array.from({ length: WARM_UP + runs }, (_, index) => defaultBot(`b${index.toString(36)}`));

await using deployed = await openDeployed(['liquidator', 'watchdog']);
const { clock, exchange, server, cloud, table } = deployed;
exchange.setLatency({ rttMs, jitterMs: rttMs / 10 });
// At AWS every environment has an address of its own, and the exchange counts by address.
for (const [index, bot] of bots.entries()) deployed.addAccount(bot, `198.51.100.${index + 1}`);
const configText = toJson({
  ...SAFE_DEFAULTS,
  // No lock-out: the bots of one batch are no work for the ticks of the next.
  liquidation: { ...SAFE_DEFAULTS.liquidation, lockoutMs: 0 },
  exchange: { ...SAFE_DEFAULTS.exchange, baseUrl: server.url },
  bots,
});
cloud.deploy('liquidator', { configText, memoryMb: LIQUIDATOR_SIZE.memoryMb });
cloud.deploy('watchdog', { configText, memoryMb: 256, timeoutMs: 110_000 });

await detect(bots.slice(0, WARM_UP), 0);
const measured: number[] = [];
for (let from = WARM_UP; from < bots.length; from += BATCH) {
  measured.push(...(await detect(bots.slice(from, from + BATCH), APART_MS)));
}
report(measured);

/** Lets these bots die and gives, for each, the ms from its deadline to its account's first request at the exchange. */
async function detect(batch: readonly BotSettings[], apartMs: number): Promise<readonly number[]> {
  const lastAtMs = Math.floor(clock.nowMs());
  const beats = batch.map((bot, index) => ({ bot, atMs: lastAtMs - index * apartMs }));
  for (const { bot, atMs } of beats) await deployed.beat(bot, atMs);
  await tick();
  await ageRows(table, { ms: SILENT_MS, ticksWentOn: true });
  const deadlines = beats.map(({ bot, atMs }) => ({
    botId: bot.botId,
    atMs: atMs - SILENT_MS + bot.deadAfterMs + ONE_MORE_BEAT_MS,
  }));
  await tick();
  return deadlines.map(({ botId, atMs }) => {
    const first = exchange.journal.find(entry => entry.account === botId);
    if (first === undefined) throw new Error(`${botId} was not tripped.`);
    return first.receivedAtMs - atMs;
  });
}

/** And whatever follows from it. */
async function tick(): Promise<void> {
  cloud.lambda.invokeLater(FUNCTION_NAMES.watchdog, TICK);
  await cloud.lambda.idle();
}

function report(delays: readonly number[]): void {
  const at = (share: number): string => `${quantile(delays, share).toFixed(0)} ms`;
  const early = delays.filter(ms => ms < 0).length;
  console.log(`${machine()}; round trip ${rttMs} ms; ${delays.length} bots, functions warm`);
  console.log(
    `deadline to first request at the exchange: median ${at(0.5)}, 99th ${at(0.99)}, most ${at(1)}; ${early} early`,
  );
  const isKept = early === 0 && quantile(delays, 0.99) <= PROMISED_MS;
  console.log(`${isKept ? 'kept' : 'NOT KEPT'}: at least 99 of 100 within ${PROMISED_MS} ms`);
  process.exitCode = isKept ? 0 : 1;
}
