/** What the notifier asks of the world: a queue, a topic, perhaps a chat. No exchange, no tables, no key of an account. */

import type { Chat, Queue, Topic } from '../../views/messages/channels.ts';
import type { About } from '../../views/messages/notification.ts';
import type { LiquidatorPorts } from '../liquidator-ports.ts';
import type { Deduplicator } from './deduplicate.ts';

export interface NotifierPorts extends Pick<LiquidatorPorts, 'clock' | 'telemetry'> {
  readonly about: About;
  /** `daily_message`. */
  readonly wantsDailyMessage: boolean;
  /** Where log lines wait, so that a storm of them runs one notifier and not fifty. */
  readonly queue: Queue;
  readonly topic: Topic;
  /** Undefined: none is configured. */
  readonly chat: Chat | undefined;
  /** The container's. */
  readonly deduplicator: Deduplicator;
  /** The container's. */
  readonly pace: { publishedAtMs?: number };
  /** The text of a delivery of CloudWatch Logs. Throws when it cannot be read. */
  unpack(data: string): string;
}
