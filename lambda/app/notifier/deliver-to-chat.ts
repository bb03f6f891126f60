/** Posts one message of the topic to the chat: a few tries, limited in time, and a log line if all failed. */

import { ERROR_CODES } from '../../core/invocation/error-codes.ts';
import type { Fields } from '../../core/text/fields.ts';
import { alarmMessage, type ChatMessage } from '../../views/messages/alarm-message.ts';
import type { Chat, Posting } from '../../views/messages/channels.ts';
import type { NotifierPorts } from './ports.ts';

export type Delivery =
  | { readonly kind: 'delivered' }
  /** Not delivered: the invocation must fail, so that the queue delivers the message again. */
  | { readonly kind: 'lost'; readonly why: string }
  /** Not repeated: there is no chat, or the message was itself about undelivered messages. */
  | { readonly kind: 'left' };

const TRIES = 3;
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 10_000;
const POST_MS = 5_000;

/** Never rejects. `sns` is a message of the topic, as SNS puts it into a queue. */
export async function deliverToChat(ports: NotifierPorts, sns: Fields, endAtMs: number): Promise<Delivery> {
  const { chat, telemetry } = ports;
  const message = alarmMessage(sns);
  const { subject, isAboutDelivery } = message;
  if (chat === undefined) {
    telemetry.log('WARN', 'A message arrived, but no chat is configured', { subject });
    return { kind: 'left' };
  }
  const posting = await postUntilTaken(ports, chat, message, endAtMs);
  if (posting.kind === 'delivered') {
    telemetry.log('INFO', 'A message was posted to the chat', { subject });
    return posting;
  }
  const { why } = posting;
  const { heading } = ERROR_CODES.MESSAGE_UNDELIVERED;
  const about = { code: 'MESSAGE_UNDELIVERED', heading, subject, why };
  telemetry.log('ERROR', 'A message was not posted to the chat', about);
  return isAboutDelivery ? { kind: 'left' } : { kind: 'lost', why };
}

async function postUntilTaken(
  ports: NotifierPorts,
  chat: Chat,
  message: ChatMessage,
  endAtMs: number,
): Promise<Posting> {
  const { clock } = ports;
  for (let tried = 1; ; tried += 1) {
    const posting = await chat.post(message, Math.min(POST_MS, endAtMs - clock.nowMs()));
    if (posting.kind === 'delivered' || !posting.again || tried === TRIES) return posting;
    const pauseMs = Math.min(LONGEST_PAUSE_MS, posting.waitMs ?? FIRST_PAUSE_MS * 2 ** (tried - 1));
    if (clock.nowMs() + pauseMs >= endAtMs) return posting;
    await clock.sleep(pauseMs);
  }
}
