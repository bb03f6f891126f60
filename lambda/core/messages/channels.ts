/** The two ways out, as types only: the topic (mail), and the chat. */

import type { ChatMessage } from './alarm-message.ts';
import type { Message } from './message.ts';

export interface Topic {
  /** Throws when SNS did not take it in `timeoutMs`; it may have taken it all the same. */
  publish(message: Message, timeoutMs: number): Promise<void>;
}

export type Posting =
  | { readonly kind: 'delivered' }
  /** `again`: it may succeed later, not before `waitMs` when the chat says so. `why` holds nothing of the address. */
  | { readonly kind: 'failed'; readonly why: string; readonly again: boolean; readonly waitMs?: number };

export interface Chat {
  /** Posts once. Never throws. */
  post(message: ChatMessage, timeoutMs: number): Promise<Posting>;
}
