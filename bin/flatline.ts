#!/usr/bin/env node
/**
 * The operator's command line: the table of its commands, and dispatch. Each command's file registers its options, help
 * and examples; terminal/cli.ts is their base, terminal/exit.ts has the exit codes.
 */

import { ROOT } from '../package/root.ts';
import { registerAudit } from './commands/audit.ts';
import { registerBeat } from './commands/beat.ts';
import { registerBots } from './commands/bots.ts';
import { registerBundle } from './commands/bundle.ts';
import { registerCompletion } from './commands/completion.ts';
import { registerDeploy } from './commands/deploy.ts';
import { registerDrill } from './commands/drill.ts';
import { registerGuard } from './commands/guard.ts';
import { registerInit } from './commands/init.ts';
import { registerLiquidate } from './commands/liquidate.ts';
import { registerMessages } from './commands/messages.ts';
import { registerPingUrl } from './commands/ping-url.ts';
import { registerPreflight } from './commands/preflight.ts';
import { registerReport } from './commands/report.ts';
import { registerSnooze } from './commands/snooze.ts';
import { registerStatus } from './commands/status.ts';
import { registerValidate } from './commands/validate.ts';
import { registerAcknowledge, registerArm, registerDisarm, registerRearm } from './commands/watch-verbs.ts';
import { createCli } from './terminal/cli.ts';
import { EXIT } from './terminal/exit.ts';
import { buildProgram, type Register, runProgram } from './terminal/program.ts';
import { written } from './terminal/terminal.ts';
import { returnToCallersFolder } from './terminal/user-folder.ts';

/** In the order in which help lists them. */
const COMMANDS: readonly Register[] = [
  registerDrill,
  registerPreflight,
  registerLiquidate,
  registerGuard,
  registerStatus,
  registerBots,
  registerArm,
  registerDisarm,
  registerRearm,
  registerSnooze,
  registerAcknowledge,
  registerBeat,
  registerPingUrl,
  registerAudit,
  registerReport,
  registerInit,
  registerValidate,
  registerDeploy,
  registerMessages,
  registerCompletion,
  registerBundle,
];

returnToCallersFolder(process, ROOT);
const cli = createCli(process);
const exitCode = await runProgram(buildProgram(COMMANDS, cli), cli, process.argv.slice(2));
await Promise.all([written(process.stdout), written(process.stderr)]);
process.exit(endOf(exitCode, cli.terminal));

/** A reader of the output must not treat a truncated file as an answer. */
function endOf(exitCode: number, { lostBecause, stderr }: typeof cli.terminal): number {
  const why = lostBecause();
  if (why === undefined) return exitCode;
  stderr.line(
    `flatline: The output could not be written completely (${why}). The actions of the command were still carried out.`,
  );
  return exitCode === EXIT.ok ? EXIT.no : exitCode;
}
