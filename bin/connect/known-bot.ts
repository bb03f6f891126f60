/** A bot that is not in the deployed configuration cannot be liquidated: refused before anything is sent. */

import { didYouMean } from '../../lambda/core/text/did-you-mean.ts';
import { CliError, EXIT } from '../terminal/exit.ts';
import type { Connection } from './connection.ts';

/** Throws CliError (3). If the configuration could not be read, any bot is accepted. */
export function mustBeKnown(botId: string, { config, settings, where }: Connection): void {
  const ids = settings.bots.map(bot => bot.botId);
  if (config.isFallback || ids.includes(botId)) return;
  const meant = didYouMean(botId, ids);
  const guess = meant === undefined ? `Known: ${ids.join(', ')}` : `Did you mean ${meant}?`;
  throw new CliError(
    EXIT.usage,
    `Nothing was done: "${botId}" is not in the configuration of ${where}. ${guess}${meant === undefined ? '; or add [bot:' : ' Otherwise add [bot:'}${botId}] and deploy.`,
  );
}
