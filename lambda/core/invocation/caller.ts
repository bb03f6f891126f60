/**
 * Who called the liquidator: AWS reports the alias in the invoked ARN. A bot's policy allows only its own alias, so a call by it
 * may be about that bot only. Any other call (the version in service, the bare function) is of a role that may act for all bots.
 */

import { aliasOf, IN_SERVICE } from '../../aliases.ts';
import { BOT_ID_PATTERN, DEFAULT_BOT_ID } from '../../contract.ts';
import { isObject } from '../text/fields.ts';

/** Why the event must be refused, or undefined. An event that is no object is refused elsewhere. */
export function wrongCaller(invokedArn: string | undefined, event: unknown): string | undefined {
  const alias = aliasIn(invokedArn);
  if (alias === undefined || !isObject(event)) return undefined;
  const botId = Object.hasOwn(event, 'bot_id') ? event.bot_id : DEFAULT_BOT_ID;
  if (typeof botId === 'string' && aliasOf(botId) === alias) return undefined;
  const meant = typeof botId === 'string' && BOT_ID_PATTERN.test(botId) ? `the bot ${botId}` : 'another bot';
  return `The function was called by the alias ${alias}, which acts for that bot alone, but the event is about ${meant}; call it by the alias of the bot that is meant.`;
}

/** `arn:aws:lambda:REGION:ACCOUNT:function:NAME:ALIAS`; a bot's alias, or undefined. */
function aliasIn(invokedArn: string | undefined): string | undefined {
  const alias = invokedArn?.split(':')[7];
  if (alias === undefined || alias === IN_SERVICE || alias === '$LATEST' || /^\d+$/.test(alias)) return undefined;
  return alias;
}
