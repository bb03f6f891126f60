/**
 * A crowd of bots over hours of virtual time: deaths, lost networks, cries, goodbyes, snoozes, wrong clocks; a watchdog
 * whose ticks are late, lost and doubled, that loses its table, its rule and its liquidator for minutes. Short here;
 * `npm run test:soak` is the long one, and FLATLINE_SOAK_BOTS, _HOURS, _SEED and _FAULT_EVERY ask for any other.
 */

import { expect, it } from 'vitest';
import { runCrowd } from './crowd.ts';
import { judgeHistory } from './judge-history.ts';
import { MINUTE } from './trouble.ts';

const asked = (name: string, otherwise: number): number => Number(process.env[`FLATLINE_SOAK_${name}`] ?? otherwise);
const BOTS = asked('BOTS', 300);
const HOURS = asked('HOURS', 3);
const SEED = asked('SEED', 20_261_121);

it(`of ${BOTS} bots in ${HOURS} hours nobody who reports is fired at, nobody who is silent is missed, and each firing is one liquidation`, async () => {
  const startedMs = performance.now();
  const history = await runCrowd({
    ...{ seed: SEED, bots: BOTS, forMs: HOURS * 60 * MINUTE, wellMs: 40 * MINUTE, calmMs: 25 * MINUTE },
  });
  const { problems, counts } = judgeHistory(history);
  const { refusedBeats, sentinels, blindShards, duplicates, looks } = history;
  const shown = { ...counts, refusedBeats, sentinels, blindShards, duplicates, looks };
  if (process.env.FLATLINE_SOAK_BOTS) {
    const tookS = (performance.now() - startedMs) / 1_000;
    console.log({
      ...shown,
      problems: problems.length,
      seconds: Math.round(tookS),
      rssMb: process.memoryUsage().rss >> 20,
    });
  }
  expect(problems.slice(0, 20)).toEqual([]);
  // What never happened proves nothing.
  for (const [what, count] of Object.entries(shown)) expect([what, count > 0]).toEqual([what, true]);
}, 3_600_000);
