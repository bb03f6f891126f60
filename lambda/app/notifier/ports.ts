/** The notifier's world: a topic, perhaps a chat, and what was told. No exchange, no tables, no key of an account. */

import type { Chat, Topic } from '../../core/messages/channels.ts';
import type { About } from '../../core/messages/notification.ts';
import type { World } from '../world.ts';
import type { Deduplicator } from './deduplicate.ts';

export interface NotifierPorts extends Pick<World, 'clock' | 'telemetry'> {
  readonly about: About;
  readonly topic: Topic;
  /** Undefined: none is configured. */
  readonly chat: Chat | undefined;
  readonly told: Deduplicator;
  /** The text of a delivery of CloudWatch Logs. Throws when it cannot be read. */
  unpack(data: string): string;
}
