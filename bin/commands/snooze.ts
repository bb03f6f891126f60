/** `flatline snooze`: suspends the watch of a bot for a stated time; it always ends by itself. */

import { type Command, InvalidArgumentError } from 'commander';
import { snooze } from '../../lambda/app/watchdog/operator-commands.ts';
import { LONGEST_SNOOZE_MS } from '../../lambda/core/heartbeat/assess-bot.ts';
import { instant, span } from './cli/ages.ts';
import { readDurationMs } from './cli/duration-option.ts';
import { CliError, EXIT } from './cli/exit.ts';
import type { Cli } from './cli.ts';
import { STORE_MS } from './connection.ts';
import { registerChange, type Verb } from './watch/change-watch.ts';
import type { OrderOptions } from './watch/order-options.ts';

export function registerSnooze(program: Command, cli: Cli): void {
  registerChange(program, cli, SNOOZE)
    .option('--for <duration>', 'how long: 45s, 30m, 8h; 24h at most', readSnoozeMs)
    .option('--end', 'end a snooze now');
}

interface SnoozeOptions extends OrderOptions {
  readonly for?: number;
  readonly end?: boolean;
}

const SNOOZE: Verb<SnoozeOptions> = {
  name: 'snooze',
  summary: 'suspend the watch for a while',
  description:
    'Suspends the watch of a bot for a stated time, 24 h at most; it always ends by itself, and then the bot has its full time.',
  examples: [
    ['snooze --bot alpha --for 30m --reason "moving it"', 'asks for the name first'],
    ['snooze --bot alpha --end', 'ends the snooze now'],
  ],
  asksTo: options =>
    options.end ? `end the snooze of ${options.bot}` : `leave ${options.bot} unwatched for ${span(options.for ?? 0)}`,
  onlyKnown: false,
  check: ({ for: forMs, end }) => {
    if ((forMs === undefined) === (end === true)) return;
    throw new CliError(EXIT.usage, 'Nothing was done: say how long, as in --for 30m, or --end to end a snooze.');
  },
  change: (bots, order, options) => snooze(bots, order, untilMs(options, order.atMs), STORE_MS),
  done: (options, nowMs) =>
    options.end
      ? 'is watched again, and has its full time from now'
      : `is NOT watched until ${instant(untilMs(options, nowMs))}`,
};

const untilMs = (options: SnoozeOptions, nowMs: number): number => (options.end ? nowMs : nowMs + (options.for ?? 0));

/** For argParser. */
function readSnoozeMs(text: string): number {
  const ms = readDurationMs(text);
  if (ms <= LONGEST_SNOOZE_MS) return ms;
  throw new InvalidArgumentError('A snooze lasts at most 24 hours: snooze again tomorrow, or disarm the bot.');
}
