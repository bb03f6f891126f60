/** Events that the liquidator and the watchdog refuse: not meant for them, or sent by a caller that may not send them. */

import { aliasOf, IN_SERVICE } from '../../aliases.ts';
import { BOT_ID_PATTERN, DEFAULT_BOT_ID, TICK, WATCH_RULE_PATTERN } from '../../contract.ts';
import { shownJson } from '../config/shown-value.ts';
import { isObject } from '../text/fields.ts';

const BUTTON = '{"trigger": "manual", "bot_id": "default"}';
const ALARM = '{"trigger": "alarm", "bot_id": "default"}';

/** `mark`: a key that only its events have. */
const services = () =>
  [
    {
      mark: 'detail-type',
      name: 'a raw EventBridge event',
      remedy: `give the rule's target a constant JSON as its input, like ${ALARM}`,
    },
    {
      mark: 'alarmData',
      name: 'a raw CloudWatch alarm',
      remedy: `let an EventBridge rule on the alarm send a constant JSON, like ${ALARM}`,
    },
    { mark: 'Records', name: 'a raw SNS, SQS or stream event', remedy: `to liquidate, send ${BUTTON}` },
    { mark: 'requestContext', name: 'a web request', remedy: `there is no web entrance; to liquidate, send ${BUTTON}` },
  ] as const;

/** Undefined for an event that may be meant for the liquidator. */
export function foreignEvent(event: Readonly<Record<string, unknown>>): string | undefined {
  const keys = Object.keys(event);
  if (keys.length === 0) return `The event is empty; to liquidate, send ${BUTTON}.`;
  if (keys.every(key => /^key\d$/.test(key))) {
    return `The event is the console's sample (key1 and so on); to liquidate, send ${BUTTON}.`;
  }
  const service = services().find(({ mark }) => Object.hasOwn(event, mark));
  return service && `The event is ${service.name}, which does not say what to do; ${service.remedy}.`;
}

export function notAnObject(event: unknown): string {
  const kind = typeof event === 'string' ? 'a text' : shownJson(event);
  return `The event is ${kind}, and must be a JSON object; to liquidate, send ${BUTTON}.`;
}

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

/** Undefined for a tick; otherwise why it is none, and the remedy. */
export function notATick(event: unknown): string | undefined {
  if (!isObject(event)) return `The event is no JSON object; ${REMEDY}`;
  return event.source === 'aws.events' ? notOurRule(event) : notOurConstant(event);
}

const REMEDY = `the watchdog takes only ${JSON.stringify(TICK)}, which its rule sends each minute.`;

function notOurConstant(event: Readonly<Record<string, unknown>>): string | undefined {
  const isTick = Object.keys(event).length === 1 && event.action === TICK.action;
  return isTick ? undefined : `The event is not a tick; ${REMEDY}`;
}

/** Amazon EventBridge, "Scheduled events": `resources` holds the ARN of the rule. */
function notOurRule(event: Readonly<Record<string, unknown>>): string | undefined {
  if (event['detail-type'] !== 'Scheduled Event')
    return `The event comes from EventBridge, but is not scheduled; ${REMEDY}`;
  const { resources } = event;
  const [rule] = Array.isArray(resources) ? resources : [];
  const isOurs = Array.isArray(resources) && resources.length === 1 && typeof rule === 'string';
  if (isOurs && WATCH_RULE_PATTERN.test(rule)) return undefined;
  return `The event was scheduled by another rule than the watchdog's; ${REMEDY}`;
}
