/** The lock is taken, and its answer takes this long. */

import type { World } from '../../lambda/app/world.ts';

export const withSlowClaim = (world: World, ms: number): World => ({
  ...world,
  locks: {
    ...world.locks,
    claim: async (claim, timeoutMs) => {
      const result = await world.locks.claim(claim, timeoutMs);
      await world.clock.sleep(ms);
      return result;
    },
  },
});
