/** `flatline audit stats`: statistics of liquidations. */

import type { Command } from 'commander';
import { visibleLine } from '../../incident/event-words.ts';
import { type Statistics, statisticsOf } from '../../incident/statistics.ts';
import type { Cli } from '../../terminal/cli.ts';
import { EXIT } from '../../terminal/exit.ts';
import { inColumns } from '../../terminal/layout.ts';
import { countText, duration } from '../../terminal/numbers.ts';
import { connectionOptions, examples, jsonOption } from '../../terminal/options.ts';
import type { Screen } from '../../terminal/paint.ts';
import { snakeCase } from '../../terminal/snake-case.ts';
import { DAY_MS, MOST_LISTED, type PeriodOptions, periodOptions, sayListed } from './listing.ts';

export function registerStats(audit: Command, cli: Cli): void {
  const command = audit
    .command('stats')
    .summary('statistics of liquidations')
    .description(
      'Counts liquidations by state and trigger, with success rates, times and the most frequent errors. ' +
        'Lock-out checks that found nothing are not counted. Drills are counted under their trigger.',
    );
  periodOptions(command, 30 * DAY_MS, '30d');
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
    cli.action<PeriodOptions>(async run => {
      const connection = await run.connect();
      const records = await sayListed(run, connection);
      const statistics = statisticsOf(records);
      run.say(statisticsLines(statistics, run.screen));
      if (records.length === MOST_LISTED) run.say(run.paint.warn(`  Only the newest ${MOST_LISTED} are counted.`));
      run.answer({ where: connection.where, since_ms: run.options.since, ...(snakeCase(statistics) as object) });
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
