/** supervisord as released, with the example's own settings: the toy bot under guard is killed, stopped, and left alone. */

import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { type ServedForTests, serveForTests, startProgram } from '../cli/served-cloud.ts';
import { descendantsOf } from './guarded-bot.ts';
import { installFramework } from './install-framework.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const example = readFileSync(join(ROOT, 'examples/guard/supervisord.conf'), 'utf8');
const framework = await installFramework('supervisord');
if (framework.kind === 'missing') console.warn(`supervisord is not tried here: ${framework.why}.`);

describe.skipIf(framework.kind === 'missing')('a bot under guard with supervisord', () => {
  const bin = framework.kind === 'ready' ? framework.bin : '';
  let served: ServedForTests;
  beforeAll(async () => {
    const bots = ['killed', 'stopped', 'ended', 'orphaned', 'tripped'];
    served = await serveForTests({ bots, positions: 1, tickEveryMs: 5_000 });
  });
  afterAll(() => served.close());

  test('that is killed is flat, and started again', async () => {
    const { processes, flat, alive } = supervise('killed');
    await alive();
    const [bot = 0, guard = 0] = processes();
    process.kill(bot, 'SIGKILL');
    await flat();
    await expect.poll(processes).not.toContain(guard);
    await alive();
    expect(processes()).toHaveLength(2);
  });

  test('that is stopped is flat and no longer watched', async () => {
    const { ctl, flat, alive, state, condition } = supervise('stopped');
    await alive();
    await ctl('stop', 'guarded-bot');
    await flat();
    expect(await state()).toContain('STOPPED');
    expect(await condition()).toBe('disarmed');
  });

  test('is flat when supervisord is ended, which waits for it', async () => {
    const { supervisord, flat, alive, condition } = supervise('ended');
    await alive();
    supervisord.child.kill('SIGTERM');
    await supervisord.ended;
    await flat();
    expect(await condition()).toBe('disarmed');
  });

  test('is flat when supervisord is killed: the guard notices it', async () => {
    const { supervisord, flat, alive } = supervise('orphaned');
    await alive();
    supervisord.child.kill('SIGKILL');
    await flat();
  });

  test('that is tripped is stopped, and its guard refuses to start it again', async () => {
    const { processes, flat, alive, state, condition } = supervise('tripped');
    await alive();
    const [, guard = 0] = processes();
    process.kill(guard, 'SIGSTOP');
    await expect.poll(condition).toBe('tripped');
    await flat();
    process.kill(guard, 'SIGCONT');
    // In its first minute it is started again, and refused, three times.
    await expect.poll(state).toMatch(/FATAL|EXITED/);
    expect(processes()).toEqual([]);
  });

  /** With the example's settings, on the local cloud, with files of its own. */
  function supervise(botId: string) {
    const folder = join(served.folder, botId);
    mkdirSync(folder);
    const socket = join(folder, 'socket');
    const proof = join(folder, 'alive');
    const files = `logfile=${join(folder, 'log')}\npidfile=${join(folder, 'pid')}\nchildlogdir=${folder}\n`;
    const config = [
      example
        .replace('--bot default', `--bot ${botId} --local --no-preflight`)
        .replace('--alive-port 0', `--alive-file ${proof}`)
        .replace(/^\[supervisord\]$/m, `$&\n${files}`),
      `[unix_http_server]\nfile=${socket}\n[supervisorctl]\nserverurl=unix://${socket}\n[rpcinterface:supervisor]`,
      'supervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface\n',
    ];
    const file = join(folder, 'conf');
    writeFileSync(file, config.join('\n'));
    const env = { ...served.env, PATH: `${dirname(process.execPath)}:${process.env.PATH}` };
    const supervisord = startProgram(join(bin, 'supervisord'), ['-n', '-c', file], { cwd: ROOT, env });
    const pid = supervisord.child.pid ?? 0;
    onTestFinished(() => {
      for (const one of descendantsOf(pid)) process.kill(one, 'SIGKILL');
      supervisord.child.kill('SIGKILL');
    });
    const ctl = (...args: readonly string[]): Promise<string> =>
      startProgram(join(bin, 'supervisorctl'), ['-c', file, ...args], { env }).ended.then(({ stdout }) => stdout);
    const condition = async (): Promise<string> => {
      const { stdout } = await served.flatline(['bots', '--local', '--json']);
      return JSON.parse(stdout).bots.find((one: { bot_id: string }) => one.bot_id === botId)?.condition;
    };
    return {
      ...{ supervisord, ctl, condition },
      /** The toy bot and the guard above it, once both run. */
      processes: () => descendantsOf(pid),
      state: () => ctl('status'),
      /** Watched, and the bot has shown that it works: what ends earlier is not liquidated. */
      alive: () => expect.poll(async () => existsSync(proof) && (await condition())).toBe('alive'),
      flat: () => expect.poll(() => served.accounts.get(botId)?.truth().positions).toEqual([]),
    };
  }
});
