/** The functions as they are deployed, over embedded DynamoDB and a simulated exchange. */

import { startClock } from '../lambda/adapters/clock.ts';
import { createBotStore } from '../lambda/adapters/dynamo/bot-store.ts';
import { startOrBeat } from '../lambda/app/ping/run-commands.ts';
import type { FunctionName } from '../lambda/bundling.ts';
import type { BotSettings } from '../lambda/core/config/settings.ts';
import { startLocalCloud } from '../simulator/cloud/local-cloud.ts';
import { TABLE_NAMES } from '../simulator/cloud/tables.ts';
import { createExchange } from '../simulator/exchange.ts';
import { startExchangeServer } from '../simulator/wire/server.ts';
import { newKey } from './liquidator-here.ts';

export async function openDeployed(functions: readonly FunctionName[]) {
  await using opening = new AsyncDisposableStack();
  const clock = startClock();
  const exchange = createExchange({ clock });
  const server = await startExchangeServer(exchange);
  opening.defer(() => server.close());
  const cloud = await startLocalCloud({ clock, functions });
  opening.defer(() => cloud.close());
  const table = { client: cloud.tables.client, tableName: TABLE_NAMES.bots };
  const store = createBotStore(table);
  const closing = opening.move();
  return {
    ...{ clock, exchange, server, cloud, table, store, closing },
    /** An account with a position, and its key where the function looks for it. */
    addAccount: ({ botId, secretName }: BotSettings, ip?: string): void => {
      const key = newKey();
      exchange.addAccount({ ...key, name: botId, ...(ip !== undefined && { ip }) }).open('BTCUSDT', '0.010');
      cloud.secrets.put(secretName, JSON.stringify(key));
    },
    /** The first heartbeat of a new run of the bot. */
    beat: async (bot: BotSettings, atMs: number): Promise<void> => {
      const run = { botId: bot.botId, runId: `bench-${atMs}`, atMs, by: 'bench', times: bot };
      await startOrBeat(store, { ...run, count: 1, isStart: true }, 5_000);
    },
    [Symbol.asyncDispose]: () => closing.disposeAsync(),
  };
}
