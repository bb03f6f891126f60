/** A bot that is not in the deployed configuration cannot be liquidated: refused before anything is sent. */

import { didYouMean } from '../../lambda/core/text/did-you-mean.ts';
import { CliError, EXIT } from '../terminal/exit.ts';
import type { Connection } from './connection.ts';

/** Throws CliError (3). If the configuration could not be read, any bot is accepted. */
export function mustBeKnown(botId: string, connection: Connection): void {
  if (isKnown(botId, connection)) return;
  throw new CliError(
    EXIT.usage,
    `Nothing was done: "${botId}" is not in the configuration of ${connection.where}. ${guess(botId, connection)} Otherwise add [bot:${botId}] and deploy.`,
  );
}

/**
 * Throws CliError (1) for a bot that is not in the configuration and of which nothing is recorded: an empty list would
 * look like good news. One that was taken out of the configuration keeps its records.
 */
export function mustBeRecorded(botId: string | undefined, found: number, connection: Connection): void {
  if (botId === undefined || found > 0 || isKnown(botId, connection)) return;
  throw new CliError(
    EXIT.no,
    `"${botId}" is not in the configuration of ${connection.where}, and nothing is recorded of it in this period. ${guess(botId, connection)}`,
  );
}

const idsOf = ({ settings }: Connection): readonly string[] => settings.bots.map(({ botId }) => botId);

const isKnown = (botId: string, connection: Connection): boolean =>
  connection.config.isFallback || idsOf(connection).includes(botId);

function guess(botId: string, connection: Connection): string {
  const near = didYouMean(botId, idsOf(connection));
  return near === undefined ? `Known: ${idsOf(connection).join(', ')}.` : `Did you mean ${near}?`;
}
