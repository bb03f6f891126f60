/** What `audit list`, `audit stats` and `audit verify --all` share: the liquidations of a period. */

import { type Command, Option } from 'commander';
import type { LiquidationRecord } from '../../../lambda/ports.ts';
import type { Connection } from '../../connect/connection.ts';
import { mustBeRecorded } from '../../connect/known-bot.ts';
import type { CommandRun } from '../../terminal/cli.ts';
import { spanText } from '../../terminal/numbers.ts';
import { type ConnectionOptions, readBotId, readDurationMs } from '../../terminal/options.ts';
import { LISTING_MS } from '../../terminal/waiting.ts';

export interface PeriodOptions extends ConnectionOptions {
  readonly bot?: string;
  readonly since: number;
}

/** The maximum of liquidations that are read at once. */
export const MOST_LISTED = 10_000;

export const DAY_MS = 86_400_000;

/** In milliseconds. `shown` is the default as people write it. */
export const sinceOption = (says: string, defaultMs: number, shown: string): Option =>
  new Option('--since <duration>', says).argParser(readDurationMs).default(defaultMs, shown);

export const periodOptions = (command: Command, defaultMs: number, shown: string): Command =>
  command
    .option('-b, --bot <id>', 'only this bot’s', readBotId)
    .addOption(sinceOption('how far back: 45s, 30m, 24h, 7d', defaultMs, shown));

/** Newest first. `quietChecks`: lock-out checks that found nothing are included. */
export function readListed(
  run: CommandRun<PeriodOptions>,
  { runs, clock }: Connection,
  { limit = MOST_LISTED, quietChecks = false } = {},
): Promise<readonly LiquidationRecord[]> {
  const { bot, since } = run.options;
  const query = {
    limit,
    sinceMs: clock.nowMs() - since,
    ...(bot && { botId: bot }),
    ...(quietChecks && { quietChecks }),
  };
  return run.progress('reading the liquidations', runs.recent(query, LISTING_MS));
}

/** As readListed, and prints of what they are. Throws CliError (1) for a bot that nobody knows. */
export async function sayListed(
  run: CommandRun<PeriodOptions>,
  connection: Connection,
  choices?: Parameters<typeof readListed>[2],
): Promise<readonly LiquidationRecord[]> {
  const { bot, since } = run.options;
  const records = await readListed(run, connection, choices);
  mustBeRecorded(bot, records.length, connection);
  const whose = bot === undefined ? '' : ` of ${bot}`;
  run.say(run.paint.bold(`Liquidations${whose}, ${connection.where}, last ${spanText(since)}`));
  return records;
}
