/** Bots that never ran, bots that live on after their process has ended, and guards whose launcher is gone. */

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isRunning } from '../../bin/connect/running-process.ts';
import { type Ended, startFlatline, startProgram } from '../cli/served-cloud.ts';
import { COMMAND_LINE } from '../support/command-line.ts';
import { type GuardRig, startGuardRig, TOY } from './guard-rig.ts';

const BOTS = [
  ...(['typo', 'module', 'unproven', 'watched', 'background', 'touched', 'calls', 'shell', 'npm', 'detached'] as const),
  ...(['newer', 'exclusive', 'loops'] as const),
];
let rig: GuardRig<(typeof BOTS)[number]>;
beforeAll(async () => {
  rig = await startGuardRig(BOTS);
});
afterAll(() => rig.close());

const aliveFile = (bot: string): readonly string[] => ['--alive-file', join(rig.served.folder, `alive-${bot}`)];
const state = async (bot: (typeof BOTS)[number]) => [
  rig.openPositions(bot),
  rig.triggersOf(bot),
  (await rig.rowOf(bot))?.watch_state,
];
const UNTOUCHED = [1, []];

describe.concurrent('nothing is liquidated before the bot has shown that it ran', () => {
  test('a wrong file name: the account is not touched, the watch that the guard began ends, exit as the bot', async () => {
    const one = await rig.guard('typo', ['--', 'python3', 'no-such-file.py']);
    expect(one.code, one.stderr).toBe(2);
    expect(one.stderr).toContain('NOTHING IS LIQUIDATED. Correct its command. If it has traded: flatline');
    expect(await state('typo')).toEqual([...UNTOUCHED, 'disarmed']);
  });

  test('a missing module, of a bot that can prove its work', async () => {
    const one = await rig.guard('module', [...aliveFile('module'), '--', process.execPath, '-e', 'require("absent")']);
    expect(one.code, one.stderr).toBe(1);
    expect(await state('module')).toEqual([...UNTOUCHED, 'disarmed']);
  });

  test('a bot that was stopped before its first proof: the account is not touched', async () => {
    const args = [...aliveFile('unproven'), '--', 'sh', '-c', 'trap "exit 0" TERM; echo up; sleep 60 & wait'];
    const one = rig.start('unproven', args);
    await one.shows(/up/);
    one.child.kill('SIGTERM');
    const { code, stderr } = await one.ended;
    expect(rig.openPositions('unproven'), stderr).toBe(1);
    expect([code === 0 || code === 120, rig.triggersOf('unproven')], stderr).toEqual([true, []]);
  });

  test('a wrong file name of a bot that was watched before: its watch stays armed', async () => {
    const before = rig.start('watched', ['--on-exit', 'never', '--', 'sh', '-c', 'echo up; sleep 1; exit 1']);
    await before.ended;
    const one = await rig.guard('watched', ['--', 'sh', './no-such-file.sh']);
    expect(one.code, one.stderr).not.toBe(0);
    expect(one.stderr).toContain('The bot was watched before: the watch stays armed');
    expect(await state('watched')).toEqual([...UNTOUCHED, 'armed']);
  });
});

/** Leaves the guard's group and lives on, as a daemon does; says its process ID. */
const DAEMON = (body: string): string =>
  `const { spawn } = require('node:child_process');
   const child = spawn(process.execPath, ['-e', ${JSON.stringify(body)}], { detached: true, stdio: 'ignore' });
   console.log('daemon ' + child.pid); child.unref();`;

async function withoutDaemon(one: Ended, check: () => Promise<void>): Promise<void> {
  const pid = Number(/daemon (\d+)/.exec(one.stdout)?.[1]);
  try {
    expect(isRunning({ pid })).toBe(true);
    await check();
  } finally {
    process.kill(pid, 'SIGKILL');
  }
}

describe.concurrent('no clean stop is sent for a bot that still runs', () => {
  test('a bot that goes to the background at once: the watch stays armed, and is never exit 0', async () => {
    const one = await rig.guard('background', ['--', process.execPath, '-e', DAEMON('setTimeout(() => {}, 60_000)')]);
    await withoutDaemon(one, async () => {
      expect(one.code, one.stderr).toBe(120);
      expect(one.stderr).toContain('it may run in the background, where the guard cannot see it');
      expect(await state('background')).toEqual([...UNTOUCHED, 'armed']);
    });
  });

  test('a bot whose file is still touched after its process has ended', async () => {
    const touch = `const f = require('node:fs'); setInterval(() => f.writeFileSync(process.env.FLATLINE_ALIVE_FILE, String(Math.random())), 100)`;
    const bot = `${DAEMON(touch)} setTimeout(() => {}, 1_500);`;
    const args = [...aliveFile('touched'), '--alive-within', '1s', '--', process.execPath, '-e', bot];
    const one = await rig.guard('touched', args);
    await withoutDaemon(one, async () => {
      expect(one.code, one.stderr).toBe(120);
      expect(one.stderr).toContain('signs of work still come: a part of it still runs');
      expect((await rig.rowOf('touched'))?.watch_state).toBe('armed');
    });
  });

  test('a bot whose address is still called after its process has ended, under a policy that keeps positions', async () => {
    const call = 'setInterval(() => fetch(process.env.FLATLINE_ALIVE_URL).catch(() => {}), 100)';
    const bot = `${DAEMON(call)} setTimeout(() => {}, 1_500);`;
    const args = ['--alive-port', '0', '--on-exit', 'clean-only', '--', process.execPath, '-e', bot];
    const one = await rig.guard('calls', args);
    await withoutDaemon(one, async () => {
      expect(one.code, one.stderr).toBe(120);
      expect(await state('calls')).toEqual([...UNTOUCHED, 'armed']);
    });
  });
});

describe.concurrent('the loss of what launched the guard counts as SIGTERM', () => {
  /** The command line of a guard with the toy bot, for a shell. */
  const guardOf = (bot: (typeof BOTS)[number], more: readonly string[] = []): string =>
    [
      ...[process.execPath, COMMAND_LINE, 'guard', '--bot', bot, '--local', '--no-preflight', ...more],
      ...['--', process.execPath, TOY],
    ]
      .map(word => `'${word}'`)
      .join(' ');
  const env = () => ({ ...rig.served.env, XDG_RUNTIME_DIR: rig.served.folder });
  /** It waits for the guard, as a script or npm's shell does. */
  const inShell = (command: string): readonly string[] => ['-c', `${command}; exit $?`];

  test('a shell that is killed', async () => {
    const one = startProgram('sh', inShell(guardOf('shell')), { env: env() });
    await one.shows(/toy bot: trading/);
    one.child.kill('SIGKILL');
    await one.shows(/which launched the guard, has ended: this counts as SIGTERM/);
    await one.shows(/shell is disarmed/);
    expect(await state('shell')).toEqual([0, ['SIGTERM'], 'disarmed']);
  });

  test('npm, whose shell lives on', async () => {
    const words = JSON.stringify(inShell(guardOf('npm')));
    const launcher = `require('node:child_process').spawn('sh', ${words}, { stdio: 'inherit' })`;
    const one = startProgram(process.execPath, ['-e', launcher], { env: env() });
    await one.shows(/toy bot: trading/);
    one.child.kill('SIGKILL');
    await one.shows(/which launched the guard, has ended/);
    await one.shows(/npm is disarmed/);
    expect(await state('npm')).toEqual([0, ['SIGTERM'], 'disarmed']);
  });

  test('--detached outlives it', async ({ expect }) => {
    const more = ['--detached', ...aliveFile('detached')];
    const one = startProgram('sh', inShell(guardOf('detached', more)), { env: env() });
    await one.shows(/toy bot: trading/);
    const pid = Number(/runs as process (\d+)/.exec(await one.shows(/runs as process/))?.[1]);
    one.child.kill('SIGKILL');
    const beats = async (): Promise<number> => Number((await rig.rowOf('detached'))?.beats);
    const before = await beats();
    // Each heartbeat takes longer than the guard needs to notice.
    await expect.poll(beats).toBeGreaterThan(before + 1);
    expect(isRunning({ pid })).toBe(true);
    // The bot's own end is the guard's.
    process.kill(pid, 'SIGTERM');
    await one.shows(/detached is disarmed/);
    expect(await state('detached')).toEqual([0, ['shutdown'], 'disarmed']);
  });
});

describe.concurrent('a crash loop', () => {
  test('killed and restarted again and again without a proof of work: each start is counted', async ({ expect }) => {
    const args = [
      '--takeover',
      '--alive-file',
      join(rig.served.folder, 'alive-loops'),
      '--',
      'sh',
      '-c',
      'echo up; sleep 60',
    ];
    for (let starts = 1; starts <= 3; starts += 1) {
      const one = rig.start('loops', args);
      const pid = Number(
        /runs as process (\d+)/.exec(await one.shows(/runs as process \d+[\s\S]*up|up[\s\S]*runs as process \d+/))?.[1],
      );
      one.child.kill('SIGKILL');
      process.kill(-pid, 'SIGKILL');
      await expect.poll(() => isRunning({ pid: one.child.pid ?? 0 }) || isRunning({ pid })).toBe(false);
      expect(await rig.rowOf('loops')).toMatchObject({ watch_state: 'armed', unproven_starts: starts });
    }
    expect(await rig.rowOf('loops')).not.toHaveProperty('worked_at_ms');
  });
});

describe.concurrent('two guards on two machines', () => {
  const elsewhere = (bot: string): Readonly<Record<string, string>> => {
    const folder = join(rig.served.folder, `elsewhere-${bot}`);
    mkdirSync(folder);
    return { XDG_RUNTIME_DIR: folder };
  };

  test('--takeover: the older guard ends its bot, and closes nothing of the newer one’s account', async () => {
    const old = rig.start('newer', ['--', process.execPath, TOY]);
    await old.shows(/toy bot: trading/);
    const fresh = rig.start('newer', ['--takeover', '--', process.execPath, TOY], { env: elsewhere('newer') });
    await fresh.shows(/toy bot: trading/);
    const { code, stderr } = await old.ended;
    expect(code, stderr).toBe(122);
    expect(stderr).toContain('A newer run of newer owns its account and its watch: nothing is liquidated here.');
    expect(await state('newer')).toEqual([...UNTOUCHED, 'armed']);
    fresh.child.kill('SIGTERM');
    expect((await fresh.ended).code).toBe(0);
    expect(await state('newer')).toEqual([0, ['SIGTERM'], 'disarmed']);
  });

  test('a signal during the wait for the other guard ends it at once, and the other is not touched', async () => {
    const first = rig.start('exclusive', ['--', process.execPath, TOY]);
    await first.shows(/toy bot: trading/);
    const second = rig.start('exclusive', ['--', 'echo', 'must not run'], { env: elsewhere('exclusive') });
    await second.shows(/waiting 5 s to see whether it still sends heartbeats/);
    second.child.kill('SIGTERM');
    const { code, stdout, stderr } = await second.ended;
    expect([code, stdout], stderr).toEqual([143, '']);
    expect(await state('exclusive')).toEqual([...UNTOUCHED, 'armed']);
    first.child.kill('SIGTERM');
    expect((await first.ended).code).toBe(0);
  });
});

test('a wrong command line of the guard ends with a code that no bot has', async () => {
  const codes = await Promise.all(
    [['--no-such-option'], ['--alive-port', 'x'], ['--on-hang', 'kill', '--', 'true'], []].map(
      async args => (await startFlatline(['guard', '--local', ...args], { env: rig.served.env }).ended).code,
    ),
  );
  expect(codes).toEqual([125, 125, 125, 125]);
});
