/** `flatline audit list`: recent liquidations, newest first. */

import { type Command, InvalidArgumentError } from 'commander';
import { recordVerdict } from '../../../lambda/core/audit/verdict.ts';
import type { LiquidationRecord } from '../../../lambda/ports.ts';
import { mustBeRecorded } from '../../connect/known-bot.ts';
import { visibleLine } from '../../incident/event-words.ts';
import { recordJson } from '../../incident/incident-json.ts';
import { LISTING_MS } from '../../incident/read-records.ts';
import { timeToFlatMs } from '../../incident/statistics.ts';
import type { Cli } from '../../terminal/cli.ts';
import { EXIT } from '../../terminal/exit.ts';
import { inColumns } from '../../terminal/layout.ts';
import { agoText, duration, spanText } from '../../terminal/numbers.ts';
import {
  type ConnectionOptions,
  connectionOptions,
  examples,
  jsonOption,
  readBotId,
  sinceOption,
} from '../../terminal/options.ts';
import type { Screen } from '../../terminal/paint.ts';

interface Options extends ConnectionOptions {
  readonly bot?: string;
  readonly since: number;
  readonly limit: number;
  readonly all?: boolean;
}

const DAY_MS = 86_400_000;

export function registerList(audit: Command, cli: Cli): void {
  const command = audit
    .command('list')
    .summary('recent liquidations, newest first')
    .description('Lists liquidations by the time of their first call, newest first.')
    .option('-b, --bot <id>', 'only this bot’s', readBotId)
    .addOption(sinceOption('how far back: 45s, 30m, 24h, 7d', DAY_MS, '24h'))
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
      const { bot, since, limit, all } = run.options;
      const connection = await run.connect();
      const nowMs = connection.clock.nowMs();
      const query = { limit, sinceMs: nowMs - since, ...(bot && { botId: bot }), ...(all && { quietChecks: true }) };
      const records = await run.progress('reading the liquidations', connection.runs.recent(query, LISTING_MS));
      mustBeRecorded(bot, records.length, connection);
      const whose = bot === undefined ? '' : ` of ${bot}`;
      run.say(run.paint.bold(`Liquidations${whose}, ${connection.where}, last ${spanText(since)}`));
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
    const { headline, tone } = recordVerdict(record, nowMs);
    const verdict = paint[tone === 'plain' ? 'bold' : tone](visibleLine(headline));
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
  const facts = [
    ...(answer === undefined ? [] : [`${answer.positions_closed} closed`]),
    ...((answer?.positions_failed ?? 0) > 0 ? [`${answer?.positions_failed} failed`] : []),
    ...(lasted === undefined ? [] : [`in ${duration(lasted)}`]),
    ...(attempts > 1 ? [`${attempts} attempts`] : []),
  ];
  return facts.map(fact => `, ${fact}`).join('');
}

const MOST = 10_000;

function readLimit(text: string): number {
  const limit = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (limit >= 1 && limit <= MOST) return limit;
  throw new InvalidArgumentError(`It is a whole number, 1 to ${MOST}.`);
}
