/** Scenarios with hundreds of bots print counts instead of each bot's events. */

import type { Progress } from '../progress.ts';
import { isLoud, isReported } from './log-words.ts';

/** True for an event of one bot or account of many. Warnings and errors are always printed. */
export function isOfOne(progress: Progress): boolean {
  if (progress.kind !== 'said') return ['beat', 'called', 'request', 'ended'].includes(progress.kind);
  return !isLoud(progress.line) || isReported(progress.line);
}

export interface Numbered {
  readonly what: string;
  /** Of how many bots something is true is counted by bot: a second liquidation makes no second bot flat. */
  readonly botId?: string | undefined;
}

export function numbered(progress: Progress): Numbered | undefined {
  switch (progress.kind) {
    case 'beat':
      return progress.outcome === 'taken' ? { what: A_BEAT } : undefined;
    case 'ended':
      return { what: progress.headline ?? 'ended without an answer', botId: progress.botId };
    case 'said': {
      const what = NUMBERED[progress.line.message];
      return what === undefined ? undefined : { what, botId: botIn(progress.line.fields) };
    }
    default:
      return undefined;
  }
}

const botIn = ({ bot_id }: Readonly<Record<string, unknown>>): string | undefined =>
  typeof bot_id === 'string' ? bot_id : undefined;

/** One of many: bots beat again and again, so beats are no number of bots. */
export const A_BEAT = '♥ beat';

const NUMBERED: Readonly<Record<string, string>> = {
  bot_armed: 'armed',
  bot_late: 'late',
  bot_dead: 'dead, liquidator called',
};
