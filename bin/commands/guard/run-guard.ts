/**
 * A guard's life. Promises: the bot runs on when AWS is out of reach; a liquidation that is not known to have ended flat
 * leaves the watch armed, and says so; the exit code is the bot's own, or 1 when the account is not known to be flat.
 *
 *   lock ─ first beat arms ─ anybody else beating? ─ bot runs ─ ends ─┬─ liquidate ─┬─ flat: goodbye
 *                                                                     │             └─ not flat: the watch stays armed
 *                                                                     ├─ goodbye (by policy, exit 0)
 *                                                                     └─ the watch stays armed (by policy)
 */

import { type BeatResult, createFlatline, type Flatline } from '../../../client/typescript/flatline-client.ts';
import type { Clock } from '../../../lambda/ports.ts';
import { CliError, EXIT } from '../cli/exit.ts';
import { startBot } from './bot-process.ts';
import { exitCodeOf, inWords, type Sequel, sequelOf } from './end-of-bot.ts';
import { watchLiveness } from './liveness.ts';
import { takeLock } from './lock-file.ts';
import type { GuardPlan } from './plan.ts';
import type { Reach } from './reach.ts';
import type { Tell } from './tell.ts';
import { catchSignals, type Signals, watchBot } from './watch-bot.ts';

interface GuardWorld {
  readonly clock: Clock;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly tell: Tell;
}

/** Gives the exit code. Throws CliError when it refuses to start. */
export async function runGuard(plan: GuardPlan, reach: Reach, { clock, env, tell }: GuardWorld): Promise<number> {
  using closing = new DisposableStack();
  const signals = closing.adopt(catchSignals(), caught => caught.close());
  const lock = closing.adopt(takeLock(plan.botId, reach.botsTable, env), taken => taken.release());
  let hasEnded = false;
  let provenAtMs = clock.nowMs();
  const onProof = (): void => {
    provenAtMs = clock.nowMs();
    flatline.alive();
  };
  const liveness = closing.adopt(await watchLiveness(plan.liveness, () => onProof()), watch => watch.close());
  const flatline = createFlatline({
    ...{ botId: plan.botId, preflight: plan.preflight, ...reach },
    ...(plan.liveness.kind !== 'none' && { provenWithinMs: plan.liveness.withinMs }),
    onEvent: ({ kind, sentence, correlationId }) => {
      // A bot that has ended no longer works, and that is no news.
      if (hasEnded && (kind === 'hung' || kind === 'working')) return;
      tell(kind, sentence, correlationId === undefined ? {} : { correlation_id: correlationId });
    },
  });
  closing.defer(() => flatline.close());

  tell('liveness', liveness.says);
  const first = await flatline.start();
  refuseUnwatched(plan, first);
  await refuseSecond({ plan, clock, tell, signals, flatline, first, heartbeatMs: reach.heartbeatMs ?? HEARTBEAT_MS });
  const wasWatched = first.kind === 'taken' && first.prior?.watchState === 'armed';
  const asked = signals.ending();
  if (asked !== undefined) {
    await withdraw(`the guard got ${asked} before the bot was started`, { flatline, tell, wasWatched });
    return exitCodeOf({ code: null, signal: asked });
  }

  onProof();
  const started = await startBot(plan.command, { ...env, ...liveness.env });
  if (started.kind === 'not-started') {
    tell('not-started', `${started.why}.`);
    await withdraw(started.why, { flatline, tell, wasWatched });
    return started.exitCode;
  }
  const { bot } = started;
  lock.noteBot(bot.pid);
  tell('started', `The bot runs as process ${bot.pid}.`, { pid: bot.pid });
  const end = await watchBot(bot, {
    ...{ plan, clock, tell, signals, provenAtMs: () => provenAtMs },
    isTripped: () => flatline.status().state === 'tripped',
    onTripped: listener => flatline.onTripped(listener),
  });
  hasEnded = true;
  tell('ended', `${capital(inWords(end))}.`);
  if (await bot.sweep(clock)) tell('swept', 'What it had started and left behind was ended as well.');
  const isSafe = await seeTo(sequelOf(plan.onExit, end), { plan, flatline, tell });
  return isSafe ? exitCodeOf(end) : EXIT.no;
}

const HEARTBEAT_MS = 10_000;

/** A bot that nobody watches does not start trading, unless somebody wants it to. */
function refuseUnwatched({ botId, keepWhenTripped, startUnwatched }: GuardPlan, first: BeatResult): void {
  if (first.kind === 'tripped' && !keepWhenTripped) {
    throw new CliError(
      EXIT.no,
      `${botId} is tripped: it was liquidated, and its bot is not started. Look at the account, then flatline rearm --bot ${botId}.`,
    );
  }
  if ((first.kind === 'failed' || first.kind === 'disarmed') && !startUnwatched) {
    // Why, the client has told already.
    throw new CliError(
      EXIT.unreachable,
      `Nobody would watch ${botId}, so its bot is not started; --start-unwatched starts it all the same.`,
    );
  }
}

interface Second {
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
 * beats again within a heartbeat.
 */
async function refuseSecond({ plan, clock, tell, signals, flatline, first, heartbeatMs }: Second): Promise<void> {
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
    throw new CliError(EXIT.no, `Another process beats for ${plan.botId}, perhaps on another machine. End it first.`);
  }
}

interface Ending {
  readonly plan: GuardPlan;
  readonly flatline: Flatline;
  readonly tell: Tell;
}

/** True when nothing is left to be done: flat, or kept on purpose. */
async function seeTo(sequel: Sequel, { plan, flatline, tell }: Ending): Promise<boolean> {
  switch (sequel.kind) {
    case 'goodbye':
      await flatline.stop({ reason: sequel.reason });
      return true;
    case 'leave-armed':
      tell(
        'left-armed',
        `The watch stays armed: the watchdog fires when its time is over, unless ${plan.botId} is back.`,
      );
      return true;
    case 'liquidate': {
      const { flat } = await flatline.liquidate(sequel.trigger, {
        reason: `guard: ${sequel.reason}`,
        untilFlatMs: plan.untilFlatMs,
      });
      if (flat) {
        await flatline.stop({ reason: `${sequel.reason}, and its account is flat` });
        return true;
      }
      tell('not-flat', whoIsLeft(plan.botId, flatline));
      return false;
    }
  }
}

/** Not known to be flat: what else will happen, if anything. */
function whoIsLeft(botId: string, flatline: Flatline): string {
  const { state, beats } = flatline.status();
  if (state === 'tripped') return `${botId} stays tripped, and the watchdog looks after its account. Check by hand.`;
  if (state === 'disarmed' || beats === 0) {
    return `NOBODY WATCHES ${botId}, and its account is not known to be flat. CHECK BY HAND, NOW.`;
  }
  return `The watch of ${botId} stays armed and it no longer beats, so the watchdog takes over. Check by hand.`;
}

/** The bot was never started: a watch that was there before stays, one that only the guard began ends. */
async function withdraw(
  reason: string,
  { flatline, tell, wasWatched }: { readonly flatline: Flatline; readonly tell: Tell; readonly wasWatched: boolean },
): Promise<void> {
  if (wasWatched)
    tell('left-armed', 'The bot was watched before: the watch stays armed, and the watchdog’s time runs.');
  else await flatline.stop({ reason });
}

const capital = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
