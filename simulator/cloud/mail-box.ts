/**
 * A mail box that is subscribed to a topic. Amazon SNS, "Quotas": email delivery rate, 10 messages a second for a
 * subscription, a hard limit. Above it SNS switches the subscription to "pending confirmation", and nothing says so.
 */

import type { SimulatorClock } from '../engine/clock.ts';

export interface Mail {
  readonly atMs: number;
  readonly subject: string;
  readonly text: string;
}

interface MailBox {
  /** What arrived, in order. */
  readonly mails: readonly Mail[];
  readonly isConfirmed: boolean;
  deliver(subject: string, text: string): void;
}

const MAILS_PER_SECOND_MAX = 10;

export function createMailBox(clock: SimulatorClock): MailBox {
  const mails: Mail[] = [];
  let isConfirmed = true;
  return {
    mails,
    get isConfirmed() {
      return isConfirmed;
    },
    deliver(subject, text) {
      const atMs = clock.nowMs();
      const within = mails.filter(mail => atMs - mail.atMs < 1_000).length;
      if (within >= MAILS_PER_SECOND_MAX) isConfirmed = false;
      if (isConfirmed) mails.push({ atMs, subject, text });
    },
  };
}
