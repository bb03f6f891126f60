/** Bots on `ccxt` and on the `binance` package, as the examples have them. */

import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ServedForTests, serveForTests } from '../cli/served-cloud.ts';
import { type BotOfOthers, ENDS, liveAndDie } from './guarded-bot.ts';

const example = (path: string): string => fileURLToPath(new URL(`../../examples/${path}`, import.meta.url));

const BOTS: readonly Omit<BotOfOthers, 'botId'>[] = [
  {
    command: [process.execPath, example('node-ccxt/bot.mjs')],
    alive: ['--alive-file', 'alive'],
    trades: ({ orders, conditionals }) => orders.length > 0 && conditionals.length > 0,
  },
  {
    command: [process.execPath, example('node-binance/bot.mjs')],
    alive: ['--alive-port', '0'],
    trades: ({ orders, positions }) => orders.length > 0 && positions.length > 0,
  },
];
const NAMES = ['ccxt', 'binance'];
const runs = NAMES.flatMap((name, index) =>
  ENDS.map((end, number) => ({ name, end, bot: { ...BOTS[index], botId: `${name}-${number}` } as BotOfOthers })),
);

let served: ServedForTests;
beforeAll(async () => {
  served = await serveForTests({ bots: runs.map(({ bot }) => bot.botId), positions: 0, tickEveryMs: 60_000 });
});
afterAll(() => served.close());

describe.each(runs)('a bot on $name that is $end', ({ name, end, bot }) => {
  test('has its account flat', async () => {
    const death = await liveAndDie(served, bot, end);
    console.info(
      `${name}, ${end}: held ${death.positions} positions and ${death.orders} orders, flat after ${death.flatAfterMs} ms`,
    );
    expect(death.positions).toBeGreaterThan(0);
    expect(death.orders).toBeGreaterThan(0);
  });
});
