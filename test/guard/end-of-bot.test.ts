/** What follows when a bot has ended, and the guard's exit code. */

import { describe, expect, test } from 'vitest';
import { type BotEnd, exitCodeOf, inWords, sequelOf } from '../../bin/commands/guard/end-of-bot.ts';
import type { ExitPolicy } from '../../bin/commands/guard/plan.ts';

const exited = (code: number, cause?: BotEnd['cause']): BotEnd => ({ code, signal: null, cause });
const killed = (signal: NodeJS.Signals, cause?: BotEnd['cause']): BotEnd => ({ code: null, signal, cause });

describe.each<readonly [string, BotEnd, Readonly<Record<ExitPolicy, string>>]>([
  ['exit 0', exited(0), { liquidate: 'shutdown', 'clean-only': 'goodbye', never: 'goodbye' }],
  ['exit 1', exited(1), { liquidate: 'error', 'clean-only': 'error', never: 'leave-armed' }],
  ['SIGKILL', killed('SIGKILL'), { liquidate: 'error', 'clean-only': 'error', never: 'leave-armed' }],
  ['exit 0 after SIGTERM', exited(0, 'SIGTERM'), { liquidate: 'SIGTERM', 'clean-only': 'goodbye', never: 'goodbye' }],
  [
    'SIGINT after SIGINT',
    killed('SIGINT', 'SIGINT'),
    { liquidate: 'SIGINT', 'clean-only': 'SIGINT', never: 'leave-armed' },
  ],
  ['exit 0 after a hang', exited(0, 'hung'), { liquidate: 'error', 'clean-only': 'error', never: 'leave-armed' }],
  ['exit 0 after a trip', exited(0, 'tripped'), { liquidate: 'error', 'clean-only': 'error', never: 'leave-armed' }],
])('%s', (_name, end, sequels) => {
  test.each(Object.entries(sequels))('--on-exit %s: %s', (policy, expected) => {
    const sequel = sequelOf(policy as ExitPolicy, end);
    expect(sequel.kind === 'liquidate' ? sequel.trigger : sequel.kind).toBe(expected);
  });
});

test.each([
  [exited(0), 0, 'the bot exited with 0'],
  [exited(3, 'SIGTERM'), 3, 'the bot exited with 3 after SIGTERM'],
  [killed('SIGKILL'), 137, 'the bot was ended by SIGKILL'],
  [killed('SIGINT', 'SIGINT'), 130, 'the bot was ended by SIGINT'],
  [killed('SIGKILL', 'SIGTERM'), 137, 'the bot was ended by SIGKILL after SIGTERM'],
  [killed('SIGTERM', 'hung'), 143, 'the bot was ended by SIGTERM after it had hung'],
])('%j: exit code %i, "%s"', (end, code, words) => {
  expect([exitCodeOf(end), inWords(end)]).toEqual([code, words]);
});
