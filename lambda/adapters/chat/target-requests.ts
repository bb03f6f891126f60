/**
 * What is sent to an alert target: a chat gets each message as text, an incident tool an event for each incident that the
 * message opens, acknowledges or closes. Pure.
 */

import { boundedText } from '../../core/text/fields.ts';
import type { ChatMessage } from '../../views/messages/alarm-message.ts';
import type { IncidentSignal } from '../../views/messages/incidents.ts';
import type { ChatAddress } from './chat-address.ts';
import { chatBody } from './chat-body.ts';

export interface TargetRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: object;
}

export function targetRequests(target: ChatAddress, message: ChatMessage): readonly TargetRequest[] {
  const { url, headers } = target;
  switch (target.kind) {
    case 'pagerduty':
      return message.incidents.map(event => ({ url, headers, body: pagerDuty(target, message, event) }));
    case 'opsgenie':
      return message.incidents.map(event => opsgenie(target, message, event));
    default:
      return [{ url, headers, body: chatBody(target, message) }];
  }
}

/** PagerDuty, "Events API v2", PD-CEF: a summary has 1,024 characters at most, an event 512 KB. */
function pagerDuty({ key }: ChatAddress, { text, source }: ChatMessage, event: IncidentSignal): object {
  const { action, severity, summary } = event;
  return {
    routing_key: key,
    event_action: action,
    dedup_key: event.key,
    client: 'flatline',
    payload: {
      summary: boundedText(summary, 1_024),
      source,
      severity,
      component: event.key,
      custom_details: { text: boundedText(text, DETAILS_MAX_CHARS) },
    },
  };
}

/** Opsgenie, "Alert API": a message has 130 characters at most, an alias 512, a description 15,000, a note 25,000. */
function opsgenie(
  { url, headers, key }: ChatAddress,
  { text, source }: ChatMessage,
  event: IncidentSignal,
): TargetRequest {
  const { action, severity, summary } = event;
  const authorised = { ...headers, authorization: `GenieKey ${key}` };
  if (action === 'trigger') {
    const body = {
      ...{ message: boundedText(summary, 130), description: boundedText(text, DETAILS_MAX_CHARS) },
      ...{ alias: event.key, priority: PRIORITIES[severity], source, tags: ['flatline'] },
    };
    return { url, headers: authorised, body };
  }
  const verb = action === 'resolve' ? 'close' : 'acknowledge';
  const address = new URL(url);
  address.pathname = `${address.pathname.replace(/\/$/, '')}/${encodeURIComponent(event.key)}/${verb}`;
  address.searchParams.set('identifierType', 'alias');
  return { url: address.href, headers: authorised, body: { source, note: boundedText(summary, 1_000) } };
}

const DETAILS_MAX_CHARS = 10_000;
const PRIORITIES = { critical: 'P1', error: 'P2', warning: 'P3' } as const;
