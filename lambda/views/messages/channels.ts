/** Where the notifier sends to, as types only: its own queue, the topic (mail), and the chat. */

import type { ChatMessage } from './alarm-message.ts';
import type { IncidentSignal } from './incidents.ts';
import type { Message } from './message.ts';
import type { QueuePart } from './queue-part.ts';

export interface LineQueue {
  /** Sends in order. Throws when a part was not accepted within `timeoutMs`; the parts before it were accepted. */
  send(parts: readonly QueuePart[], timeoutMs: number): Promise<void>;
}

export interface Topic {
  /** Throws when SNS did not confirm within `timeoutMs`; SNS may still have accepted the message. */
  publish(message: Message & { readonly incidents: readonly IncidentSignal[] }, timeoutMs: number): Promise<void>;
}

export type Posting =
  | { readonly kind: 'delivered' }
  /** `again`: it may succeed later, not before `waitMs` when the chat says so. `why` contains no part of the address. */
  | { readonly kind: 'failed'; readonly why: string; readonly again: boolean; readonly waitMs?: number };

export interface Chat {
  /** Posts once. Never throws. */
  post(message: ChatMessage, timeoutMs: number): Promise<Posting>;
}

export interface Subscription {
  /** `email`, `sqs` … */
  readonly protocol: string;
  /** A mail address, the ARN of a queue … */
  readonly endpoint: string | undefined;
  readonly isConfirmed: boolean;
  /**
   * True when only the owners of the subscription and of the topic can end it. False: anyone with one of the mails can
   * end it by the link in the mail. Undefined: not known.
   */
  readonly isAuthenticated: boolean | undefined;
}

export interface Subscriptions {
  /** Undefined: there is no such topic. Throws when SNS does not answer in `timeoutMs`. */
  list(timeoutMs: number): Promise<readonly Subscription[] | undefined>;
}
