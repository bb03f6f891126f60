/** Events not meant for the liquidator (empty, the console's sample, of AWS services): one sentence instead of unknown keys. */

import { shownJson } from '../config/shown-value.ts';

const BUTTON = '{"trigger": "manual", "bot_id": "default"}';
const ALARM = '{"trigger": "alarm", "bot_id": "default"}';

/** `mark`: a key that only its events have. */
const SERVICES = [
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
  const service = SERVICES.find(({ mark }) => Object.hasOwn(event, mark));
  return service && `The event is ${service.name}, which does not say what to do; ${service.remedy}.`;
}

export function notAnObject(event: unknown): string {
  const kind = typeof event === 'string' ? 'a text' : shownJson(event);
  return `The event is ${kind}, and must be a JSON object; to liquidate, send ${BUTTON}.`;
}
