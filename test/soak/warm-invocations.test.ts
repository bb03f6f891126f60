/** Warm functions leak nothing: the short form of bench/warm-invocations.ts, which makes a thousand invocations. */

import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { openWarmStage, type WarmStage, type WarmWork } from '../../bench/warm-invocations-stage.ts';

let stage: WarmStage;
beforeAll(async () => {
  // It changes its bundles.
  vi.stubEnv('FLATLINE_BUNDLES', undefined);
  stage = await openWarmStage(['dry run', 'tick']);
});
afterAll(() => stage?.close());

/** So few that the weight of a dry run (its reads of all orders) stays within the minute: no call waits for the limit. */
const INVOCATIONS = 12;
/** A leak of a hundred kilobytes per invocation would show. */
const LEAK_KB_EACH = 120;

it.each<WarmWork>(['dry run', 'tick'])('%s leaves no socket, no handle and no memory behind', async work => {
  for (let done = 0; done < INVOCATIONS / 3; done += 1) await stage.run(work);
  const early = await stage.held(work);
  for (let done = 0; done < INVOCATIONS; done += 1) await stage.run(work);
  // On a busy machine a repeated read has a connection of its own, which ends when it has been idle for seconds.
  await expect.poll(async () => (await stage.held(work)).descriptors).toBeLessThanOrEqual(early.descriptors);
  const late = await stage.held(work);
  expect(late.resources).toEqual(early.resources);
  expect((late.heapMb - early.heapMb) * 1_024).toBeLessThan(LEAK_KB_EACH * INVOCATIONS);
});
