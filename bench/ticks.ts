/**
 * What a watchdog run costs, by how many bots are watched and how many of them are dead: requests by kind, which
 * is what AWS charges, and time on this machine, which is not AWS.
 *
 *   node bench/ticks.ts
 *
 * The claims it shows: a run costs the same for 10,000 bots as for 10 while none is due, its work grows with those that
 * are due only, and a beat is one write that leaves the index alone. test/bench/ticks.test.ts holds the counts.
 */

import { machine } from './machine.ts';
import { type Fleet, openTicksStage } from './ticks-stage.ts';

const FLEETS: readonly Fleet[] = [
  ...[1, 10, 100, 10_000].map(bots => ({ bots, dead: 0 })),
  { bots: 1, dead: 1 },
  ...[1, 100].map(dead => ({ bots: 100, dead })),
  ...[1, 100, 1_000].map(dead => ({ bots: 10_000, dead })),
  // With the default times every bot is read in each run.
  ...[1, 100].map(bots => ({ bots, dead: 0, lateAfterMs: 30_000 })),
];
const KINDS = ['Query', 'GetItem', 'UpdateItem', 'PutItem', 'Invoke'];

// The first of all warms code and connections, and is not shown.
await measure({ bots: 100, dead: 10 });

console.log(`${machine()}\n`);
console.log(`| | bots | dead | late after s | ${KINDS.join(' | ')} | trips | ms |`);
console.log(`|---|---:|---:|---:|${KINDS.map(() => '---:|').join('')}---:|---:|`);
for (const fleet of FLEETS) {
  const { tick } = await measure(fleet);
  show('watchdog run', fleet, tick.calls, tick.result.fired.length, tick.tookMs);
}
const fleet = { bots: 100, dead: 0 };
const { beat } = await measure(fleet);
show('heartbeat', fleet, beat.calls, 0, beat.tookMs);

async function measure(of: Fleet) {
  const stage = await openTicksStage(of);
  try {
    return { tick: await stage.tick(), beat: await stage.beat() };
  } finally {
    await stage.close();
  }
}

function show(what: string, of: Fleet, calls: Readonly<Record<string, number>>, tripped: number, tookMs: number): void {
  const { bots, dead, lateAfterMs = 110_000 } = of;
  const figures = [
    bots,
    dead,
    lateAfterMs / 1_000,
    ...KINDS.map(kind => calls[kind] ?? 0),
    tripped,
    Math.round(tookMs),
  ];
  console.log(`| ${what} | ${figures.join(' | ')} |`);
}
