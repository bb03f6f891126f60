/** The client of a bot with wrong options: it can do nothing, and every method returns the problem. */

import { DEFAULT_BOT_ID } from '../../lambda/contract.ts';
import { type Events, listening } from './events.ts';
import type { Flatline } from './flatline.ts';
import type { LiquidationOutcome } from './liquidation.ts';
import { notReady } from './preflight.ts';
import type { Problem } from './problem.ts';
import { handleSignals } from './signals.ts';

/** `problems` are reported at once as an event `refused`. */
export function createUnusableClient(
  problems: readonly string[],
  { events, botId }: { readonly events: Events; readonly botId: string },
): Flatline {
  const problem: Problem = { code: 'OPTIONS_INVALID', sentence: `This bot is not protected: ${problems.join('; ')}.` };
  const failed = { kind: 'failed', problem } as const;
  events.emit('refused', problem.sentence);
  const refuse = async (): Promise<typeof failed> => {
    events.emit('refused', problem.sentence);
    return failed;
  };
  const unreached = async (): Promise<LiquidationOutcome> => {
    await refuse();
    return { kind: 'unreached', flat: false, correlationId: '', sentence: problem.sentence, problem };
  };
  return {
    ...{ start: refuse, beat: refuse, stop: refuse, liquidate: unreached, fail: unreached },
    alive: () => false,
    mayTrade: false,
    preflight: async () => notReady(`${botId || DEFAULT_BOT_ID}: ${problem.sentence}`),
    handleSignals: (options = {}) => handleSignals(unreached, options),
    ...listening(events),
    status: () => ({
      ...{ state: 'idle', beats: 0, clockOffsetMs: 0 },
      gate: { open: false, reason: 'not-started', sentence: problem.sentence },
    }),
    close: () => undefined,
  };
}
