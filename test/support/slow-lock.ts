/** The lock is taken, and its answer takes this long. */

import type { LiquidatorPorts } from '../../lambda/app/liquidator-ports.ts';

export const withSlowClaim = (world: LiquidatorPorts, ms: number): LiquidatorPorts => ({
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
