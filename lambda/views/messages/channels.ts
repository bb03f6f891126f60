/** The notifier's ways out, as types only: its own queue, the topic (mail), and the chat. */

import type { ChatMessage } from './alarm-message.ts';
import type { IncidentSignal } from './incidents.ts';
import type { Message } from './message.ts';
import type { QueuePart } from './queue-part.ts';

export interface Queue {
  /** In order. Throws when a part was not taken in `timeoutMs`; those before it were. */
  send(parts: readonly QueuePart[], timeoutMs: number): Promise<void>;
}

export interface Topic {
  /** Throws when SNS did not take it in `timeoutMs`; it may have taken it all the same. */
  publish(message: Message & { readonly incidents: readonly IncidentSignal[] }, timeoutMs: number): Promise<void>;
}

export type Posting =
  | { readonly kind: 'delivered' }
  /** `again`: it may succeed later, not before `waitMs` when the chat says so. `why` holds nothing of the address. */
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
  /** Whether only its owner and the topic's can end it: a link in each mail ends any other. Undefined: not known. */
  readonly isAuthenticated: boolean | undefined;
}

export interface Subscriptions {
  /** Throws when SNS does not answer in `timeoutMs`. */
  list(timeoutMs: number): Promise<readonly Subscription[]>;
}
