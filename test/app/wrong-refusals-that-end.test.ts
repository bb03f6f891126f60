/**
 * Wrong refusals of sizes and digits, for every account: whatever was learnt of them, the run goes on until it is flat
 * once they end, and so does another one that knows nothing of them.
 */

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { tries } from '../faults/extent.ts';
import { playInvocations } from '../support/bad-day.ts';
import { type LiquidationRig, liquidationRig } from '../support/liquidation-rig.ts';
import { injectFaults, type RandomRun } from '../support/random-account.ts';
import { wrongRefusals } from '../support/random-wrong-refusals.ts';

const NUM_RUNS = tries(50);

async function playWithWrongRefusals(bad: RandomRun): Promise<LiquidationRig> {
  const rig = liquidationRig(bad.rig);
  injectFaults(rig, bad);
  await rig.run({}, bad.changes);
  rig.exchange.faults.clear();
  return rig;
}

function expectFlat({ account }: LiquidationRig): void {
  expect(account.truth()).toMatchObject({ positions: [], orders: [], conditionals: [] });
  expect(account.violations).toEqual([]);
}

test('for every wrong refusal of sizes and digits that ends, the same run makes the account flat', async () => {
  await fc.assert(
    fc.asyncProperty(wrongRefusals, async bad => {
      const rig = await playWithWrongRefusals(bad);
      await playInvocations(rig, { liquidation: { timeoutMs: 12_000 } });
      expectFlat(rig);
    }),
    { numRuns: NUM_RUNS },
  );
});

test('for every wrong refusal of sizes and digits that ends, another run makes the account flat', async () => {
  await fc.assert(
    fc.asyncProperty(wrongRefusals, async bad => {
      const rig = await playWithWrongRefusals(bad);
      const again = await rig.run({ trigger: 'watchdog' }, { liquidation: { timeoutMs: 12_000 } });
      expect(again).toMatchObject({ state: 'completed' });
      expectFlat(rig);
    }),
    { numRuns: NUM_RUNS },
  );
});
