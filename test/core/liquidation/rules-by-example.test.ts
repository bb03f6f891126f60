/** How quickly the engine acts and in which order, over the model exchange; what holds always is in properties.test.ts. */

import { expect, test } from 'vitest';
import { EXAMPLES } from './model/examples.ts';
import { play } from './model/play.ts';

test.each(EXAMPLES.map(example => [example.says, example] as const))('%s', (_says, { schedule, check }) => {
  const run = play(schedule);
  expect(run.violations).toEqual([]);
  expect(check(run)).toBeUndefined();
});
