/**
 * Who called the liquidator, as AWS reports it: the alias in the invoked ARN. A bot's policy allows its own alias and no
 * other, so a call by a bot's alias is that bot's; whatever it says of another bot is refused. A call by any other way
 * (the version in service, the bare function) is one of a role that may act for all bots.
 */

import { aliasOf, IN_SERVICE } from '../../aliases.ts';
import { DEFAULT_BOT_ID } from '../../contract.ts';
import { isObject } from '../text/fields.ts';

/**
 * Why the event must be refused, or undefined. `invokedArn` is the context's `invokedFunctionArn`. Only an object is
 * judged: what is no object is refused anyway.
 */
export function wrongCaller(invokedArn: string | undefined, event: unknown): string | undefined {
  const alias = aliasIn(invokedArn);
  if (alias === undefined || !isObject(event)) return undefined;
  const botId = Object.hasOwn(event, 'bot_id') ? event.bot_id : DEFAULT_BOT_ID;
  if (typeof botId === 'string' && aliasOf(botId) === alias) return undefined;
  const meant = typeof botId === 'string' && /^[a-z0-9-]{1,40}$/.test(botId) ? `the bot ${botId}` : 'another bot';
  return `The function was called by the alias ${alias}, which acts for that bot alone, but the event is about ${meant}; call it by the alias of the bot that is meant.`;
}

/** `arn:aws:lambda:REGION:ACCOUNT:function:NAME:ALIAS`; a bot's alias, or undefined. */
function aliasIn(invokedArn: string | undefined): string | undefined {
  const alias = invokedArn?.split(':')[7];
  if (alias === undefined || alias === IN_SERVICE || alias === '$LATEST' || /^\d+$/.test(alias)) return undefined;
  return alias;
}
