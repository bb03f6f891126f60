/** Plays schedules until something notices, and prints what: the names of broken rules and of examples that fail. */

import { calmViolations } from '../core/liquidation/model/calm-account.ts';
import type { Example } from '../core/liquidation/model/example-parts.ts';
import { EXAMPLES } from '../core/liquidation/model/examples.ts';
import { type Played, play } from '../core/liquidation/model/play.ts';
import { randomSchedule } from '../core/liquidation/model/random-schedule.ts';

const wanted = process.env.FLATLINE_MUTATION_BY;
const most = Number(process.env.FLATLINE_MUTATION_SCHEDULES ?? 3_000);
const noticed = new Set<string>();
const isOver = (): boolean => wanted !== undefined && [...noticed].some(name => name.startsWith(wanted));

/** A mutant may break off with an error, or never end: both are noticed. */
function tried(judge: () => readonly string[]): void {
  try {
    for (const name of judge()) noticed.add(name);
  } catch {
    noticed.add('broke off');
  }
}

const judged = (says: string, run: Played, check: Example['check']): readonly string[] => [
  ...run.violations.map(one => one.rule),
  ...(check(run) === undefined ? [] : [says]),
];

for (const { says, schedule, check } of EXAMPLES) {
  if (!isOver()) tried(() => judged(says, play(schedule), check));
}
for (let seed = 30_000_000; seed < 30_000_030 && !isOver(); seed += 1)
  tried(() => calmViolations(seed).map(one => one.rule));
for (let seed = 1; seed <= most && !isOver(); seed += 1)
  tried(() => play(randomSchedule(seed)).violations.map(one => one.rule));

process.stdout.write(JSON.stringify([...noticed]));
