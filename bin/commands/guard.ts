/**
 * `flatline guard`: runs any bot in any language under the dead man's switch. Beats while the bot proves that it works,
 * passes signals on, liquidates when it ends, and says goodbye only when the account is flat.
 */

import { type Command, InvalidArgumentError, Option } from 'commander';
import type { Cli } from '../terminal/cli.ts';
import { readDurationMs } from '../terminal/duration-option.ts';
import { EXIT, type ExitCode } from '../terminal/exit.ts';
import { botOption, connectionOptions, examples } from '../terminal/options.ts';
import { GUARD_EXIT, GUARD_EXIT_CODES } from './guard/exit-codes.ts';
import { leaveAtOnce } from './guard/leave-at-once.ts';
import { EXIT_POLICIES, type GuardOptions, HANG_POLICIES, planOf } from './guard/plan.ts';

export function registerGuard(program: Command, cli: Cli): void {
  const command = program
    .command('guard')
    .summary('runs a bot under watch, and liquidates when it ends')
    .usage('[options] -- COMMAND [arguments]')
    .description(
      'Runs any bot in any language: beats while it proves that it works, passes signals on, liquidates when it ends, ' +
        'and ends the watch when the account is flat. Its stdin, stdout and stderr are the bot’s own.',
    )
    .argument('[command...]', 'the bot and its arguments, after --')
    .addOption(botOption().env('FLATLINE_BOT_ID'))
    .option('--alive-file <path>', 'the bot touches this file after each trading cycle')
    .addOption(
      new Option(
        '--alive-port <port>',
        'the bot calls $FLATLINE_ALIVE_URL, on this port of 127.0.0.1, after each cycle; 0: any',
      ).argParser(readPort),
    )
    .addOption(duration('--alive-within <duration>', 'no sign of work for so long: no beats').default(60_000, '60s'))
    .addOption(
      new Option('--on-hang <policy>', 'a bot that shows no work: the watchdog fires, or it is killed at once too')
        .choices(HANG_POLICIES)
        .default('wait'),
    )
    .addOption(duration('--hung-after <duration>', 'when --on-hang kill acts (default: as --alive-within)'))
    .addOption(
      new Option('--on-exit <policy>', 'which ends are liquidated: all; all but exit 0; none (the watch stays armed)')
        .choices(EXIT_POLICIES)
        .default('liquidate'),
    )
    .addOption(duration('--grace <duration>', 'between SIGTERM and SIGKILL').default(10_000, '10s'))
    .addOption(duration('--until-flat <duration>', 'liquidates again until flat, so long').default(60_000, '60s'))
    .option('--keep-when-tripped', 'a bot that was liquidated runs on; it must not trade')
    .option('--start-unwatched', 'starts the bot even if the watch cannot be armed')
    .option('--takeover', 'does not look whether another process beats for the bot')
    .option('--detached', 'runs on when what launched the guard ends, which counts as SIGTERM otherwise')
    .option('--preflight', 'asks at the start whether a liquidation would work', true)
    .option('--no-preflight', 'does not ask at the start whether a liquidation would work')
    .option('--bots-table <name>', 'stack output BotsTable (FLATLINE_BOTS_TABLE)')
    .option('--liquidator <name>', 'stack output LiquidatorName (FLATLINE_LIQUIDATOR)')
    .addOption(duration('--heartbeat <duration>', 'between beats (default: the configuration’s, else 10s)'))
    .option('--log <file>', 'the guard’s own lines go there, not to stderr')
    .option('--json', 'the guard’s own lines as JSON, one object a line: at, bot_id, kind, text');
  cli.usageExits.set('guard', GUARD_EXIT.failed);
  connectionOptions(command, GUARD_EXIT_CODES);
  examples(command, [
    ['guard --alive-file alive -- python3 bot.py', 'the bot touches the file'],
    ['guard --alive-port 0 -- node bot.js', 'it calls $FLATLINE_ALIVE_URL'],
    ['guard --bot alpha --local -- ./bot.sh', 'against the local cloud'],
  ]);
  command.addHelpText(
    'after',
    [
      '\nNothing is liquidated before the bot has shown that it ran: by its first proof of work,',
      'or, without --alive-file and --alive-port, by living for five seconds.',
      'With --bots-table and --liquidator it needs the bot’s policy only. Whatever stops',
      'it (systemd, Docker) must allow it --grace, --until-flat and half a minute.',
    ].join('\n'),
  );
  command.action(
    cli.action<GuardOptions>(
      async run => {
        const plan = planOf(run.options, run.args);
        const { createGuardLog } = await import('./guard/guard-log.ts');
        const { guardConnection } = await import('./guard/guard-connection.ts');
        const { runGuard } = await import('./guard/run-guard.ts');
        const { watchLaunchers } = await import('./guard/launchers.ts');
        // Before anything that takes time: a launcher that ends meanwhile is missed otherwise.
        const launchers = plan.detached ? undefined : watchLaunchers();
        const tell = createGuardLog({
          ...{ clock: cli.clock, botId: plan.botId, log: run.options.log, stderr: run.warn },
          json: run.options.json === true,
        });
        return runGuard(plan, await guardConnection(run), {
          clock: cli.clock,
          env: cli.env,
          tell,
          launchers,
          leaveAtOnce,
        });
      },
      { signals: 'own', errorExit: ownExit },
    ),
  );
}

/** An error of the guard's own has a code that cannot be a bot's. */
function ownExit(usual: ExitCode): ExitCode {
  if (usual === EXIT.unreachable) return GUARD_EXIT.unwatched;
  return Object.values<number>(GUARD_EXIT).includes(usual) ? usual : GUARD_EXIT.failed;
}

const duration = (flags: string, says: string): Option => new Option(flags, says).argParser(readDurationMs);

function readPort(text: string): number {
  if (/^\d{1,5}$/.test(text) && Number(text) <= 65_535) return Number(text);
  throw new InvalidArgumentError('A port is a number from 0 to 65535.');
}
