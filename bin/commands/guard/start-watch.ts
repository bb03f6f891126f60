/** Before the bot is started: its watch is armed, and no other run sends heartbeats for it. */

import type { BeatResult, Flatline, Problem } from '../../../client/typescript/flatline-client.ts';
import type { Clock } from '../../../lambda/ports.ts';
import { CliError } from '../../terminal/exit.ts';
import { pollUntil } from '../../terminal/waiting.ts';
import { GUARD_EXIT } from './exit-codes.ts';
import type { GuardPlan } from './plan.ts';
import { isEnding, type Signals } from './signals.ts';

/**
 * The first heartbeat. Waits a heartbeat and three seconds for another armed run, unless --takeover; a signal ends that
 * wait with `not-started`. Throws CliError (121 to 123) for a bot that must not be started.
 */
export async function startWatch(
  plan: GuardPlan,
  flatline: Flatline,
  signals: Signals,
  clock: Clock,
): Promise<BeatResult> {
  let isLooking = false;
  const endListening = flatline.onEvent(({ kind }) => {
    isLooking ||= kind === 'looking';
  });
  signals.passTo(signal => {
    // Until then the answer takes seconds, and it decides whose watch this is.
    if (isLooking && isEnding(signal))
      void flatline.stop({ reason: `the guard got ${signal} before the bot was started` });
  });
  const first = await startedWithin(flatline, signals, clock);
  endListening();
  signals.passTo(() => undefined);
  refuse(plan, first);
  return first;
}

/** The client keeps trying; a short network problem does not prevent a start. */
async function startedWithin(flatline: Flatline, signals: Signals, clock: Clock): Promise<BeatResult> {
  let last: BeatResult = { kind: 'not-started' };
  const isDecided = async (): Promise<boolean> => {
    if (last.kind === 'failed' && signals.ending() !== undefined) return true;
    last = await flatline.start();
    return last.kind !== 'failed' || !MAY_PASS.includes(last.problem.code);
  };
  await pollUntil(isDecided, { clock, everyMs: PAUSE_MS, withinMs: START_MS });
  return last;
}

const START_MS = 5_000;
const PAUSE_MS = 250;
const MAY_PASS: readonly Problem['code'][] = ['UNREACHED', 'THROTTLED', 'CHANGED'];

/** A bot that is not watched is not started, except with --start-unwatched. */
function refuse({ bot: botId, keepWhenTripped, startUnwatched }: GuardPlan, first: BeatResult): void {
  switch (first.kind) {
    case 'tripped':
      if (keepWhenTripped) return;
      throw new CliError(
        GUARD_EXIT.tripped,
        `${botId} is tripped: it was liquidated, so the bot is not started. Check the account, then flatline rearm --bot ${botId}.`,
      );
    case 'occupied':
    case 'replaced':
      throw new CliError(
        GUARD_EXIT.taken,
        `Another process sends heartbeats for ${botId}, perhaps on another machine. Stop it first, or replace it with --takeover.`,
      );
    case 'failed':
    case 'disarmed':
    case 'not-watched':
      if (startUnwatched) return;
      // The client has already logged why.
      throw new CliError(
        GUARD_EXIT.unwatched,
        `${botId} would not be watched, so the bot is not started. Use --start-unwatched to start it without a watch.`,
      );
    case 'taken':
    case 'not-started':
    case 'resting':
      return;
  }
}
