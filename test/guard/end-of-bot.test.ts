/** What follows when a bot has ended, and the guard's exit code. */

import { describe, expect, test } from 'vitest';
import {
  type BotEnd,
  type BotLife,
  endText,
  exitCodeOf,
  type GuardOutcome,
  guardExitCode,
  sequelOf,
} from '../../bin/commands/guard/end-of-bot.ts';
import { EXIT_POLICIES, type ExitPolicy } from '../../bin/commands/guard/plan.ts';

const exited = (code: number, cause?: BotEnd['cause']): BotEnd => ({ code, signal: null, cause });
const killed = (signal: NodeJS.Signals, cause?: BotEnd['cause']): BotEnd => ({ code: null, signal, cause });

function nameOf(policy: ExitPolicy, end: BotEnd, life?: BotLife): string {
  const sequel = sequelOf(policy, end, life);
  if (sequel.kind === 'liquidate') return sequel.trigger;
  return sequel.kind === 'leave-armed' && sequel.why !== undefined ? sequel.why : sequel.kind;
}

describe.each<readonly [string, BotEnd, Readonly<Record<ExitPolicy, string>>]>([
  ['exit 0', exited(0), { liquidate: 'shutdown', 'clean-only': 'stop', never: 'stop' }],
  ['exit 1', exited(1), { liquidate: 'error', 'clean-only': 'error', never: 'leave-armed' }],
  ['SIGKILL', killed('SIGKILL'), { liquidate: 'error', 'clean-only': 'error', never: 'leave-armed' }],
  ['exit 0 after SIGTERM', exited(0, 'SIGTERM'), { liquidate: 'SIGTERM', 'clean-only': 'stop', never: 'stop' }],
  [
    'SIGINT after SIGINT',
    killed('SIGINT', 'SIGINT'),
    { liquidate: 'SIGINT', 'clean-only': 'SIGINT', never: 'leave-armed' },
  ],
  ['exit 0 after a hang', exited(0, 'hung'), { liquidate: 'error', 'clean-only': 'error', never: 'leave-armed' }],
  ['exit 0 after a trip', exited(0, 'tripped'), { liquidate: 'error', 'clean-only': 'error', never: 'leave-armed' }],
])('a bot that has worked: %s', (_name, end, sequels) => {
  test.each(Object.entries(sequels))('--on-exit %s: %s', (policy, expected) => {
    expect(nameOf(policy as ExitPolicy, end)).toBe(expected);
  });
});

const life = (ranMs: number, canProve = false, hasProven = false): BotLife => ({ ranMs, canProve, hasProven });
const SHORT = 4_999;
const LONG = 5_000;

describe('before the first proof that the bot ran, nothing is liquidated', () => {
  test.each<readonly [string, BotEnd, BotLife, string]>([
    ['a wrong file name (exit 2 at once)', exited(2), life(80), 'withdraw'],
    ['a missing module (exit 1 after some seconds)', exited(1), life(SHORT), 'withdraw'],
    ['a crash at the start', killed('SIGSEGV'), life(300), 'withdraw'],
    ['killed from outside at once: it was running', killed('SIGKILL'), life(80), 'error'],
    ['one that can prove work, killed before it did', killed('SIGKILL'), life(80, true), 'withdraw'],
    ['the same, in five seconds: that ran', exited(1), life(LONG), 'error'],
    ['one that can prove work, ended at once', exited(1), life(80, true), 'withdraw'],
    ['one that can prove work, and has not in a minute', exited(1), life(60_000, true), 'unproven'],
    ['one that can prove work, and has', exited(1), life(80, true, true), 'error'],
    ['one that proves nothing and was stopped at once: it was running', exited(0, 'SIGTERM'), life(80), 'SIGTERM'],
    ['one that can prove work, stopped before it did', exited(0, 'SIGTERM'), life(80, true), 'withdraw'],
    ['one that can prove work, stopped after a minute without', exited(0, 'SIGINT'), life(60_000, true), 'unproven'],
    ['one that hung before its first proof', killed('SIGKILL', 'hung'), life(60_000, true), 'unproven'],
    ['one that is tripped: the watchdog has liquidated already', exited(0, 'tripped'), life(80, true), 'error'],
  ])('%s', (_name, end, of, expected) => {
    expect(nameOf('liquidate', end, of)).toBe(expected);
  });
});

describe.each(EXIT_POLICIES)('--on-exit %s: no clean stop is sent for a bot that may be in the background', policy => {
  test.each<readonly [string, BotEnd, BotLife, boolean]>([
    ['exit 0 at once', exited(0), life(10), true],
    ['exit 0 within five seconds', exited(0), life(SHORT), true],
    ['exit 0 before its first proof', exited(0), life(SHORT, true), true],
    ['exit 0 after its first proof', exited(0), life(SHORT, true, true), false],
    ['exit 0 in five seconds', exited(0), life(LONG), false],
    ['exit 0 when asked to end', exited(0, 'SIGTERM'), life(10), false],
    ['exit 1 at once', exited(1), life(10), false],
  ])('%s', (_name, end, of, expected) => {
    expect(nameOf(policy, end, of) === 'background').toBe(expected);
  });
});

test.each(EXIT_POLICIES)('--on-exit %s: a bot that a newer run has replaced closes nothing of its account', policy => {
  expect(nameOf(policy, exited(0, 'replaced'))).toBe('leave-to-newer');
  expect(nameOf(policy, killed('SIGKILL', 'replaced'), life(80, true))).toBe('leave-to-newer');
});

test.each([
  [exited(0), 0, 'the bot exited with 0'],
  [exited(3, 'SIGTERM'), 3, 'the bot exited with 3 after SIGTERM'],
  [killed('SIGKILL'), 137, 'the bot was ended by SIGKILL'],
  [killed('SIGINT', 'SIGINT'), 130, 'the bot was ended by SIGINT'],
  [killed('SIGKILL', 'SIGTERM'), 137, 'the bot was ended by SIGKILL after SIGTERM'],
  [killed('SIGTERM', 'hung'), 143, 'the bot was ended by SIGTERM after a hang'],
])('%j: exit code %i, "%s"', (end, code, words) => {
  expect([exitCodeOf(end), endText(end)]).toEqual([code, words]);
});

describe('the guard’s exit code', () => {
  test.each<readonly [string, BotEnd, GuardOutcome, number]>([
    ['the bot’s own 0', exited(0), 'safe', 0],
    ['the bot’s own 1', exited(1), 'safe', 1],
    ['a signal', killed('SIGTERM', 'SIGTERM'), 'safe', 143],
    ['not flat, whatever the bot said', exited(0), 'not-flat', 120],
    ['not flat after a hang', exited(0, 'hung'), 'not-flat', 120],
    ['a hang is never 0', exited(0, 'hung'), 'safe', 124],
    ['a hang that ended by SIGKILL', killed('SIGKILL', 'hung'), 'safe', 124],
    ['a trip is never 0', exited(0, 'tripped'), 'safe', 121],
    ['replaced by a newer run is never 0', exited(0, 'replaced'), 'safe', 122],
    ['left armed against the policy is never 0', exited(0), 'left-armed', 120],
    ['left armed, and the bot’s own 2', exited(2), 'left-armed', 2],
  ])('%s', (_name, end, outcome, expected) => {
    expect(guardExitCode(end, outcome)).toBe(expected);
  });
});
