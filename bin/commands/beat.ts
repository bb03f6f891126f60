/** `flatline beat`: a sign of life of a bot, by hand, as its client writes it. */

import type { Command } from 'commander';
import { beat } from '../../lambda/app/watchdog/operator-commands.ts';
import { defaultBot } from '../../lambda/core/config/settings.ts';
import { timesOf } from '../../lambda/core/heartbeat/watch-times.ts';
import type { Cli } from './cli.ts';
import { STORE_MS } from './connection.ts';
import { registerChange, type Verb } from './watch/change-watch.ts';
import type { OrderOptions } from './watch/order-options.ts';

export function registerBeat(program: Command, cli: Cli): void {
  registerChange(program, cli, BEAT).option('--arm', 'also arm a bot that was disarmed');
}

interface BeatOptions extends OrderOptions {
  readonly arm?: boolean;
}

const BEAT: Verb<BeatOptions> = {
  name: 'beat',
  summary: 'a sign of life of a bot, by hand',
  description:
    'Writes one beat, as a bot does. The first one of a bot that was never seen arms its watch: from then on it must beat, or it is liquidated. ' +
    'Bots use a client or "flatline guard" rather than this.',
  examples: [
    ['beat --bot alpha', 'one beat'],
    ['beat --local', 'then be silent, and see what the watchdog does'],
    ['beat --bot alpha --arm', 'also arms one that was disarmed'],
  ],
  asksTo: undefined,
  onlyKnown: true,
  change: async (bots, { botId, atMs, by }, options, { config }) => {
    const { heartbeatMs, lateAfterMs, deadAfterMs } = timesOf(config, botId, undefined) ?? defaultBot(botId);
    const times = { heartbeatMs, lateAfterMs, deadAfterMs };
    // Any number that differs from the last one's does; the clock's has no file to be kept in.
    const sign = { botId, atMs, by, times, count: Math.floor(atMs), arms: options.arm === true };
    const result = await beat(bots, sign, STORE_MS);
    if (result.kind === 'taken') return { kind: 'done' };
    if (result.kind === 'disarmed') {
      return {
        kind: 'refused',
        state: 'disarmed',
        sentence: `Refused: ${botId} is disarmed. Use flatline beat --arm, or flatline arm.`,
      };
    }
    const id = result.correlationId === undefined ? '' : ` (${result.correlationId})`;
    return {
      kind: 'refused',
      state: 'tripped',
      sentence: `Refused: ${botId} was liquidated${id} and must not trade. Look at its account, then use flatline rearm.`,
    };
  },
  done: () => 'has beaten',
};
