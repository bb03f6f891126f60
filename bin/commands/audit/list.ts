/** `flatline audit list`: recent liquidations, newest first. */

import { type Command, InvalidArgumentError } from 'commander';
import { recordVerdict } from '../../../lambda/core/audit/verdict.ts';
import type { LiquidationRecord } from '../../../lambda/ports.ts';
import { recordJson } from '../../incident/incident-json.ts';
import { verdictText } from '../../incident/incident-lines.ts';
import { timeToFlatMs } from '../../incident/statistics.ts';
import type { Cli } from '../../terminal/cli.ts';
import { EXIT } from '../../terminal/exit.ts';
import { inColumns, present } from '../../terminal/layout.ts';
import { agoText, duration } from '../../terminal/numbers.ts';
import { connectionOptions, examples, jsonOption } from '../../terminal/options.ts';
import type { Screen } from '../../terminal/paint.ts';
import { DAY_MS, MOST_LISTED, type PeriodOptions, periodOptions, sayListed } from './listing.ts';

interface Options extends PeriodOptions {
  readonly limit: number;
  readonly all?: boolean;
}

export function registerList(audit: Command, cli: Cli): void {
  const command = audit
    .command('list')
    .summary('recent liquidations, newest first')
    .description('Lists liquidations by the time of their first call, newest first.');
  periodOptions(command, DAY_MS, '24h')
    .option('--limit <number>', 'the maximum number of liquidations', readLimit, 20)
    .option('--all', 'include lock-out checks that found nothing');
  connectionOptions(command);
  examples(command, [
    ['audit list', 'of the last 24 hours'],
    ['audit list --bot alpha --since 30d', 'of one bot'],
    ['audit list --local', 'of the local cloud'],
  ]);
  jsonOption(command, [
    '{ where, liquidations: [{ correlation_id, bot_id, trigger, state, headline,',
    '  open, attempts, first_started_at, finished_at, resumes_at,',
    '  positions_closed, positions_failed, orders_cancelled,',
    '  total_realized_pnl }] }, newest first',
  ]);
  command.action(
    cli.action<Options>(async run => {
      const { limit, all = false } = run.options;
      const connection = await run.connect();
      const records = await sayListed(run, connection, { limit, quietChecks: all });
      const nowMs = connection.clock.nowMs();
      run.say(recordLines(records, nowMs, run.screen));
      if (records.length === limit) run.say(run.paint.dim(`  The newest ${limit}; --limit shows more.`));
      run.answer({ where: connection.where, liquidations: records.map(record => recordJson(record, nowMs)) });
      return EXIT.ok;
    }),
  );
}

function recordLines(
  records: readonly LiquidationRecord[],
  nowMs: number,
  { paint, width }: Screen,
): readonly string[] {
  if (records.length === 0) return ['  none'];
  const rows = records.map(record => {
    const verdict = verdictText(recordVerdict(record, nowMs), paint);
    return [
      record.correlationId,
      record.botId ?? '?',
      record.trigger ?? '?',
      `${verdict}${factsOf(record)}, ${agoText(record.firstStartedAtMs ?? nowMs, nowMs)}`,
    ];
  });
  const heading = ['correlation ID', 'bot', 'trigger', 'state'].map(paint.dim);
  return inColumns([heading, ...rows], ['left', 'left', 'left', 'left'], { width });
}

function factsOf(record: LiquidationRecord): string {
  const { answer, attempts } = record;
  const lasted = timeToFlatMs(record);
  const facts = present(
    answer && `${answer.positions_closed} closed`,
    (answer?.positions_failed ?? 0) > 0 && `${answer?.positions_failed} failed`,
    lasted !== undefined && `in ${duration(lasted)}`,
    attempts > 1 && `${attempts} attempts`,
  );
  return facts.map(fact => `, ${fact}`).join('');
}

function readLimit(text: string): number {
  const limit = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (limit >= 1 && limit <= MOST_LISTED) return limit;
  throw new InvalidArgumentError(`It is a whole number, 1 to ${MOST_LISTED}.`);
}
