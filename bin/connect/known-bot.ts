/** A bot that is not in the deployed configuration cannot be liquidated: refused before anything is sent. */

import { didYouMean } from '../../lambda/core/text/did-you-mean.ts';
import { CliError, EXIT } from '../terminal/exit.ts';
import type { Connection } from './connection.ts';

/**
 * Throws CliError (1) for a bot that is not in the configuration and of which nothing is recorded: an empty list would
 * look like good news. One that was taken out of the configuration keeps its records.
 */
export function mustBeHeardOf(botId: string | undefined, found: number, connection: Connection): void {
  const { config, settings, where } = connection;
  const ids = settings.bots.map(bot => bot.botId);
  if (botId === undefined || found > 0 || config.isFallback || ids.includes(botId)) return;
  const meant = didYouMean(botId, ids);
  const guess = meant === undefined ? `Known: ${ids.join(', ')}.` : `Did you mean ${meant}?`;
  throw new CliError(
    EXIT.no,
    `"${botId}" is not in the configuration of ${where}, and nothing is recorded of it in this period. ${guess}`,
  );
}

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
