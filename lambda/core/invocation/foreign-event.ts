/**
 * Events that were plainly not written for the liquidator: nothing at all, the console's sample, and what services
 * of AWS send by themselves. They deserve one sentence with the cure, not a list of unknown keys.
 */

import { shownJson } from '../config/shown-value.ts';

const BUTTON = '{"trigger": "manual", "bot_id": "default"}';
const ALARM = '{"trigger": "alarm", "bot_id": "default"}';

/** Each is known by a key that only it has. */
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

/** The sentence for an object that is not worth reading field by field; undefined for one that is. */
export function foreignEvent(event: Readonly<Record<string, unknown>>): string | undefined {
  const keys = Object.keys(event);
  if (keys.length === 0) return `The event is empty; to liquidate, send ${BUTTON}.`;
  if (keys.every(key => /^key\d$/.test(key))) {
    return `The event is the console's sample (key1 and so on); to liquidate, send ${BUTTON}.`;
  }
  const service = SERVICES.find(({ mark }) => Object.hasOwn(event, mark));
  return service && `The event is ${service.name}, which does not say what to do; ${service.remedy}.`;
}

/** The sentence for an event that is no object. */
export function notAnObject(event: unknown): string {
  const kind = typeof event === 'string' ? 'a text' : shownJson(event);
  return `The event is ${kind}, and must be a JSON object; to liquidate, send ${BUTTON}.`;
}
