/** The last change of a bot's watch, and its planned windows, in words for screens. */

import type { BotStanding } from '../core/heartbeat/bot-standing.ts';
import type { SnoozePlan } from '../core/heartbeat/snooze-plan.ts';

type Kind = NonNullable<BotStanding['lastChange']>['kind'];

/** Followed by when, and by whom. */
export function changeInWords(kind: Kind, plan: SnoozePlan | undefined): string {
  switch (kind) {
    case 'rearmed':
      return 're-armed';
    case 'snooze-ended':
      return 'snooze ended';
    case 'planned':
      return plan === undefined ? 'planned snoozes ended' : 'snoozes planned';
    default:
      return kind;
  }
}

/** `span` writes a duration as the screen does. */
export const planInWords = ({ every, forMs }: SnoozePlan, span: (ms: number) => string): string =>
  `not watched each ${every} for ${span(forMs)}`;
