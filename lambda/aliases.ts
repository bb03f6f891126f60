/**
 * The aliases of the liquidator. `IN_SERVICE` is the version that the watchdog, the rules and the liquidator call; each bot may
 * only call its own alias, so that AWS knows which bot calls.
 */

/** No bot can have this ID: it has an underscore. */
export const IN_SERVICE = 'in_service';

/** AWS Lambda, "CreateAlias": a name of digits alone would be a version. */
export const aliasOf = (botId: string): string => (/^\d+$/.test(botId) ? `bot_${botId}` : botId);

/** `name:alias`, as Invoke takes it; a name that has an alias, or is an ARN with one, stays as it is. */
export function qualified(functionName: string, alias: string): string {
  const isArn = functionName.startsWith('arn:');
  const hasAlias = functionName.split(':').length > (isArn ? 7 : 1);
  return hasAlias ? functionName : `${functionName}:${alias}`;
}

/** The stack's own bot, without an account (core/heartbeat/canary.ts). */
export const CANARY_BOT_ID = 'canary';
