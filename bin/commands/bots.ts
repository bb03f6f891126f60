/** `flatline bots`: the state of every bot: watched or not, its last heartbeat, its deadline, its last change. */

import type { Command } from 'commander';
import { STANDING_SHAPE, standingJson, watchdogJson } from '../bots/standing-json.ts';
import { standingTable } from '../bots/standing-words.ts';
import { readWatch } from '../bots/standings.ts';
import type { Cli } from '../terminal/cli.ts';
import { EXIT } from '../terminal/exit.ts';
import { type ConnectionOptions, connectionOptions, examples, jsonOption } from '../terminal/options.ts';

export function registerBots(program: Command, cli: Cli): void {
  const command = program
    .command('bots')
    .summary('the state of every bot')
    .description(
      'Shows the state of every bot: its last heartbeat, what happens if it stays silent, who changed its watch.',
    );
  connectionOptions(command);
  examples(command, [
    ['bots', 'of production, in your AWS account'],
    ['bots --env testnet', 'of the test network'],
    ['bots --local', 'of the local cloud'],
  ]);
  jsonOption(command, ['{ where, watchdog: { ticked_at, blind }, bots: [bot] }, each bot', ...STANDING_SHAPE]);
  command.action(
    cli.action<ConnectionOptions>(async run => {
      const connection = await run.connect();
      const watch = await run.progress('reading the table of bots', readWatch(connection));
      const { nowMs, standings } = watch;
      run.say(run.paint.bold(`Bots of ${connection.where}`));
      run.say(standingTable(standings, { nowMs, ...run.screen }));
      run.answer({
        where: connection.where,
        watchdog: watchdogJson(watch),
        bots: standings.map(standingJson),
      });
      return EXIT.ok;
    }),
  );
}
