/** Options of the commands that change a bot's watch: whose, who does it, why, without being asked. */

import { userInfo } from 'node:os';
import { type Command, InvalidArgumentError } from 'commander';
import { REASON_MAX_CHARS } from '../../lambda/contract.ts';
import { botOption, type ConnectionOptions } from '../terminal/options.ts';

export interface OrderOptions extends ConnectionOptions {
  readonly bot: string;
  readonly by: string;
  readonly reason?: string;
  readonly yes?: boolean;
}

const BY_MAX_CHARS = 100;

/** AWS tells nobody's name without a further service, so the name is a claim: by default that of the machine's user. */
export function orderOptions(command: Command, { asks }: { readonly asks: boolean }): Command {
  command
    .addOption(botOption())
    .option('--by <name>', 'who does it, for the trail', readName, userName())
    .option('--reason <text>', 'why, for the trail', readReason);
  return asks ? command.option('-y, --yes', 'do not ask') : command;
}

function userName(): string {
  try {
    return userInfo().username.slice(0, BY_MAX_CHARS) || 'unknown';
  } catch {
    return 'unknown';
  }
}

const readName = (text: string): string => bounded(text, 'name', BY_MAX_CHARS);

/** For argParser. */
const readReason = (text: string): string => bounded(text, 'reason', REASON_MAX_CHARS);

function bounded(text: string, what: string, most: number): string {
  if (text.trim() !== '' && text.length <= most) return text.trim();
  throw new InvalidArgumentError(`A ${what} has 1 to ${most} characters.`);
}
