/** `flatline snooze`: suspends the watch of a bot for a given time; it always ends by itself. */

import { type Command, InvalidArgumentError } from 'commander';
import { planSnoozes, snooze } from '../../lambda/app/operator/operator-commands.ts';
import { LONGEST_SNOOZE_MS } from '../../lambda/core/heartbeat/assess-bot.ts';
import { readEvery, type SnoozePlan } from '../../lambda/core/heartbeat/snooze-plan.ts';
import { registerChange, type Verb } from '../bots/change-watch.ts';
import type { OperatorOptions } from '../bots/operator-options.ts';
import type { Cli } from '../terminal/cli.ts';
import { CliError, EXIT } from '../terminal/exit.ts';
import { instantText, spanText } from '../terminal/numbers.ts';
import { readDurationMs } from '../terminal/options.ts';
import { STORE_MS } from '../terminal/waiting.ts';

export function registerSnooze(program: Command, cli: Cli): void {
  registerChange(program, cli, SNOOZE)
    .option('--for <duration>', 'how long: 45s, 30m, 8h; 24h at most', readSnoozeMs)
    .option('--end', 'end a snooze now')
    .option(
      '--every <when>',
      'with --for, repeated: "Sun 02:00 UTC", "Mon,Wed 22:30 UTC", "daily 02:00 UTC"; never: remove it',
      readWhen,
    );
}

interface SnoozeOptions extends OperatorOptions {
  readonly for?: number;
  readonly end?: boolean;
  readonly every?: string;
}

const SNOOZE: Verb<SnoozeOptions> = {
  name: 'snooze',
  summary: 'suspend the watch for a given time',
  description:
    'Suspends the watch of a bot for a given time, 24 h at most. It always ends by itself; then the bot has its full time to report.',
  examples: [
    ['snooze --bot alpha --for 30m --reason "moving it"', 'asks for the name first'],
    ['snooze --bot alpha --end', 'ends the snooze now'],
    ['snooze --bot alpha --every "Sun 02:00 UTC" --for 2h', 'a maintenance window, each week'],
    ['snooze --bot alpha --every never', 'removes the window'],
  ],
  asksTo: options =>
    options.every !== undefined
      ? options.every === NEVER
        ? `end the planned snoozes of ${options.bot}`
        : `leave ${options.bot} unwatched each ${options.every} for ${spanText(options.for ?? 0)}`
      : options.end
        ? `end the snooze of ${options.bot}`
        : `leave ${options.bot} unwatched for ${spanText(options.for ?? 0)}`,
  onlyKnown: false,
  check: ({ for: forMs, end, every }) => {
    if (every !== undefined) {
      if (end !== true && (forMs === undefined) === (every === NEVER)) return;
      throw new CliError(
        EXIT.usage,
        'Nothing was done: give a duration, as in --every "Sun 02:00 UTC" --for 2h, or --every never.',
      );
    }
    if (forMs !== undefined && end === true) {
      throw new CliError(EXIT.usage, 'Nothing was done: --for and --end cannot be combined.');
    }
    if (forMs !== undefined || end === true) return;
    throw new CliError(EXIT.usage, 'Nothing was done: give a duration, as in --for 30m, or use --end to end a snooze.');
  },
  change: (bots, action, options) =>
    options.every !== undefined
      ? planSnoozes(bots, action, planOf(options), STORE_MS)
      : snooze(bots, action, untilMs(options, action.atMs), STORE_MS),
  done: (options, nowMs) =>
    options.every !== undefined
      ? options.every === NEVER
        ? 'is watched without planned snoozes'
        : `is NOT watched each ${options.every} for ${spanText(options.for ?? 0)}`
      : options.end
        ? 'is watched again; its full time to report starts now'
        : `is NOT watched until ${instantText(untilMs(options, nowMs))}`,
};

const untilMs = (options: SnoozeOptions, nowMs: number): number => (options.end ? nowMs : nowMs + (options.for ?? 0));

const NEVER = 'never';

const planOf = ({ every = NEVER, for: forMs = 0 }: SnoozeOptions): SnoozePlan | undefined =>
  every === NEVER ? undefined : { every, forMs };

function readWhen(text: string): string {
  const every = text.trim().toLowerCase() === NEVER ? NEVER : readEvery(text);
  if (every !== undefined) return every;
  throw new InvalidArgumentError('Write days and a time in UTC, like "Sun 02:00 UTC" or "daily 02:00 UTC", or never.');
}

function readSnoozeMs(text: string): number {
  const ms = readDurationMs(text);
  if (ms <= LONGEST_SNOOZE_MS) return ms;
  throw new InvalidArgumentError('A snooze lasts at most 24 hours. Snooze again tomorrow, or disarm the bot.');
}
