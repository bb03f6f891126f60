/** nautilus_trader as released, live, with its own client of Binance, under the guard and with the Python client. */

import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Truth } from '../../simulator/engine/accounts/truth.ts';
import { type ServedForTests, serveForTests } from '../cli/served-cloud.ts';
import { liveAndDieWithClient } from './bot-with-client.ts';
import { ENDS, liveAndDie } from './guarded-bot.ts';
import { installFramework } from './install-framework.ts';

const example = (path: string): string => fileURLToPath(new URL(`../../examples/nautilus/${path}`, import.meta.url));
const trades = ({ positions, orders }: Truth): boolean => positions.length > 0 && orders.length > 0;
const framework = await installFramework('nautilus');
if (framework.kind === 'missing') console.warn(`nautilus_trader is not tried here: ${framework.why}.`);

/** What this version knows; it refuses the whole list for a state that it does not know. */
const KNOWN_STATES = [
  'TRADING',
  'PENDING_TRADING',
  'PRE_DELIVERING',
  'DELIVERING',
  'DELIVERED',
  'PRE_SETTLE',
  'SETTLING',
  'CLOSE',
];

describe.skipIf(framework.kind === 'missing')('nautilus_trader', () => {
  const bin = framework.kind === 'ready' ? framework.bin : '';
  const bots = ENDS.map((end, index) => ({ end, botId: `nautilus-${index}`, botIdOfClient: `client-${index}` }));
  let served: ServedForTests;
  beforeAll(async () => {
    const ids = bots.flatMap(({ botId, botIdOfClient }) => [botId, botIdOfClient]);
    served = await serveForTests({ bots: ids, positions: 0, tickEveryMs: 5_000 });
    const reply = await fetch(`${served.file.exchangeUrl}/fapi/v1/exchangeInfo`);
    const { symbols } = (await reply.json()) as { symbols: readonly { symbol: string; status: string }[] };
    for (const { symbol, status } of symbols)
      if (!KNOWN_STATES.includes(status)) served.exchange.setStatus(symbol, 'TRADING');
  });
  afterAll(() => served.close());

  test.each(bots)('under the guard that is $end has its account flat', async ({ end, botId }) => {
    const death = await liveAndDie(
      served,
      {
        botId,
        command: [join(bin, 'python'), example('guarded_bot.py')],
        alive: ['--alive-file', 'alive'],
        aliveWithin: '30s',
        trades,
      },
      end,
    );
    console.info(
      `nautilus_trader, ${end}: held ${death.positions} position and ${death.orders} order, flat after ${death.flatAfterMs} ms, exit code ${death.exitCode}`,
    );
    expect(death).toMatchObject({ positions: 1, orders: 1 });
  });

  test.each(bots)('with the client that is $end has its account flat', async ({ end, botIdOfClient: botId }) => {
    const command = [join(bin, 'python'), example('watched_bot.py')] as const;
    const flatAfterMs = await liveAndDieWithClient(served, { botId, command, cwd: served.folder, trades }, end);
    console.info(`nautilus_trader with the client, ${end}: flat after ${flatAfterMs} ms`);
  });
});
