/** A message in the form that a chat takes. Plain text everywhere: an ID must not turn into italics, nor a name call anybody. */

import { boundedText } from '../../core/text/fields.ts';
import type { ChatMessage } from '../../views/messages/alarm-message.ts';
import type { ChatAddress, ChatKind } from './chat-address.ts';

/** What is posted, as JSON. */
export function chatBody(
  { kind, chatId }: Pick<ChatAddress, 'kind' | 'chatId'>,
  message: Pick<ChatMessage, 'subject' | 'text'>,
): object {
  const text = boundedText(wholeText(message), CHARS_MAX[kind]);
  switch (kind) {
    case 'slack':
      // Slack, "Formatting text": these three, and no others, are escaped; so nothing can mention a channel.
      return { text: escaped(text), mrkdwn: false };
    case 'discord':
      return { content: text, allowed_mentions: { parse: [] } };
    case 'telegram':
      return { chat_id: chatId, text, link_preview_options: { is_disabled: true } };
    // These have events of their own (target-requests.ts).
    case 'pagerduty':
    case 'opsgenie':
    case 'other':
      return { subject: message.subject, text };
  }
}

/** Discord, "Execute Webhook": 2,000; Telegram, "sendMessage": 4,096; Slack cuts what is longer than 4,000 itself. */
const CHARS_MAX: Readonly<Record<ChatKind, number>> = {
  slack: 3_800,
  discord: 1_900,
  telegram: 3_900,
  pagerduty: 10_000,
  opsgenie: 10_000,
  other: 10_000,
};

/** Our own texts begin with the verdict, which the subject has already. */
function wholeText({ subject, text }: Pick<ChatMessage, 'subject' | 'text'>): string {
  const [first = '', ...rest] = text.split('\n');
  const body = first !== '' && subject.startsWith(first) ? rest.join('\n') : text;
  return `${subject}\n${body}`;
}

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
