/** Dangerous commands ask for the bot's name; --yes is for scripts. Without a terminal no confirmation is possible. */

import { CliError, EXIT } from './exit.ts';
import type { Terminal } from './terminal.ts';

interface Confirmation {
  readonly botId: string;
  /** As in "Type its name to … liquidate the account of default". */
  readonly to: string;
  readonly yes: boolean;
}

/** Before anything is asked or sent: throws CliError (3) when the confirmation could not be given. */
export function mustBeConfirmable({ isInteractive }: Terminal, { to, yes }: Omit<Confirmation, 'botId'>): void {
  if (yes || isInteractive) return;
  throw new CliError(
    EXIT.usage,
    `Nothing was done: the confirmation needs a terminal. To ${to} without a confirmation, add --yes.`,
  );
}

/** Throws CliError (3) when the name is another. */
export async function confirm(terminal: Terminal, { botId, to, yes }: Confirmation): Promise<void> {
  if (yes) return;
  const typed = await terminal.ask(`Type the bot’s name, ${botId}, to ${to}: `);
  if (typed?.trim() === botId) return;
  if (typed === undefined) throw new CliError(EXIT.usage, 'Nothing was done: the input ended before a name was typed.');
  throw new CliError(EXIT.usage, `Nothing was done: you typed "${typed.trim()}", and the bot’s name is ${botId}.`);
}
