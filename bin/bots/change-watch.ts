/**
 * Shared by `arm`, `disarm`, `rearm`, `snooze` and `beat`: an operator changes a bot's watch with one conditional write
 * to its row. The next watchdog run records the change in the audit log, with name and reason.
 *
 *   never ──beat, arm──▶ armed ──silence──▶ tripped ──rearm──▶ armed
 *                          │ ▲
 *                   disarm ▼ │ arm, the bot's next start
 *                        disarmed
 */

import type { Command } from 'commander';
import type { CommandResult } from '../../lambda/app/operator/operator-commands.ts';
import type { OperatorAction } from '../../lambda/core/heartbeat/operator-changes.ts';
import { StoreError } from '../../lambda/core/invocation/error-codes.ts';
import type { BotStore } from '../../lambda/ports.ts';
import type { Connection } from '../connect/connection.ts';
import { mustBeKnown } from '../connect/known-bot.ts';
import type { Cli, CommandRun } from '../terminal/cli.ts';
import { confirm, mustBeConfirmable } from '../terminal/confirm.ts';
import { EXIT, type ExitCode } from '../terminal/exit.ts';
import { wrap } from '../terminal/layout.ts';
import { spanText } from '../terminal/numbers.ts';
import { connectionOptions, connectionWords, examples, forDeployment, jsonOption } from '../terminal/options.ts';
import type { Register } from '../terminal/program.ts';
import { type OperatorOptions, operatorOptions } from './operator-options.ts';
import { STANDING_SHAPE, standingJson } from './standing-json.ts';
import { meaning, standingTable } from './standing-words.ts';
import { type ListedBot, readWatch } from './standings.ts';

/** A verb that needs no options of its own. */
export const changeCommand =
  (verb: Verb): Register =>
  (program, cli) =>
    registerChange(program, cli, verb);

/** Returns the command, so that the caller can add options. */
export function registerChange<O extends OperatorOptions>(program: Command, cli: Cli, verb: Verb<O>): Command {
  const command = program.command(verb.name).summary(verb.summary).description(verb.description);
  operatorOptions(command, { asks: verb.asksTo !== undefined });
  connectionOptions(command);
  examples(command, verb.examples);
  jsonOption(command, ['{ bot_id, done, sentence, bot: bot|null }, bot is its state afterwards:', ...STANDING_SHAPE]);
  return command.action(cli.action<O>(run => changeWatch(run, verb)));
}

/** One verb of the watch. */
export interface Verb<O extends OperatorOptions = OperatorOptions> {
  readonly name: string;
  readonly summary: string;
  readonly description: string;
  readonly examples: readonly (readonly [commandLine: string, does: string])[];
  /** Completes "Type the bot’s name to …"; undefined: harmless, so no confirmation is asked for. */
  readonly asksTo: ((options: O) => string) | undefined;
  /** The bot must be in the configuration. */
  readonly onlyKnown: boolean;
  /** Throws CliError (3) for options that do not go together. */
  readonly check?: (options: O) => void;
  /** Printed before the confirmation. */
  readonly warnings?: (connection: Connection, standing: ListedBot) => Promise<readonly string[]>;
  readonly change: (
    bots: BotStore,
    action: OperatorAction,
    options: O,
    connection: Connection,
  ) => Promise<CommandResult>;
  /** The sentence about what was done, after the bot's ID. */
  readonly done: (options: O, nowMs: number) => string;
}

async function changeWatch<O extends OperatorOptions>(run: CommandRun<O>, verb: Verb<O>): Promise<ExitCode> {
  const { options, cli, paint } = run;
  const { bot: botId, by, reason, yes = false } = options;
  verb.check?.(options);
  const to = verb.asksTo?.(options);
  if (to !== undefined) mustBeConfirmable(cli.terminal, { to, yes });
  const connection = await run.connect();
  if (verb.onlyKnown) mustBeKnown(botId, connection);
  if (to !== undefined && !yes) {
    const before = await standingOf(connection, botId);
    if (before !== undefined) {
      const screen = { nowMs: connection.clock.nowMs(), ...run.screen };
      run.say(standingTable([before], screen));
      for (const warning of (await verb.warnings?.(connection, before)) ?? []) run.say(paint.bad(`  ${warning}`));
    }
    await confirm(cli.terminal, { botId, to, yes });
  }
  const atMs = connection.clock.nowMs();
  const action = { botId, atMs, by, ...(reason === undefined ? {} : { reason }) };
  const result = await run.progress(
    'writing to the table of bots',
    verb.change(connection.bots, action, options, connection),
  );
  const after = await standingAfter(connection, botId);
  const isDone = result.kind === 'done';
  const sentence = isDone
    ? `${botId} ${verb.done(options, atMs)}.`
    : forDeployment(whyNot(result.sentence, after), connectionWords(options));
  // Not wrapped, because a command in it may be copied.
  run.say(isDone ? paint.good(sentence) : paint.bad(sentence));
  if (result.kind === 'done' && result.note !== undefined) run.say(paint.warn(result.note));
  if (isDone && after !== undefined) {
    const state = `It is ${after.condition}: ${meaning(after, connection.clock.nowMs())}.`;
    run.say(wrap(state, run.screen.width));
  }
  const wrongMs = connection.clockCorrectionMs();
  if (Math.abs(wrongMs) > CLOCK_WARNED_FROM_MS) {
    run.say(
      paint.warn(`This machine’s clock is wrong by ${spanText(Math.abs(wrongMs))}: AWS’s time was used. Set it.`),
    );
  }
  run.answer({ bot_id: botId, done: isDone, sentence, bot: after === undefined ? null : standingJson(after) });
  return isDone ? EXIT.ok : EXIT.no;
}

/** A smaller difference is not noticeable and gets no line. */
const CLOCK_WARNED_FROM_MS = 5_000;

/** The change is already stored: a failed read afterwards must not make the command fail. */
async function standingAfter(connection: Connection, botId: string): Promise<ListedBot | undefined> {
  try {
    return await standingOf(connection, botId);
  } catch (error) {
    if (error instanceof StoreError) return undefined;
    throw error;
  }
}

/** A snoozed bot is armed, so arming it is refused. The operator wants it watched now, so the sentence says how. */
const whyNot = (sentence: string, standing: ListedBot | undefined): string =>
  standing?.condition === 'snoozed'
    ? `Nothing was done: ${standing.botId} is snoozed, so it is not watched now. To end the snooze: flatline snooze --bot ${standing.botId} --end`
    : sentence;

async function standingOf(connection: Connection, botId: string): Promise<ListedBot | undefined> {
  const { standings } = await readWatch(connection);
  return standings.find(standing => standing.botId === botId);
}
