/** Before the bot is started: somebody watches it, and no other run beats for it. */

import { setTimeout as sleep } from 'node:timers/promises';
import type { BeatResult, Flatline, Problem } from '../../../client/typescript/flatline-client.ts';
import { CliError } from '../../terminal/exit.ts';
import { GUARD_EXIT } from './exit-codes.ts';
import type { GuardPlan } from './plan.ts';
import { isEnding, type Signals } from './signals.ts';

/**
 * The first beat. Another run that is armed is waited for, a heartbeat and three seconds, unless --takeover; a signal ends
 * that wait, and gives `not-started`. Throws CliError (121 to 123) for a bot that must not be started.
 */
export async function startWatch(plan: GuardPlan, flatline: Flatline, signals: Signals): Promise<BeatResult> {
  let isLooking = false;
  const endListening = flatline.onEvent(({ kind }) => {
    isLooking ||= kind === 'looking';
  });
  signals.passTo(signal => {
    // Until then the answer is a matter of seconds, and it says whose watch this is.
    if (isLooking && isEnding(signal))
      void flatline.stop({ reason: `the guard got ${signal} before the bot was started` });
  });
  const first = await startedWithin(flatline, signals);
  endListening();
  signals.passTo(() => undefined);
  refuse(plan, first);
  return first;
}

/** The client goes on trying; a network that is busy for a moment does not keep a bot from its start. */
async function startedWithin(flatline: Flatline, signals: Signals): Promise<BeatResult> {
  const endMs = performance.now() + START_MS;
  let first = await flatline.start();
  while (first.kind === 'failed' && MAY_PASS.includes(first.problem.code) && performance.now() < endMs) {
    if (signals.ending() !== undefined) return first;
    await sleep(PAUSE_MS);
    first = await flatline.start();
  }
  return first;
}

const START_MS = 5_000;
const PAUSE_MS = 250;
const MAY_PASS: readonly Problem['code'][] = ['UNREACHED', 'THROTTLED', 'CHANGED'];

/** A bot that nobody watches does not start trading, unless somebody wants it to. */
function refuse({ botId, keepWhenTripped, startUnwatched }: GuardPlan, first: BeatResult): void {
  switch (first.kind) {
    case 'tripped':
      if (keepWhenTripped) return;
      throw new CliError(
        GUARD_EXIT.tripped,
        `${botId} is tripped: it was liquidated, and its bot is not started. Look at the account, then flatline rearm --bot ${botId}.`,
      );
    case 'occupied':
    case 'replaced':
      throw new CliError(
        GUARD_EXIT.taken,
        `Another process beats for ${botId}, perhaps on another machine. End it first. Or take its place with --takeover.`,
      );
    case 'failed':
    case 'disarmed':
    case 'not-watched':
      if (startUnwatched) return;
      // Why, the client has told already.
      throw new CliError(
        GUARD_EXIT.unwatched,
        `Nobody would watch ${botId}, so its bot is not started; --start-unwatched starts it all the same.`,
      );
    case 'taken':
    case 'not-started':
    case 'resting':
      return;
  }
}
