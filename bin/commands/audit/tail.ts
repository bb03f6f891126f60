/**
 * `flatline audit tail`: follows liquidations as they happen. With an ID until that one ends; without, all that are open
 * or start, until Ctrl-C. It only reads: stopping it does not stop a liquidation.
 */

import type { Command } from 'commander';
import { StoreError } from '../../../lambda/core/invocation/error-codes.ts';
import { isFlatResult } from '../../../lambda/core/invocation/liquidation-record.ts';
import type { Connection } from '../../connect/connection.ts';
import { createFollower } from '../../incident/follower.ts';
import { recordJson } from '../../incident/incident-json.ts';
import { readKnownRecords, readRecords } from '../../incident/read-records.ts';
import type { Cli, CommandRun } from '../../terminal/cli.ts';
import { EXIT, type ExitCode } from '../../terminal/exit.ts';
import {
  type ConnectionOptions,
  connectionOptions,
  examples,
  jsonOption,
  readBotId,
  readCorrelationId,
} from '../../terminal/options.ts';
import { LISTING_MS, pollUntil } from '../../terminal/waiting.ts';

interface Options extends ConnectionOptions {
  readonly bot?: string;
}

const EVERY_MS = 1_000;
const MOST_AT_ONCE = 50;

export function registerTail(audit: Command, cli: Cli): void {
  const command = audit
    .command('tail')
    .summary('follow liquidations as they happen')
    .description(
      'Follows one liquidation until it ends, and exits 0 when it ended flat, 1 when not. Without an ID, follows every ' +
        'liquidation that is open or starts, until Ctrl-C. It only reads.',
    )
    .argument('[id]', 'the correlation ID', readCorrelationId)
    .option('-b, --bot <id>', 'only this bot’s', readBotId);
  connectionOptions(command);
  examples(command, [
    ['audit tail', 'everything, until Ctrl-C'],
    ['audit tail --bot alpha', 'of one bot'],
    ['audit tail liq_20261121_053033_2f7d914a', 'one, until it ends'],
  ]);
  jsonOption(command, ['The line of "audit list" for the liquidation that was followed; none', 'without an ID.']);
  command.action(
    cli.action<Options>(
      async run => {
        const connection = await run.connect();
        const [id] = run.args;
        return id === undefined ? followAll(run, connection) : followOne(run, connection, id);
      },
      { signals: 'notify' },
    ),
  );
}

async function followOne(run: CommandRun<Options>, connection: Connection, id: string): Promise<ExitCode> {
  const { clock } = connection;
  const followed = createFollower(run, { eventsOnly: false });
  const withRetries = retryingReader(run);
  let exitCode: ExitCode = EXIT.interrupted;
  const hasEnded = async (): Promise<boolean> => {
    const found = await withRetries(() => readKnownRecords(connection, id));
    if (found === undefined) return false;
    const { record, incident } = found;
    const { open, state, headline } = incident.verdict;
    followed.print(incident);
    if (open) return false;
    if (record !== undefined) run.answer(recordJson(record, clock.nowMs()));
    exitCode = isFlatResult(state, headline) ? EXIT.ok : EXIT.no;
    return true;
  };
  const isOver = await pollUntil(hasEnded, { clock, everyMs: EVERY_MS, signal: run.interrupted });
  if (!isOver) run.warn('Stopped following. The liquidation continues.');
  return exitCode;
}

async function followAll(run: CommandRun<Options>, connection: Connection): Promise<ExitCode> {
  const { runs, clock } = connection;
  const { bot } = run.options;
  const whose = bot === undefined ? '' : ` of ${bot}`;
  run.warn(`Following the liquidations${whose} of ${connection.where}; Ctrl-C ends it.`);
  const followed = createFollower(run, { eventsOnly: false });
  const withRetries = retryingReader(run);
  const over = new Set<string>();
  const fromMs = clock.nowMs();
  const readOn = async (): Promise<false> => {
    const query = { limit: MOST_AT_ONCE, ...(bot && { botId: bot }) };
    const records = (await withRetries(() => runs.recent(query, LISTING_MS))) ?? [];
    for (const { correlationId, firstStartedAtMs = 0, finishedAtMs = fromMs } of records.toReversed()) {
      const isOld = Math.max(firstStartedAtMs, finishedAtMs) < fromMs;
      if (isOld || over.has(correlationId) || run.interrupted.aborted) continue;
      const found = await withRetries(() => readRecords(connection, correlationId));
      if (found === undefined) continue;
      followed.print(found.incident);
      if (!found.incident.verdict.open) over.add(correlationId);
    }
    return false;
  };
  await pollUntil(readOn, { clock, everyMs: EVERY_MS, signal: run.interrupted });
  return EXIT.interrupted;
}

/**
 * A person may follow for days: when a table that has answered once fails, each reason is printed once and the read is
 * repeated. A failure of the first read ends the command.
 */
function retryingReader({ warn }: CommandRun<Options>): <T>(read: () => Promise<T>) => Promise<T | undefined> {
  const said = new Set<string>();
  let hasAnswered = false;
  return async read => {
    try {
      const found = await read();
      hasAnswered = true;
      said.clear();
      return found;
    } catch (error) {
      if (!(error instanceof StoreError) || !hasAnswered) throw error;
      if (!said.has(error.message)) warn(`tail: the table cannot be read now; trying again. ${error.message}`);
      said.add(error.message);
      return undefined;
    }
  };
}
