/** A bot that the deployed configuration does not know can be neither liquidated nor watched well: said before anything is sent. */

import { didYouMean } from '../../lambda/core/text/did-you-mean.ts';
import { CliError, EXIT } from '../terminal/exit.ts';
import type { Connection } from './connection.ts';

/** Throws CliError (3). A configuration that could not be read knows no bots, and then any may be meant. */
export function mustBeKnown(botId: string, { config, settings, where }: Connection): void {
  const ids = settings.bots.map(bot => bot.botId);
  if (config.isFallback || ids.includes(botId)) return;
  const meant = didYouMean(botId, ids);
  const guess =
    meant === undefined ? `There ${ids.length === 1 ? 'is' : 'are'} ${ids.join(', ')}` : `Did you mean ${meant}?`;
  throw new CliError(
    EXIT.usage,
    `Nothing was done: "${botId}" is not in the configuration of ${where}. ${guess}${meant === undefined ? '; or add [bot:' : ' Else add [bot:'}${botId}] and deploy.`,
  );
}
