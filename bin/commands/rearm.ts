/** `flatline rearm`: lets a liquidated bot trade again, and warns if its liquidation did not end flat. */

import { rearm } from '../../lambda/app/operator/rearm.ts';
import { changeCommand } from '../bots/change-watch.ts';
import { STORE_MS } from '../connect/connection.ts';

export const registerRearm = changeCommand({
  name: 'rearm',
  summary: 'let a liquidated bot trade again',
  description:
    'Re-arms a tripped bot: its heartbeats are accepted again, its lock-out and its unfinished liquidations end. Check its account first: open positions then belong to the bot again.',
  examples: [['rearm --bot alpha --reason "account checked, flat"', 'asks for the name first']],
  asksTo: ({ bot }) => `let ${bot} trade again`,
  onlyKnown: false,
  warnings: async ({ runs }, { trip }) => {
    if (trip?.correlationId === undefined) return [];
    const record = await runs.read(trip.correlationId, STORE_MS);
    if (record?.state === 'completed') return [];
    return [
      `Its liquidation ${trip.correlationId} did NOT end flat (${record?.answer?.headline ?? record?.state ?? 'no record'}).`,
    ];
  },
  change: (bots, action, _options, { unfinished }) => rearm({ bots, unfinished }, action, { timeoutMs: STORE_MS }),
  done: () => 'is armed again: its heartbeats are accepted, and its full time to report starts now',
});
