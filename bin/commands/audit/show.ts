/** `flatline audit show ID`: one liquidation, from its verdict to the last record of its audit log. */

import type { Command } from 'commander';
import { INCIDENT_SHAPE, incidentJson } from '../../incident/incident-json.ts';
import { incidentLines, requestLines } from '../../incident/incident-lines.ts';
import { readKnownRecords } from '../../incident/read-records.ts';
import type { Cli } from '../../terminal/cli.ts';
import { EXIT } from '../../terminal/exit.ts';
import {
  type ConnectionOptions,
  connectionOptions,
  examples,
  jsonOption,
  readCorrelationId,
} from '../../terminal/options.ts';

interface Options extends ConnectionOptions {
  readonly raw?: boolean;
  readonly requests?: boolean;
}

export function registerShow(audit: Command, cli: Cli): void {
  const command = audit
    .command('show')
    .summary('one liquidation in detail')
    .description('Shows one liquidation: verdict, cause, figures, audit log, errors, hash chain.')
    .argument('<id>', 'the correlation ID', readCorrelationId)
    .option('--requests', 'list every request to the exchange')
    .option('--raw', 'print the stored items, one JSON document per line');
  connectionOptions(command);
  examples(command, [
    ['audit show liq_20261121_053033_2f7d914a', 'verdict, cause, audit log'],
    ['audit show --requests liq_20261121_053033_2f7d914a', 'every request'],
    ['audit show --raw liq_20261121_053033_2f7d914a', 'for other tools'],
  ]);
  jsonOption(command, INCIDENT_SHAPE);
  command.action(
    cli.action<Options>(async run => {
      const id = run.args[0] ?? '';
      const connection = await run.connect();
      const { items, incident } = await run.progress(
        `reading the audit log of ${id}`,
        readKnownRecords(connection, id),
      );
      if (run.options.raw === true) {
        for (const item of items) run.say(JSON.stringify(item));
      } else {
        const screen = run.screen;
        run.say(incidentLines(incident, screen));
        if (run.options.requests === true) {
          run.say();
          run.say(run.paint.bold('Requests to the exchange'));
          const startMs = incident.events.find(({ atMs }) => atMs !== undefined)?.atMs ?? 0;
          run.say(requestLines(incident.requests, startMs, screen));
        }
      }
      run.answer(incidentJson(incident));
      return EXIT.ok;
    }),
  );
}
