/**
 * hummingbot as released, live, without a screen, with its own client of Binance, under the guard. PyPI has only its source, so
 * it is compiled here, by a Python 3.12 (docs/frameworks.md).
 */

import { cpSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Truth } from '../../simulator/engine/accounts/truth.ts';
import { type ServedForTests, serveForTests } from '../cli/served-cloud.ts';
import { mustRun } from '../support/run-command.ts';
import { liveAndDieWithClient } from './bot-with-client.ts';
import { ENDS, keyOf, liveAndDie } from './guarded-bot.ts';
import { findPython312, installFramework } from './install-framework.ts';

const HBOT_PASSWORD = 'of this test';
const trades = ({ positions, orders }: Truth): boolean => positions.length > 0 && orders.length > 0;
const MIXIN = fileURLToPath(new URL('../../examples/python/hummingbot_script.py', import.meta.url));
const EXAMPLE = fileURLToPath(new URL('../../examples/hummingbot', import.meta.url));
// hummingbot's own switch, for a build of a minute instead of many.
process.env.WITHOUT_CYTHON_OPTIMIZATIONS = '1';
const framework = await installFramework('hummingbot', findPython312());
if (framework.kind === 'missing') console.warn(`hummingbot is not tried here: ${framework.why}.`);

describe.skipIf(framework.kind === 'missing')('hummingbot', () => {
  const bin = framework.kind === 'ready' ? framework.bin : '';
  const bots = ENDS.map((end, index) => ({ end, botId: `hummingbot-${index}`, botIdOfClient: `client-${index}` }));
  let served: ServedForTests;
  beforeAll(async () => {
    const ids = bots.flatMap(({ botId, botIdOfClient }) => [botId, botIdOfClient]);
    served = await serveForTests({ bots: ids, positions: 0, tickEveryMs: 5_000 });
  });
  afterAll(() => served.close());

  const hbot = [join(bin, 'python'), '-m', 'hummingbot.cli.main'] as const;

  test.each(bots)('under the guard that is $end has its account flat', async ({ end, botId }) => {
    await makeInstance(botId);
    const death = await liveAndDie(
      served,
      {
        botId,
        command: [...hbot, 'start', 'guarded_script.yml', '--foreground'],
        env: { HBOT_PASSWORD },
        alive: ['--alive-file', 'alive'],
        aliveWithin: '60s',
        trades,
      },
      end,
    );
    console.info(
      `hummingbot, ${end}: held ${death.positions} position and ${death.orders} order, flat after ${death.flatAfterMs} ms, exit code ${death.exitCode}`,
    );
    expect(death).toMatchObject({ positions: 1, orders: 1 });
  });

  test.each(bots)('with the client that is $end has its account flat', async ({ end, botIdOfClient: botId }) => {
    const cwd = await makeInstance(botId);
    const command = [...hbot, 'start', 'watched_script.yml', '--foreground'] as const;
    const flatAfterMs = await liveAndDieWithClient(
      served,
      { botId, cwd, command, env: { HBOT_PASSWORD }, trades },
      end,
    );
    console.info(`hummingbot with the client, ${end}: flat after ${flatAfterMs} ms`);
  });

  /** hummingbot keeps settings, keys and logs beside its package, one bot for each installation. */
  async function makeInstance(botId: string): Promise<string> {
    const folder = join(served.folder, botId);
    const { API_KEY, API_SECRET } = keyOf(served, botId);
    const [python, ...cli] = hbot;
    const [installed = ''] = (
      await mustRun(python, ['-c', 'import hummingbot; print(hummingbot.__path__[0])'], { env: {} })
    ).split('\n');
    cpSync(installed, join(folder, 'hummingbot'), { recursive: true });
    cpSync(EXAMPLE, folder, { recursive: true });
    cpSync(MIXIN, join(folder, 'scripts/hummingbot_script.py'));
    for (const name of ['connectors', 'strategies', 'controllers'])
      mkdirSync(join(folder, 'conf', name), { recursive: true });
    mkdirSync(join(folder, 'logs'));
    await mustRun(python, [...cli, 'connect', 'binance_perpetual', '--keys-stdin'], {
      cwd: folder,
      env: { HBOT_PASSWORD },
      input: JSON.stringify({ binance_perpetual_api_key: API_KEY, binance_perpetual_api_secret: API_SECRET }),
    });
    return folder;
  }
});
