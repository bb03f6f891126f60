/** Scenarios with hundreds of bots print counts instead of each bot's events. */

import type { Progress } from '../progress.ts';
import { isLoud, isReported } from './log-words.ts';

/** True for an event of one bot or account of many. Warnings and errors are always printed. */
export function isOfOne(progress: Progress): boolean {
  if (progress.kind !== 'said') return ['beat', 'called', 'request', 'ended'].includes(progress.kind);
  return !isLoud(progress.line) || isReported(progress.line);
}

export function numbered(progress: Progress): string | undefined {
  switch (progress.kind) {
    case 'beat':
      return progress.outcome === 'taken' ? A_BEAT : undefined;
    case 'ended':
      return progress.headline ?? 'ended without an answer';
    case 'said':
      return NUMBERED[progress.line.message];
    default:
      return undefined;
  }
}

/** One of many: bots beat again and again, so beats are no number of bots. */
export const A_BEAT = '♥ beat';

const NUMBERED: Readonly<Record<string, string>> = {
  bot_armed: 'armed',
  bot_late: 'late',
  bot_dead: 'dead, liquidator called',
};
