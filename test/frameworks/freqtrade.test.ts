/** freqtrade as released, in live mode, with its own client of Binance (ccxt), under the guard. */

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ServedForTests, serveForTests } from '../cli/served-cloud.ts';
import { trialConfig } from './freqtrade-trial.ts';
import { ENDS, liveAndDie } from './guarded-bot.ts';
import { installFramework } from './install-framework.ts';

const EXAMPLE = fileURLToPath(new URL('../../examples/freqtrade', import.meta.url));
const framework = await installFramework('freqtrade');
if (framework.kind === 'missing') console.warn(`freqtrade is not tried here: ${framework.why}.`);

/** Keys come by variables, as freqtrade's own documentation has it. */
const SCRIPT = `FREQTRADE__EXCHANGE__KEY=$API_KEY FREQTRADE__EXCHANGE__SECRET=$API_SECRET exec "$0" "$@"`;

describe.skipIf(framework.kind === 'missing')('freqtrade', () => {
  const bin = framework.kind === 'ready' ? framework.bin : '';
  const bots = ENDS.map((end, index) => ({ end, botId: `freqtrade-${index}` }));
  let served: ServedForTests;
  beforeAll(async () => {
    served = await serveForTests({ bots: bots.map(({ botId }) => botId), positions: 0, tickEveryMs: 60_000 });
  });
  afterAll(() => served.close());

  test.each(bots)('that is $end has its account flat', async ({ end, botId }) => {
    const folder = join(served.folder, botId);
    mkdirSync(folder);
    writeFileSync(join(folder, 'trial.json'), trialConfig(served.file.exchangeUrl));
    const trade = [join(bin, 'freqtrade'), 'trade', '-c', join(EXAMPLE, 'config.json'), '-c', 'trial.json'];
    const strategy = ['-s', 'GuardedStrategy', '--strategy-path', EXAMPLE, '--userdir', folder];
    const death = await liveAndDie(
      served,
      {
        botId,
        command: ['sh', '-c', SCRIPT, ...trade, ...strategy],
        alive: ['--alive-file', 'alive'],
        aliveWithin: '30s',
        trades: ({ positions, conditionals }) => positions.length > 0 && conditionals.length > 0,
      },
      end,
    );
    console.info(
      `freqtrade, ${end}: held ${death.positions} position and ${death.orders} order, flat after ${death.flatAfterMs} ms, exit code ${death.exitCode}`,
    );
    expect(death).toMatchObject({ positions: 1, orders: 1 });
  });
});
