/** freqtrade as released, in live mode, with its own client of Binance (ccxt), under the guard and with the Python client. */

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Truth } from '../../simulator/engine/accounts/truth.ts';
import { type ServedForTests, serveForTests } from '../cli/served-cloud.ts';
import { liveAndDieWithClient } from './bot-with-client.ts';
import { trialConfig } from './freqtrade-trial.ts';
import { ENDS, liveAndDie } from './guarded-bot.ts';
import { installFramework } from './install-framework.ts';

const EXAMPLE = fileURLToPath(new URL('../../examples/freqtrade', import.meta.url));
const framework = await installFramework('freqtrade');
if (framework.kind === 'missing') console.warn(`freqtrade is not tried here: ${framework.why}.`);

/** Keys come by variables, as freqtrade's own documentation has it. */
const SCRIPT = `FREQTRADE__EXCHANGE__KEY=$API_KEY FREQTRADE__EXCHANGE__SECRET=$API_SECRET exec "$0" "$@"`;

const trades = ({ positions, conditionals }: Truth): boolean => positions.length > 0 && conditionals.length > 0;

describe.skipIf(framework.kind === 'missing')('freqtrade', () => {
  const bin = framework.kind === 'ready' ? framework.bin : '';
  const bots = ENDS.map((end, index) => ({ end, botId: `freqtrade-${index}`, botIdOfClient: `client-${index}` }));
  let served: ServedForTests;
  beforeAll(async () => {
    const ids = bots.flatMap(({ botId, botIdOfClient }) => [botId, botIdOfClient]);
    served = await serveForTests({ bots: ids, positions: 0, tickEveryMs: 5_000 });
  });
  afterAll(() => served.close());

  test.each(bots)('under the guard that is $end has its account flat', async ({ end, botId }) => {
    const { command } = prepare(botId, 'GuardedStrategy');
    const death = await liveAndDie(
      served,
      { botId, command, alive: ['--alive-file', 'alive'], aliveWithin: '30s', trades },
      end,
    );
    console.info(
      `freqtrade, ${end}: held ${death.positions} position and ${death.orders} order, flat after ${death.flatAfterMs} ms, exit code ${death.exitCode}`,
    );
    expect(death).toMatchObject({ positions: 1, orders: 1 });
  });

  test.each(bots)('with the client that is $end has its account flat', async ({ end, botIdOfClient: botId }) => {
    const bot = { botId, trades, ...prepare(botId, 'WatchedStrategy') };
    const flatAfterMs = await liveAndDieWithClient(served, bot, end);
    console.info(`freqtrade with the client, ${end}: flat after ${flatAfterMs} ms`);
  });

  function prepare(botId: string, strategy: string) {
    const cwd = join(served.folder, botId);
    mkdirSync(cwd);
    writeFileSync(join(cwd, 'trial.json'), trialConfig(served.file.exchangeUrl));
    const trade = [join(bin, 'freqtrade'), 'trade', '-c', join(EXAMPLE, 'config.json'), '-c', 'trial.json'];
    const chosen = ['-s', strategy, '--strategy-path', EXAMPLE, '--userdir', cwd];
    return { cwd, command: ['sh', '-c', SCRIPT, ...trade, ...chosen] as const };
  }
});
