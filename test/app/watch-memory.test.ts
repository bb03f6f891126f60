/** What a tick has seen itself counts, even where the table did not take it and a later tick wrote its own. */

import { expect, it } from 'vitest';
import { every, watchRig } from './watch-rig.ts';

it('a bot is tripped on time although the first observation of the last heartbeat was not stored, and the second one was', async () => {
  const rig = watchRig();
  let refused = 0;
  rig.bots.injectFaults(({ operation, doing, target }) => {
    const isFirst = operation === 'change' && target === 'alpha' && doing.includes('lateness') && refused === 0;
    if (!isFirst) return undefined;
    refused += 1;
    return 'refuse';
  });
  // Its last beat is at 40 s; dead at 160 s. The third tick sees that beat only five seconds before.
  await Promise.all([rig.beats('alpha', every(10_000, 0, 40_000)), rig.ticks([0, 75_000, 155_000])]);
  expect(refused).toBe(1);
  const firings = rig.invoked.filter(({ trigger }) => trigger === 'watchdog');
  expect(firings).toHaveLength(1);
  expect(firings[0]?.atMs).toBeGreaterThanOrEqual(160_000);
  expect(firings[0]?.atMs).toBeLessThan(161_500);
});
