/** Options of the commands that change a bot's watch: the bot, the operator, the reason, and --yes. */

import { userInfo } from 'node:os';
import { type Command, InvalidArgumentError } from 'commander';
import { REASON_MAX_CHARS } from '../../lambda/contract.ts';
import { botOption, type ConnectionOptions } from '../terminal/options.ts';

export interface OperatorOptions extends ConnectionOptions {
  readonly bot: string;
  readonly by: string;
  readonly reason?: string;
  readonly yes?: boolean;
}

const BY_MAX_CHARS = 100;

/** AWS does not report a person's name without a further service, so the name is a claim; default: the user of this machine. */
export function operatorOptions(command: Command, { asks }: { readonly asks: boolean }): Command {
  command
    .addOption(botOption())
    .option('--by <name>', 'who makes the change, for the audit log', readName, userName())
    .option('--reason <text>', 'the reason, for the audit log', readReason);
  return asks ? command.option('-y, --yes', 'do not ask for confirmation') : command;
}

function userName(): string {
  try {
    return userInfo().username.slice(0, BY_MAX_CHARS) || 'unknown';
  } catch {
    return 'unknown';
  }
}

const readName = (text: string): string => bounded(text, 'name', BY_MAX_CHARS);

export const readReason = (text: string): string => bounded(text, 'reason', REASON_MAX_CHARS);

function bounded(text: string, what: string, most: number): string {
  if (text.trim() !== '' && text.length <= most) return text.trim();
  throw new InvalidArgumentError(`A ${what} has 1 to ${most} characters.`);
}
