/** `flatline audit stats`: statistics of liquidations. */

import type { Command } from 'commander';
import { mustBeRecorded } from '../../connect/known-bot.ts';
import { visibleLine } from '../../incident/event-words.ts';
import { LISTING_MS } from '../../incident/read-records.ts';
import { type Statistics, statisticsOf } from '../../incident/statistics.ts';
import type { Cli } from '../../terminal/cli.ts';
import { EXIT } from '../../terminal/exit.ts';
import { inColumns } from '../../terminal/layout.ts';
import { countText, duration, spanText } from '../../terminal/numbers.ts';
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
}

const THIRTY_DAYS_MS = 30 * 86_400_000;
const MOST = 10_000;

export function registerStats(audit: Command, cli: Cli): void {
  const command = audit
    .command('stats')
    .summary('statistics of liquidations')
    .description(
      'Counts liquidations by state and trigger, with success rates, times and the most frequent errors. ' +
        'Lock-out checks that found nothing are not counted. Drills are counted under their trigger.',
    )
    .option('-b, --bot <id>', 'only this bot’s', readBotId)
    .addOption(sinceOption('how far back: 45s, 30m, 24h, 7d', THIRTY_DAYS_MS, '30d'));
  connectionOptions(command);
  examples(command, [
    ['audit stats', 'of the last 30 days'],
    ['audit stats --since 7d --bot alpha', 'of one bot'],
  ]);
  jsonOption(command, [
    '{ where, since_ms, executions, by_state: { state: n }, open,',
    '  by_trigger: [{ trigger, executions, flat }],',
    '  success_rate, position_success_rate (0 to 1, or null),',
    '  positions_closed, positions_failed,',
    '  time_to_flat: { count, median_ms, p95_ms, slowest_ms } or null,',
    '  errors: [{ code, heading, times }] }',
  ]);
  command.action(
    cli.action<Options>(async run => {
      const { bot, since } = run.options;
      const connection = await run.connect();
      const query = { limit: MOST, sinceMs: connection.clock.nowMs() - since, ...(bot && { botId: bot }) };
      const records = await run.progress('reading the liquidations', connection.runs.recent(query, LISTING_MS));
      const statistics = statisticsOf(records);
      mustBeRecorded(bot, records.length, connection);
      const whose = bot === undefined ? '' : ` of ${bot}`;
      run.say(run.paint.bold(`Liquidations${whose}, ${connection.where}, last ${spanText(since)}`));
      run.say(statisticsLines(statistics, run.screen));
      if (records.length === MOST) run.say(run.paint.warn(`  Only the newest ${MOST} are counted.`));
      run.answer({ where: connection.where, since_ms: since, ...statisticsJson(statistics) });
      return EXIT.ok;
    }),
  );
}

function statisticsLines(statistics: Statistics, { paint, width }: Screen): readonly string[] {
  const { executions, byState, byTrigger, open, timeToFlat, errors, positionsClosed, positionsFailed } = statistics;
  if (executions === 0) return ['  none'];
  const states = Object.entries(byState).map(([state, times]) => `${times} ${state.replace('_', ' ')}`);
  const triggers = byTrigger.map(({ trigger, executions: times, flat }) => `${trigger} ${flat} of ${times}`);
  const rows: (readonly [string, string])[] = [
    ['executions', `${executions}: ${states.join(', ')}${open > 0 ? ` (${open} still open)` : ''}`],
    ['flat, by trigger', triggers.join(', ')],
    ['flat in the end', percent(statistics.successRate, 'none has ended yet')],
    [
      'positions closed',
      `${percent(statistics.positionSuccessRate, 'none was to be closed')} (${positionsClosed} of ${positionsClosed + positionsFailed})`,
    ],
  ];
  if (timeToFlat !== undefined) {
    const { medianMs, p95Ms, slowestMs } = timeToFlat;
    const times = `median ${duration(medianMs)}, 95 % within ${duration(p95Ms)}, slowest ${duration(slowestMs)}`;
    rows.push(['time to FLAT', `${times}; from the first call, over all attempts`]);
  }
  const lines = inColumns(
    rows.map(([name, text]) => [paint.dim(name), text]),
    ['left', 'left'],
    { width },
  );
  if (errors.length === 0) return lines;
  const worst = errors.map(({ code, heading, times }) => [
    `${times}`,
    visibleLine(code),
    heading === undefined ? '' : `see "${heading}"`,
  ]);
  return [
    ...lines,
    '',
    paint.bold(`${countText(errors.length, 'kind')} of errors in last answers`),
    ...inColumns(worst, ['right', 'left', 'left'], { width }),
  ];
}

const percent = (rate: number | undefined, none: string): string =>
  rate === undefined ? none : `${(Math.floor(rate * 1_000) / 10).toFixed(1)} %`;

function statisticsJson(statistics: Statistics): object {
  const { byState, byTrigger, timeToFlat, successRate, positionSuccessRate } = statistics;
  return {
    executions: statistics.executions,
    by_state: byState,
    by_trigger: byTrigger,
    open: statistics.open,
    success_rate: successRate ?? null,
    position_success_rate: positionSuccessRate ?? null,
    positions_closed: statistics.positionsClosed,
    positions_failed: statistics.positionsFailed,
    time_to_flat:
      timeToFlat === undefined
        ? null
        : {
            count: timeToFlat.count,
            median_ms: timeToFlat.medianMs,
            p95_ms: timeToFlat.p95Ms,
            slowest_ms: timeToFlat.slowestMs,
          },
    errors: statistics.errors.map(({ code, heading, times }) => ({ code, heading: heading ?? null, times })),
  };
}
