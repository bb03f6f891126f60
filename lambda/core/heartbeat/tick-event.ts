/** A tick can liquidate, so only the event of the watchdog's rule is accepted: its constant JSON, or its raw scheduled event. */

import { TICK, WATCH_RULE_PATTERN } from '../../contract.ts';
import { isObject } from '../text/fields.ts';

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
