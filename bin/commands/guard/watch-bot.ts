/**
 * Watches a running bot to its end: passes signals on, kills a bot that does not end in its grace period, stops a bot that
 * was tripped or replaced by a newer run and, with --on-hang kill, one that hangs.
 *
 *   SIGTERM, SIGINT, SIGQUIT ─┐
 *   tripped, replaced ────────┼─ to the bot ── grace ── SIGKILL to its group
 *   hung (--on-hang kill) ────┘
 *   SIGHUP, SIGUSR1, SIGUSR2, SIGWINCH ── to the bot, nothing else
 */

import type { Clock } from '../../../lambda/ports.ts';
import { pollUntil } from '../../terminal/waiting.ts';
import type { BotProcess } from './bot-process.ts';
import type { BotEnd, EndCause } from './end-of-bot.ts';
import type { GuardLog } from './guard-log.ts';
import type { GuardPlan } from './plan.ts';
import { isEnding, type Signals } from './signals.ts';

interface WatchOptions {
  readonly plan: Pick<GuardPlan, 'grace' | 'keepWhenTripped' | 'killHungAfterMs'>;
  readonly clock: Clock;
  readonly log: GuardLog;
  readonly signals: Signals;
  /** By the guard's clock. */
  readonly provenAtMs: () => number;
  readonly isTripped: () => boolean;
  readonly onTripped: (listener: () => void) => () => void;
  /** A newer run of the bot has taken over, on this machine or on another. */
  readonly onReplaced: (listener: () => void) => () => void;
}

const POLL_EVERY_MS = 100;

/** Resolves when the bot's first process has ended, whatever other processes it left. */
export async function watchProcess(bot: BotProcess, options: WatchOptions): Promise<BotEnd> {
  const { plan, clock, log, signals } = options;
  const over = new AbortController();
  let cause: EndCause | undefined;

  function end(why: EndCause, signal: NodeJS.Signals): void {
    bot.signal(signal);
    if (cause !== undefined) return;
    cause = why;
    log('stopping', `${signal} sent to the bot; SIGKILL in ${plan.grace / 1_000} s if it does not end.`);
    void killAfterGrace();
  }

  async function killAfterGrace(): Promise<void> {
    await clock.sleep(plan.grace, over.signal);
    if (over.signal.aborted) return;
    log('killing', `The bot has not ended in ${plan.grace / 1_000} s: SIGKILL sent to it and all its processes.`);
    bot.signal('SIGKILL');
  }

  async function checkForHang(afterMs: number): Promise<void> {
    const isHung = (): boolean => clock.nowMs() - options.provenAtMs() >= afterMs;
    if (!(await pollUntil(isHung, { clock, everyMs: POLL_EVERY_MS, signal: over.signal }))) return;
    log('stopping-hung', `No sign of work for ${afterMs / 1_000} s: the bot is stopped (--on-hang kill).`);
    end('hung', 'SIGTERM');
  }

  signals.passTo(signal => (isEnding(signal) ? end(signal, signal) : bot.signal(signal)));
  const early = signals.ending();
  if (early !== undefined) end(early, early);
  const onTripped = (): void => {
    if (plan.keepWhenTripped) log('kept', 'The bot keeps running (--keep-when-tripped).');
    else end('tripped', 'SIGTERM');
  };
  const endListening = [options.onTripped(onTripped), options.onReplaced(() => end('replaced', 'SIGTERM'))];
  if (options.isTripped()) onTripped();
  if (plan.killHungAfterMs !== undefined) void checkForHang(plan.killHungAfterMs);
  const ended = await bot.ended;
  over.abort();
  for (const endOne of endListening) endOne();
  signals.passTo(signal => log('waiting', `${signal}: the bot has already ended; its account is being handled.`));
  return { ...ended, cause };
}
