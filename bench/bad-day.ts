/**
 * The bad-day table: how much longer an account takes to be flat when something goes wrong, against the same account on a
 * good day, in turn and in the same run. By the exchange's books; what goes wrong stands in bad-days.ts.
 *
 *   npm run bench:bad-day -- [--runs 3] [--only A10,A11] [--limit 60]
 */

import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { startClock } from '../lambda/adapters/clock.ts';
import { SAFE_DEFAULTS } from '../lambda/core/config/settings.ts';
import type { DayAsk, DayReport } from './bad-day-exchange.ts';
import { BAD_DAYS, type BadDay } from './bad-days.ts';
import { ask as askThread } from './exchange-thread.ts';
import { newKey, openLiquidator } from './liquidator-here.ts';
import { machine, spread } from './machine.ts';

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '3' },
    only: { type: 'string' },
    /** Seconds after which an account counts as not flat. */
    limit: { type: 'string', default: '60' },
  },
});
const runs = Number(values.runs);
const limitMs = Number(values.limit) * 1_000;
const only = values.only?.split(',');
/** Longer than the connections of a frozen function live (bad-day-exchange.ts kills them at its end). */
const FROZEN_MS = 6_500;
const clock = startClock();
const worker = new Worker(new URL('bad-day-exchange.ts', import.meta.url));
const ask = <T>(message: DayAsk): Promise<T> => askThread(worker, message);

console.log(`${machine()}; median of ${runs} runs (min–max); "> ${values.limit} s": still open then\n`);
console.log(
  '| input | what goes wrong | at least ms | good day ms | bad day ms | ratio | first answer ms | requests | 429, 418 |',
);
console.log('|---|---|---:|---:|---:|---:|---:|---:|---:|');
for (const [number, day] of BAD_DAYS.entries()) {
  if (only === undefined || only.includes(day.input)) await measure(number, day);
}
await worker.terminate();
// An attempt of the past may still wait for its time.
process.exit();

interface Run {
  /** Infinity: not within the limit. */
  readonly flatMs: number;
  readonly answeredMs: number;
  readonly requests: number;
  readonly limited: number;
}

async function measure(number: number, day: BadDay): Promise<void> {
  // The first warms the code, and is not counted.
  await runOnce(number, day, true);
  const good: Run[] = [];
  const bad: Run[] = [];
  for (let n = 0; n < runs; n += 1) {
    good.push(await runOnce(number, day, true));
    bad.push(await runOnce(number, day, false));
  }
  const goodMs = spread(good.map(run => run.flatMs));
  const badMs = spread(bad.map(run => run.flatMs));
  const isFlat = bad.every(run => run.flatMs < Number.POSITIVE_INFINITY);
  const row = [
    ...[day.input, day.says, day.floorMs, goodMs.text],
    ...[isFlat ? badMs.text : `> ${limitMs}`, isFlat ? (badMs.median / goodMs.median).toFixed(2) : '–'],
    ...[spread(bad.map(run => run.answeredMs)).text, bad[0]?.requests, bad[0]?.limited],
  ];
  console.log(`| ${row.join(' | ')} |`);
}

async function runOnce(number: number, day: BadDay, isGood: boolean): Promise<Run> {
  const key = newKey();
  const baseUrl = await ask<string>({ ask: 'stage', day: number, isGood, key });
  // Five seconds for an answer, as a bot allows; the background goes on as long as it takes.
  const settings = { ...SAFE_DEFAULTS, liquidation: { ...SAFE_DEFAULTS.liquidation, confirmMs: 0 } };
  const container = openLiquidator({ baseUrl, walletUrl: baseUrl, key, settings });
  if (!isGood && day.tables !== undefined) container.stores.script.failAll(day.tables);
  if (day.frozen === undefined) await call(container);
  else await warmAndFreeze(container, isGood);
  await ask({ ask: 'begin' });

  const startedAtMs = clock.nowMs();
  const calls = callAll(container, isGood ? [] : (day.calledAgainAfterMs ?? []));
  const answeredMs = calls.first.then(() => clock.nowMs() - startedAtMs);
  let isOver = false;
  // Nobody waits for what goes on in the background: the books show when it is flat.
  const background = calls.all.then(() => runAccepted(container, () => isOver));
  let isDone = false;
  void background.finally(() => {
    isDone = true;
  });
  while (!isDone && clock.nowMs() - startedAtMs < limitMs) {
    const { flatAtMs } = await ask<DayReport>({ ask: 'verdict' });
    if (flatAtMs !== undefined) break;
    await clock.sleep(20);
  }
  isOver = true;
  const verdict = await ask<DayReport>({ ask: 'verdict' });
  if (verdict.violations.length > 0) throw new Error(`${day.input}: ${verdict.violations.join()}`);
  const { flatAtMs = Number.POSITIVE_INFINITY, requests, limited } = verdict;
  return { flatMs: flatAtMs - startedAtMs, answeredMs: await answeredMs, requests, limited };
}

/** A warm function container before an exchange, with its connections and limits, and Lambda's queue. */
type Container = ReturnType<typeof openLiquidator>;

function call(container: Container) {
  return container.invoke({ trigger: 'manual' });
}

/** Invocations that were accepted, and those that they start, one after the other, until none is left or it is over. */
async function runAccepted({ accepted, invoke }: Container, isOver: () => boolean): Promise<void> {
  for (let event = accepted.shift(); event !== undefined; event = accepted.shift()) {
    if (isOver()) return;
    await invoke(event);
  }
}

async function warmAndFreeze(container: Container, isGood: boolean): Promise<void> {
  await ask({ ask: 'warm' });
  await call(container);
  if (isGood) return;
  await clock.sleep(FROZEN_MS);
  await ask({ ask: 'freeze' });
}

function callAll(container: Container, againAfterMs: readonly number[]) {
  const first = call(container);
  const again = againAfterMs.map(ms => clock.sleep(ms).then(() => call(container)));
  return { first, all: Promise.all([first, ...again]) };
}
