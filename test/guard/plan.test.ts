/** The words of the command line, checked against each other. */

import { expect, test } from 'vitest';
import { type GuardOptions, planOf } from '../../bin/commands/guard/plan.ts';

const DEFAULTS: GuardOptions = {
  ...{ env: 'production', bot: 'default', onHang: 'wait', onExit: 'liquidate' },
  ...{ grace: 10_000, untilFlat: 60_000, preflight: true },
};

test('a guard without options liquidates at every end, and leaves a hang to the watchdog', () => {
  expect(planOf(DEFAULTS, ['node', 'bot.js', '--fast'])).toEqual({
    ...{ ...DEFAULTS, command: ['node', 'bot.js', '--fast'], liveness: { kind: 'none' }, killHungAfterMs: undefined },
  });
});

test.each([
  [{}, undefined],
  [{ onHang: 'kill' }, 60_000],
  [{ onHang: 'kill', hungAfter: 90_000 }, 90_000],
] as const)('a guard with %j kills its bot after %s ms without work', (options, expected) => {
  expect(planOf({ ...DEFAULTS, aliveFile: 'alive', ...options }, ['bot']).killHungAfterMs).toBe(expected);
});

test.each([
  ['no command', {}, [], /Name the bot to run after "--"/],
  ['a command without a name', {}, [''], /Name the bot to run after "--"/],
  ['two proofs', { aliveFile: 'a', alivePort: 1 }, ['bot'], /not both/],
  ['a kill without proof', { onHang: 'kill' }, ['bot'], /needs --alive-file or --alive-port/],
  ['a file without a name', { aliveFile: '' }, ['bot'], /--alive-file is empty/],
  ['a heartbeat of four days', { heartbeat: 356_400_000 }, ['bot'], /--heartbeat is 4\s.*: it must be 1 s to 60 s/],
  ['a cycle of two days', { aliveWithin: 172_800_000 }, ['bot'], /--alive-within is 2\sd: a day at most/],
  ['a time without a proof to wait for', { aliveWithin: 5_000 }, ['bot'], /--alive-within needs --alive-file or/],
  ['a time without a kill', { aliveFile: 'a', hungAfter: 1_000 }, ['bot'], /--hung-after needs --on-hang kill/],
] as const)('the guard refuses %s', (_name, options, command, sentence) => {
  expect(() => planOf({ ...DEFAULTS, ...options }, command)).toThrow(sentence);
});
