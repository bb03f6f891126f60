/** How bots end under guard, and what becomes of their accounts: the exchange says whether they are flat. */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isRunning } from '../../bin/connect/running-process.ts';
import { unasked } from '../cli/served-cloud.ts';
import { type GuardRig, startGuardRig } from './guard-rig.ts';

const BOTS = ['exit0', 'exit3', 'killed', 'term', 'ignores', 'forks', 'clean', 'never', 'absent'] as const;
let rig: GuardRig<(typeof BOTS)[number]>;

beforeAll(async () => {
  rig = await startGuardRig(BOTS);
});
afterAll(() => rig.close());

/** A shell script as the bot, which proves once that it works. */
const working = (bot: (typeof BOTS)[number], script: string): readonly string[] => [
  ...['--alive-file', join(rig.served.folder, `alive-${bot}`), '--'],
  ...['sh', '-c', `touch "$FLATLINE_ALIVE_FILE"; ${script}`],
];

describe.concurrent('a bot that ends', () => {
  test('exits 0: flat, disarmed, exit 0; its stdin, stdout and stderr are its own', async () => {
    const told = join(rig.served.folder, 'told');
    const script = 'cat; while [ ! -e "$TOLD" ]; do sleep 0.05; done; echo for stderr >&2';
    const started = rig.start('exit0', ['--preflight', ...working('exit0', script)], {
      input: 'for stdout',
      env: { TOLD: told },
    });
    await started.shows(/guard: READY/);
    writeFileSync(told, '');
    const one = await started.ended;
    expect(one.code, one.stderr).toBe(0);
    expect(one.stdout).toBe('for stdout');
    expect(
      unasked(one)
        .split('\n')
        .filter(line => !line.startsWith('guard: ')),
    ).toEqual(['for stderr', '']);
    expect(one.stderr).toContain('guard: Sends heartbeats while the bot touches');
    expect(one.stderr).toMatch(/guard: READY.*: a liquidation of exit0 would work\./);
    // On a busy machine the client may repeat its call, and gets the stored answer.
    expect(one.stderr).toMatch(
      /guard: FLAT,(?: REPLAY OF \S+,)? liq_\d{8}_\d{6}_[0-9a-f]{12}\nguard: exit0 is disarmed/,
    );
    expect([rig.openPositions('exit0'), rig.triggersOf('exit0')]).toEqual([0, ['shutdown']]);
    expect(await rig.rowOf('exit0')).toMatchObject({
      watch_state: 'disarmed',
      change_reason: 'the bot exited with 0, and its account is flat',
    });
  });

  test('exits 3: liquidated as an error, exit 3', async () => {
    const one = await rig.guard('exit3', working('exit3', 'exit 3'));
    expect(one.code, one.stderr).toBe(3);
    expect([rig.openPositions('exit3'), rig.triggersOf('exit3')]).toEqual([0, ['error']]);
  });

  test('is SIGKILLed: liquidated, exit 137', async () => {
    const one = await rig.guard('killed', ['--', 'sh', '-c', 'kill -9 $$']);
    expect(one.code, one.stderr).toBe(137);
    expect(one.stderr).toContain('guard: The bot was ended by SIGKILL.');
    expect([rig.openPositions('killed'), rig.triggersOf('killed')]).toEqual([0, ['error']]);
  });

  test('leaves processes behind: they are ended before the account is liquidated', async () => {
    const one = await rig.guard('forks', working('forks', 'sleep 300 & echo $!'));
    expect(one.code, one.stderr).toBe(0);
    expect(one.stderr).toContain('left running were ended too');
    expect(isRunning({ pid: Number(one.stdout) })).toBe(false);
    expect(rig.openPositions('forks')).toBe(0);
  });

  test('clean-only: exit 0 keeps the positions, and ends the watch', async () => {
    const one = await rig.guard('clean', ['--on-exit', 'clean-only', ...working('clean', 'true')]);
    expect(one.code, one.stderr).toBe(0);
    expect([rig.openPositions('clean'), rig.triggersOf('clean')]).toEqual([1, []]);
    expect(await rig.rowOf('clean')).toMatchObject({ watch_state: 'disarmed', change_reason: 'the bot exited with 0' });
  });

  test('never: exit 1 keeps the positions, and the watch stays armed', async () => {
    const one = await rig.guard('never', ['--on-exit', 'never', '--', 'false']);
    expect(one.code, one.stderr).toBe(1);
    expect(one.stderr).toContain('guard: The watch stays armed');
    expect([rig.openPositions('never'), rig.triggersOf('never')]).toEqual([1, []]);
    expect(await rig.rowOf('never')).toMatchObject({ watch_state: 'armed' });
    const again = await rig.guard('never', ['--on-exit', 'never', ...working('never', 'echo back')]);
    expect([again.code, again.stdout], again.stderr).toEqual([0, 'back\n']);
    expect(again.stderr).toContain('guard: Another run of never is armed, and only one may be: waiting 5 s');
    expect(await rig.rowOf('never')).toMatchObject({ watch_state: 'disarmed' });
  });

  test('cannot be started: 127, nothing is liquidated, the watch that only the guard began ends', async () => {
    const one = await rig.guard('absent', ['--', './no-such-bot']);
    expect(one.code, one.stderr).toBe(127);
    expect(one.stderr).toContain('guard: ./no-such-bot was not found.');
    expect([rig.openPositions('absent'), rig.triggersOf('absent')]).toEqual([1, []]);
    expect(await rig.rowOf('absent')).toMatchObject({ watch_state: 'disarmed' });
  });
});

describe.concurrent('signals', () => {
  test('SIGTERM is passed on and waited for; liquidated under that name, exit as the bot', async () => {
    const one = rig.start('term', ['--', './examples/guard/toy-bot.sh']);
    await one.shows(/toy bot: trading/);
    one.child.kill('SIGTERM');
    const { code, stdout, stderr } = await one.ended;
    expect(code, stderr).toBe(0);
    expect(stdout).toBe('toy bot: trading\ntoy bot: SIGTERM, goodbye\n');
    expect([rig.openPositions('term'), rig.triggersOf('term')]).toEqual([0, ['SIGTERM']]);
  });

  test('a bot that ignores SIGTERM is killed after its grace, with all it has started', async () => {
    const one = rig.start('ignores', [
      '--grace',
      '1s',
      '--',
      'sh',
      '-c',
      'trap "" TERM; echo up; sleep 300 & wait; sleep 300',
    ]);
    await one.shows(/up/);
    one.child.kill('SIGTERM');
    const { code, stderr } = await one.ended;
    expect(code, stderr).toBe(137);
    expect(stderr).toContain('has not ended in 1 s: SIGKILL');
    expect([rig.openPositions('ignores'), rig.triggersOf('ignores')]).toEqual([0, ['SIGTERM']]);
  });
});

test('no key and no secret in anything that was printed', () => {
  expect(rig.printed()).toContain('guard: ');
  expect(rig.served.secrets.filter(secret => rig.printed().includes(secret))).toEqual([]);
});
