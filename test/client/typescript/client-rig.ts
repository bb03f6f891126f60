/** Clients of bots that nobody has seen yet, against one cloud for a test file; and what the watchdog does to them. */

import {
  createFlatline,
  type Flatline,
  type FlatlineEvent,
  type FlatlineOptions,
} from '../../../client/typescript/flatline-client.ts';
import { createBotStore } from '../../../lambda/adapters/dynamo/bot-store.ts';
import type { BotStore } from '../../../lambda/ports.ts';
import { TABLE_NAMES } from '../../../simulator/cloud/tables.ts';
import { answers, type ClientCloud, startClientCloud } from './cloud.ts';

export const TRIP_ID = 'liq_20240229_120000_abc123';

/** `prefix` keeps the bots of one file apart from each other's rows. Sets the variables that a bot needs. */
export async function startClients(prefix: string) {
  const cloud: ClientCloud = await startClientCloud();
  Object.assign(process.env, cloud.env);
  const opened: Flatline[] = [];
  let bots = 0;
  const store = (): BotStore => createBotStore({ client: cloud.tables.client, tableName: TABLE_NAMES.bots });
  return {
    cloud,
    store,
    newBot: (options: Partial<FlatlineOptions> = {}) => {
      bots += 1;
      const botId = options.botId ?? `${prefix}-${bots}`;
      const told: FlatlineEvent[] = [];
      const client = createFlatline({
        ...{ preflight: false, answerWithinMs: 2_000, onEvent: event => told.push(event), ...options },
        botId,
      });
      opened.push(client);
      return { botId, client, told, kinds: () => told.map(({ kind }) => kind), row: () => cloud.row(botId) };
    },
    callsOf: (botId: string) =>
      cloud.lambda.invocations.filter(({ event }) => (event as { bot_id?: string }).bot_id === botId),
    trip: async (botId: string): Promise<void> => {
      await store().change(
        {
          ...{ botId, doing: 'trip', requires: [] },
          set: { watch_state: 'tripped', tripped_by: 'watchdog', correlation_id: TRIP_ID },
        },
        5_000,
      );
    },
    /** After each test. */
    reset: async (): Promise<void> => {
      cloud.tables.faults.clear();
      cloud.lambda.faults.clear();
      cloud.respond(async () => answers('completed'));
      await Promise.all(opened.splice(0).map(client => client.close()));
    },
  };
}
export type Clients = Awaited<ReturnType<typeof startClients>>;
