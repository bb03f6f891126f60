/**
 * What the watchdog's memory buys. Lambda gives a function a share of a CPU by its memory (AWS Lambda, "Configure function
 * memory": 1,769 MB are one vCPU), so the same work takes longer in a smaller one. Counted here: the processor time of the
 * deployed bundle from the deadline of N bots that die in the same second to its first and last call of the liquidator.
 * Divided by the share, that is the time at AWS; what the network takes comes on top.
 *
 *   npm run bench:memory            Linux only: the processor time of a process is read from /proc
 */

import { ageRows } from '../bin/commands/drill/age-rows.ts';
import { TICK } from '../lambda/contract.ts';
import { toJson } from '../lambda/core/config/read-settings.ts';
import { defaultBot, SAFE_DEFAULTS } from '../lambda/core/config/settings.ts';
import { cpuShareOf, usedMs } from '../simulator/cloud/cpu-share.ts';
import { FUNCTION_NAMES } from '../simulator/cloud/local-cloud.ts';
import { openDeployed } from './deployed.ts';
import { machine } from './machine.ts';

const PROMISED_MS = 1_500;
const MEMORIES_MB = [256, 512, 768, 1_024, 1_769] as const;
const GB_SECOND_USD = 0.0000133;
const TICKS_A_MONTH = 43_800;
/** AWS, measured by others: a call of DynamoDB or Lambda within a region, and a new TLS connection, in ms. */
const NETWORK_MS = 60;

await using deployed = await openDeployed(['watchdog']);
const { clock, cloud, table } = deployed;
let calledAtCpuMs: number[] = [];
cloud.lambda.register(FUNCTION_NAMES.liquidator, {
  invoke: async () => {
    calledAtCpuMs.push(cpuMs());
    return { kind: 'answered', payload: {}, cold: false, maxRssKb: 0 };
  },
});
const names = (count: number): readonly string[] => Array.from({ length: count }, (_, index) => `b${count}-${index}`);
const bots = [1, 10, 110].flatMap(names);
const configText = toJson({
  ...SAFE_DEFAULTS,
  liquidation: { ...SAFE_DEFAULTS.liquidation, lockoutMs: 0 },
  bots: bots.map(defaultBot),
});
const watchdog = cloud.deploy('watchdog', { configText, memoryMb: 1_769, timeoutMs: 110_000 });
const cpuMs = (): number => usedMs(watchdog.pids?.()[0] ?? 0) ?? Number.NaN;
await watchdog.invoke(TICK);
const idleBefore = cpuMs();
await watchdog.invoke(TICK);
const idleCpuMs = cpuMs() - idleBefore;

console.log(`${machine()}; an idle tick takes ${Math.round(idleCpuMs)} ms of processor time`);
console.log('');
console.log('| memory | share | 1 bot | 10 at once | 110 at once: first, last | idle ticks a month |');
console.log('|---|---|---|---|---|---|');
const counted = [];
for (const count of [1, 10, 110]) counted.push(await die(count));
for (const memoryMb of MEMORIES_MB) {
  const share = Math.min(1, cpuShareOf(memoryMb));
  const at = (spentMs: number): number => spentMs / share + NETWORK_MS;
  const cells = counted.map(({ first, last }, index) =>
    index < 2 ? `${Math.round(at(last))} ms` : `${Math.round(at(first))}, ${Math.round(at(last))} ms`,
  );
  const seconds = Math.max(0.1, idleCpuMs / share / 1_000 + NETWORK_MS / 1_000);
  const usd = TICKS_A_MONTH * (memoryMb / 1_024) * seconds * GB_SECOND_USD;
  const isKept = at(counted[2]?.last ?? Number.NaN) <= PROMISED_MS;
  console.log(
    `| ${memoryMb} MB | ${Math.round(share * 100)} % | ${cells.join(' | ')}${isKept ? '' : ' (not kept)'} | ${usd.toFixed(2)} USD |`,
  );
}

/** Lets so many bots die in the same second; gives the processor time to the first and to the last call. */
async function die(count: number): Promise<{ readonly first: number; readonly last: number }> {
  const { deadAfterMs } = defaultBot('x');
  const aheadMs = 4_000;
  const atMs = Math.floor(clock.nowMs());
  for (const botId of names(count)) await deployed.beat(defaultBot(botId), atMs);
  await watchdog.invoke(TICK);
  const spentMs = clock.nowMs() - atMs;
  await ageRows(table, { ms: deadAfterMs - spentMs - aheadMs, ticksWentOn: true });
  calledAtCpuMs = [];
  const ticking = watchdog.invoke(TICK);
  await clock.sleep(aheadMs - 500);
  const before = cpuMs();
  await ticking;
  await cloud.lambda.idle();
  const cpu = calledAtCpuMs.map(ms => ms - before).toSorted((a, b) => a - b);
  if (cpu.length < count) throw new Error(`${cpu.length} of ${count} bots were tripped.`);
  return { first: cpu[0] ?? Number.NaN, last: cpu[count - 1] ?? Number.NaN };
}
