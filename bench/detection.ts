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
import { startClock } from '../lambda/adapters/clock.ts';
import { createBotStore } from '../lambda/adapters/dynamo/bot-store.ts';
import { systemRandom } from '../lambda/adapters/random.ts';
import { startOrBeat } from '../lambda/app/ping/run-commands.ts';
import { LIQUIDATOR_SIZE, TICK } from '../lambda/contract.ts';
import { toJson } from '../lambda/core/config/read-settings.ts';
import { type BotSettings, defaultBot, SAFE_DEFAULTS } from '../lambda/core/config/settings.ts';
import { FUNCTION_NAMES, startLocalCloud } from '../simulator/cloud/local-cloud.ts';
import { TABLE_NAMES } from '../simulator/cloud/tables.ts';
import { createExchange } from '../simulator/exchange.ts';
import { startExchangeServer } from '../simulator/wire/server.ts';
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

const clock = startClock();
await using closing = new AsyncDisposableStack();
const exchange = createExchange({ clock });
exchange.setLatency({ rttMs, jitterMs: rttMs / 10 });
const server = await startExchangeServer(exchange);
closing.defer(() => server.close());
const cloud = await startLocalCloud({ clock, functions: ['liquidator', 'watchdog'] });
closing.defer(() => cloud.close());
for (const [index, { botId, secretName }] of bots.entries()) {
  const keys = { apiKey: systemRandom.hex(64), apiSecret: systemRandom.hex(64) };
  // At AWS every environment has an address of its own, and the exchange counts by address.
  exchange.addAccount({ ...keys, name: botId, ip: `198.51.100.${index + 1}` }).open('BTCUSDT', '0.010');
  cloud.secrets.put(secretName, JSON.stringify(keys));
}
const configText = toJson({
  ...SAFE_DEFAULTS,
  // No lock-out: the bots of one batch are no work for the ticks of the next.
  liquidation: { ...SAFE_DEFAULTS.liquidation, lockoutMs: 0 },
  exchange: { ...SAFE_DEFAULTS.exchange, baseUrl: server.url },
  bots,
});
cloud.deploy('liquidator', { configText, memoryMb: LIQUIDATOR_SIZE.memoryMb });
cloud.deploy('watchdog', { configText, memoryMb: 256, timeoutMs: 110_000 });
const table = { client: cloud.tables.client, tableName: TABLE_NAMES.bots };
const store = createBotStore(table);

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
  for (const { bot, atMs } of beats) {
    const run = { botId: bot.botId, runId: `bench-${atMs}`, atMs, by: 'bench', times: bot };
    await startOrBeat(store, { ...run, count: 1, isStart: true }, 1_000);
  }
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
