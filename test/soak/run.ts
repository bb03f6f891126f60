/**
 * `npm run test:soak`: ten thousand bots for a day of virtual time, about half an hour of real time, under the watchdog's
 * real code. Prints what happened as a table; exits with 1 if a trip was early, missed or double, and names each.
 *
 *   node test/soak/run.ts [--bots 10000] [--hours 24] [--seed 20261121] [--calm 25]
 *
 * `--calm`: the minutes between two outages of the watch, on average; with fewer, every kind occurs in fewer hours.
 */

import { parseArgs } from 'node:util';
import { runFleet } from './fleet.ts';
import { judgeHistory, type Problem } from './judge-history.ts';
import { MINUTE } from './outages.ts';

const { values } = parseArgs({
  options: {
    bots: { type: 'string', default: '10000' },
    hours: { type: 'string', default: '24' },
    seed: { type: 'string', default: '20261121' },
    quiet: { type: 'string', default: '25' },
  },
});
const [bots, hours, seed, quiet] = [wholeOf('bots'), wholeOf('hours'), wholeOf('seed'), wholeOf('quiet')];

// A store that is scripted to fail makes ten million errors; their stack traces are not read.
Error.stackTraceLimit = 0;
const startedMs = performance.now();
let toldHours = 0;
const history = await runFleet({
  ...{ seed, bots, forMs: hours * 60 * MINUTE, wellMs: 40 * MINUTE, quietMs: quiet * MINUTE },
  onTick: atMs => {
    if (Math.floor(atMs / (60 * MINUTE)) <= toldHours) return;
    toldHours += 1;
    console.error(`${toldHours} of ${hours} hours, ${secondsSo()} s`);
  },
});
const { problems, counts } = judgeHistory(history);
const wrong = (kind: Problem['kind']): number => problems.filter(problem => problem.kind === kind).length;

const ROWS: readonly (readonly [string, number | string])[] = [
  ['seed', `${seed}`],
  ['bots', bots],
  ['virtual days', hours / 24],
  ['ticks of the watchdog', history.ticks.length],
  ['checks of a bot', history.checks],
  ['outages: no tick, no table, no writes, none to the bots’ rows, few writes, no liquidator', history.outages.length],
  ['single calls that failed', history.faults.length],
  ['beats sent', counts.beats],
  ['beats refused, the bot being tripped', history.refusedBeats],
  ['goodbyes of a run that was replaced', history.staleStops],
  ['starts of runs that never worked', history.crashStarts],
  ['times that a tick named a bot that nobody can vouch for', history.unproven],
  ['silences that had to be survived', counts.survived],
  ['deaths: silences beyond the deadline', counts.demands],
  ['… held to 8 s after the deadline, or after the first tick that could see it', counts.exactDemands],
  ['reported failures that were acted on', counts.failures],
  ['trips', counts.trips],
  ['latest of the exact ones after its deadline, s', counts.latestAfterDeadlineMs / 1_000],
  ['attempts at a liquidation', history.attempts.length],
  ['calls whose trip was over, which did nothing', history.gone],
  ['re-arms', history.rearms],
  ['… that ended an unfinished liquidation', history.midRun],
  ['… that were refused while one ran', history.refusedRearms],
  ['calls that found the liquidation taken', history.duplicates],
  ['checks of a locked-out account', history.lockOutChecks],
  ['early', wrong('early')],
  ['missed', wrong('missed')],
  ['double', wrong('double')],
  ['bugs logged', wrong('bug')],
  ['seconds it took', secondsSo()],
  ['resident memory, MB', process.memoryUsage().rss >> 20],
];
console.log('| | |\n|---|---:|');
for (const [what, value] of ROWS) console.log(`| ${what} | ${value.toLocaleString('en')} |`);

for (const { kind, text } of problems.slice(0, 100)) console.error(`${kind}: ${text}`);
if (problems.length > 0) process.exitCode = 1;

function wholeOf(name: keyof typeof values): number {
  const value = Number(values[name]);
  if (Number.isSafeInteger(value) && value > 0) return value;
  throw new Error(`--${name} is "${values[name]}"; it must be a whole number above 0.`);
}

function secondsSo(): number {
  return Math.round((performance.now() - startedMs) / 1_000);
}
