/** The notifier's ports. */

import type { Chat, LineQueue, Topic } from '../../views/messages/channels.ts';
import type { About } from '../../views/messages/notification.ts';
import type { LiquidatorPorts } from '../liquidator-ports.ts';
import type { Deduplicator } from './deduplicate.ts';

export interface NotifierPorts extends Pick<LiquidatorPorts, 'clock' | 'telemetry'> {
  readonly about: About;
  /** `daily_message`. */
  readonly wantsDailyMessage: boolean;
  /** Many log lines at once are queued, and one notifier publishes them. */
  readonly queue: LineQueue;
  readonly topic: Topic;
  /** Undefined if none is configured. */
  readonly chat: Chat | undefined;
  /** Of the container. */
  readonly deduplicator: Deduplicator;
  /** Of the container. */
  readonly pace: { publishedAtMs?: number };
  /** The text of a delivery of CloudWatch Logs. Throws when it cannot be read. */
  unpack(data: string): string;
}
