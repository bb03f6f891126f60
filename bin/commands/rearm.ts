/** `flatline rearm`: lets a bot trade again that was liquidated, and warns if that did not end flat. */

import type { Command } from 'commander';
import { rearm } from '../../lambda/app/operator/rearm.ts';
import { registerChange, type Verb } from '../bots/change-watch.ts';
import { STORE_MS } from '../connect/connection.ts';
import type { Cli } from '../terminal/cli.ts';

export function registerRearm(program: Command, cli: Cli): void {
  registerChange(program, cli, REARM);
}

const REARM: Verb = {
  name: 'rearm',
  summary: 'let a bot that was liquidated trade again',
  description:
    'Re-arms a tripped bot: its beats are taken again, its lock-out and its unfinished liquidations end. Look at its account first: what it holds then is the bot’s own again.',
  examples: [['rearm --bot alpha --reason "account looked at, flat"', 'asks for the name first']],
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
  done: () => 'is armed again: its beats are taken, and it has its full time from now',
};
