/** Before the bot is started: somebody watches it, and nobody else beats for it. */

import type { BeatResult, Flatline } from '../../../client/typescript/flatline-client.ts';
import type { Clock } from '../../../lambda/ports.ts';
import { CliError } from '../cli/exit.ts';
import { GUARD_EXIT } from './exit-codes.ts';
import type { GuardPlan } from './plan.ts';
import type { Signals } from './signals.ts';
import type { Tell } from './tell.ts';

/** A bot that nobody watches does not start trading, unless somebody wants it to. Throws CliError (121 or 123). */
export function refuseUnwatched({ botId, keepWhenTripped, startUnwatched }: GuardPlan, first: BeatResult): void {
  if (first.kind === 'tripped' && !keepWhenTripped) {
    throw new CliError(
      GUARD_EXIT.tripped,
      `${botId} is tripped: it was liquidated, and its bot is not started. Look at the account, then flatline rearm --bot ${botId}.`,
    );
  }
  if ((first.kind === 'failed' || first.kind === 'disarmed') && !startUnwatched) {
    // Why, the client has told already.
    throw new CliError(
      GUARD_EXIT.unwatched,
      `Nobody would watch ${botId}, so its bot is not started; --start-unwatched starts it all the same.`,
    );
  }
}

interface SecondOptions {
  readonly plan: GuardPlan;
  readonly clock: Clock;
  readonly tell: Tell;
  readonly signals: Signals;
  readonly flatline: Flatline;
  readonly first: BeatResult;
  readonly heartbeatMs: number;
}

const MARGIN = 1.3;

/**
 * A beat that is quite new is of a guard that was just killed, or of one that lives on another machine. Whoever lives
 * beats again within a heartbeat. Throws CliError (122).
 */
export async function refuseSecond(options: SecondOptions): Promise<void> {
  const { plan, clock, tell, signals, flatline, first, heartbeatMs } = options;
  if (plan.takeover || first.kind !== 'taken' || first.prior?.watchState !== 'armed') return;
  const ageMs = first.atMs - first.prior.atMs;
  if (ageMs > 2 * heartbeatMs) return;
  const waitMs = heartbeatMs * MARGIN;
  tell(
    'looking',
    `${plan.botId} beat ${Math.max(0, Math.round(ageMs / 1_000))} s ago: looking for ${Math.ceil(waitMs / 1_000)} s whether somebody else beats for it (--takeover does not look).`,
  );
  let isShared = false;
  const endListening = flatline.onEvent(({ kind }) => {
    isShared ||= kind === 'shared';
  });
  const endMs = clock.nowMs() + waitMs;
  while (clock.nowMs() < endMs && !isShared && signals.ending() === undefined) {
    await clock.sleep(Math.min(100, Math.max(1, endMs - clock.nowMs())));
    flatline.alive();
  }
  if (!isShared && signals.ending() === undefined) await flatline.beat();
  endListening();
  if (isShared) {
    throw new CliError(
      GUARD_EXIT.taken,
      `Another process beats for ${plan.botId}, perhaps on another machine. End it first.`,
    );
  }
}
