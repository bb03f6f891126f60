/**
 * `flatline guard`: runs any bot in any language under the dead man's switch. Sends heartbeats while the bot proves that
 * it works, passes signals on, liquidates when the bot ends, and disarms only when the account is flat.
 */

import { type Command, InvalidArgumentError, Option } from 'commander';
import type { Cli } from '../terminal/cli.ts';
import { CliError, EXIT, type ExitCode } from '../terminal/exit.ts';
import {
  botOption,
  connectionOptions,
  examples,
  forDeployment,
  helpNote,
  readDurationMs,
} from '../terminal/options.ts';
import { GUARD_EXIT, GUARD_EXIT_CODES } from './guard/exit-codes.ts';
import { EXIT_POLICIES, type GuardOptions, HANG_POLICIES, planOf } from './guard/plan.ts';

export function registerGuard(program: Command, cli: Cli): void {
  const command = program
    .command('guard')
    .summary('run a bot under watch, and liquidate when it ends')
    .usage('[options] -- COMMAND [arguments]')
    .description(
      'Runs a bot in any language: sends heartbeats while the bot proves that it works, passes signals on, liquidates when it ' +
        'ends, and disarms when the account is flat. stdin, stdout and stderr belong to the bot.',
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
    .addOption(
      duration(
        '--alive-within <duration>',
        'stop the heartbeats after this time without a sign of work (default: 60s)',
      ),
    )
    .addOption(
      new Option('--on-hang <policy>', 'for a bot that shows no work: wait for the watchdog, or kill the bot as well')
        .choices(HANG_POLICIES)
        .default('wait'),
    )
    .addOption(
      duration(
        '--hung-after <duration>',
        'with --on-hang kill: kill it after this time without a sign of work (default: the value of --alive-within)',
      ),
    )
    .addOption(
      new Option(
        '--on-exit <policy>',
        'liquidate: after every end of the bot; clean-only: not after exit 0, which ends the watch; never: after no end, and only exit 0 ends the watch',
      )
        .choices(EXIT_POLICIES)
        .default('liquidate'),
    )
    .addOption(duration('--grace <duration>', 'time between SIGTERM and SIGKILL').default(10_000, '10s'))
    .addOption(
      duration('--until-flat <duration>', 'repeat the liquidation until flat, for this time at most').default(
        60_000,
        '60s',
      ),
    )
    .option('--keep-when-tripped', 'keep a bot running after it was liquidated; it must not trade')
    .option('--start-unwatched', 'start the bot even if the watch cannot be armed')
    .option('--takeover', 'skip the check whether another process sends heartbeats for the bot')
    .option(
      '--detached',
      'keep running when the process that launched the guard ends; otherwise that counts as SIGTERM',
    )
    .option('--preflight', 'run a preflight at the start', true)
    .option('--no-preflight', 'run no preflight at the start')
    .option('--bots-table <name>', 'stack output BotsTable (FLATLINE_BOTS_TABLE)')
    .option('--liquidator <name>', 'stack output LiquidatorName (FLATLINE_LIQUIDATOR)')
    .addOption(
      duration('--heartbeat <duration>', 'time between heartbeats (default: that of the configuration, else 10s)'),
    )
    .option('--log <file>', 'write the guard’s own lines to this file instead of stderr')
    .option('--json', 'write the guard’s own lines as JSON, one object per line: at, bot_id, kind, text');
  cli.usageExits.set('guard', GUARD_EXIT.failed);
  connectionOptions(command, GUARD_EXIT_CODES);
  examples(command, [
    ['guard --alive-file alive -- python3 bot.py', 'the bot touches the file'],
    ['guard --alive-port 0 -- node bot.js', 'it calls $FLATLINE_ALIVE_URL'],
    ['guard --bot alpha --local -- ./bot.sh', 'against the local cloud'],
  ]);
  helpNote(
    command,
    'Nothing is liquidated before the bot has shown that it ran: by its first sign of work, or, without --alive-file and ' +
      '--alive-port, by running for five seconds.',
  );
  helpNote(
    command,
    'With --bots-table and --liquidator the guard needs only the bot’s policy. A supervisor (systemd, Docker) must give it ' +
      '--grace, --until-flat and half a minute to stop.',
  );
  command.action(
    cli.action<GuardOptions>(
      async run => {
        const plan = planOf(run.options, run.args);
        const { createGuardLog } = await import('./guard/guard-log.ts');
        const { guardConnection, guardWords } = await import('./guard/guard-connection.ts');
        const { runGuard } = await import('./guard/run-guard.ts');
        const { watchLaunchers } = await import('./guard/launchers.ts');
        // Before anything slow: otherwise a launcher that ends meanwhile is missed.
        const launchers = plan.detached ? undefined : watchLaunchers();
        const log = createGuardLog({
          ...{ clock: cli.clock, botId: plan.bot, log: run.options.log, stderr: run.warn },
          json: run.options.json === true,
        });
        const connection = await guardConnection(run);
        const words = guardWords(run.options, connection.liquidator);
        try {
          return await runGuard(plan, connection, {
            ...{ clock: cli.clock, env: cli.env, launchers },
            log: (kind, text, fields) => log(kind, forDeployment(text, words), fields),
          });
        } catch (error) {
          if (!(error instanceof CliError)) throw error;
          throw new CliError(error.exitCode, forDeployment(error.message, words));
        }
      },
      { signals: 'own', errorExit: ownExit },
    ),
  );
}

/** Errors of the guard itself have a code that a bot does not use. */
function ownExit(usual: ExitCode): ExitCode {
  if (usual === EXIT.unreachable) return GUARD_EXIT.unwatched;
  return Object.values<number>(GUARD_EXIT).includes(usual) ? usual : GUARD_EXIT.failed;
}

const duration = (flags: string, says: string): Option => new Option(flags, says).argParser(readDurationMs);

function readPort(text: string): number {
  if (/^\d{1,5}$/.test(text) && Number(text) <= 65_535) return Number(text);
  throw new InvalidArgumentError('A port is a number from 0 to 65535.');
}
