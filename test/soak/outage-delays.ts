/**
 * What the proof before a trip costs: how much later a dead bot is tripped, for each kind and length of outage. The bot dies in
 * the middle of the outage, or long before its end; forty others send heartbeats all along, and none of them may be tripped.
 *
 *   node test/soak/outage-delays.ts
 */

import { startOrBeat } from '../../lambda/app/ping/run-commands.ts';
import { WATCHDOG_ROW } from '../../lambda/bot-row.ts';
import { defaultBot } from '../../lambda/core/config/settings.ts';
import { createRandom } from '../../simulator/engine/seeded-random.ts';
import { every, START_MS, TIMES, watchRig } from '../app/watch-rig.ts';

const MINUTE = 60_000;
const FROM_MS = 3 * MINUTE;

/** `target`: the bot, the watchdog's own row, or a shard. */
type Fails = (operation: string, random: () => number, target: string) => 'refuse' | 'hang' | undefined;

const KINDS: readonly (readonly [string, Fails])[] = [
  ['writes refused', operation => (operation === 'change' ? 'refuse' : undefined)],
  ['writes hang', operation => (operation === 'change' ? 'hang' : undefined)],
  ['80 % of writes fail', (operation, random) => (operation === 'change' && random() < 0.8 ? 'refuse' : undefined)],
  ['95 % of writes hang', (operation, random) => (operation === 'change' && random() < 0.95 ? 'hang' : undefined)],
  [
    'writes to the bots’ rows refused',
    (operation, _random, target) => (isBotWrite(operation, target) ? 'refuse' : undefined),
  ],
  [
    '80 % of writes to the bots’ rows fail',
    (operation, random, target) => (isBotWrite(operation, target) && random() < 0.8 ? 'refuse' : undefined),
  ],
  ['every call refused', () => 'refuse'],
  ['every call hangs', () => 'hang'],
];
const isBotWrite = (operation: string, target: string): boolean => operation === 'change' && target !== WATCHDOG_ROW;

const LENGTHS_S = [30, 60, 150, 320, 900] as const;

async function delayOf(
  fails: Fails,
  lastsMs: number,
): Promise<{ readonly delayMs: number; readonly mistakes: number }> {
  const random = createRandom(lastsMs);
  const rig = watchRig();
  const toMs = FROM_MS + lastsMs;
  rig.bots.injectFaults(({ operation, target, atMs }) => {
    const at = atMs - START_MS;
    return at >= FROM_MS && at < toMs ? fails(operation, random, target) : undefined;
  });
  const diesMs = FROM_MS + lastsMs / 2;
  const endMs = toMs + 5 * MINUTE;
  const ids = Array.from({ length: 40 }, (_, index) => `bot-${index}`);
  let heardMs = 0;
  const live = async (botId: string, fromMs: number, untilMs: number): Promise<void> => {
    let isStart = true;
    for (let at = fromMs, count = 1; at <= untilMs; at += TIMES.heartbeatMs, count += 1) {
      await rig.until(at);
      const run = { botId, runId: `run-of-${botId}`, atMs: rig.clock.nowMs(), by: 'bot', times: TIMES };
      const stored = await startOrBeat(rig.bots, { ...run, count, isStart }, 1_000).catch(() => undefined);
      if (stored?.kind !== 'taken') continue;
      isStart = false;
      if (botId === 'dead') heardMs = at;
    }
  };
  await Promise.all([
    ...ids.map((botId, index) => live(botId, index * 211, endMs)),
    live('dead', 500, diesMs),
    rig.ticks(every(MINUTE, 1_000, endMs - MINUTE), { bots: [...ids, 'dead'].map(defaultBot) }),
  ]);
  const trips = rig.invoked.filter(({ trigger }) => trigger === 'watchdog');
  const dead = trips.find(({ botId }) => botId === 'dead');
  return { delayMs: (dead?.atMs ?? Number.NaN) - (heardMs + TIMES.deadAfterMs), mistakes: trips.length - 1 };
}

console.log(`| outage | ${LENGTHS_S.map(length => `${length} s`).join(' | ')} |`);
console.log(`|---|${LENGTHS_S.map(() => '---:').join('|')}|`);
let mistakes = 0;
for (const [name, fails] of KINDS) {
  const cells: string[] = [];
  for (const length of LENGTHS_S) {
    const result = await delayOf(fails, length * 1_000);
    mistakes += result.mistakes;
    cells.push(`${(result.delayMs / 1_000).toFixed(1)} s`);
  }
  console.log(`| ${name} | ${cells.join(' | ')} |`);
}
console.log(
  `\nAfter the deadline of a bot (10, 30, 120 s) that died in the middle of the outage. Trips of others: ${mistakes}.`,
);
if (mistakes !== 0) process.exitCode = 1;
