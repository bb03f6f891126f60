/**
 * The course of a guard. Promises: the bot keeps running when AWS cannot be reached; nothing is liquidated before the bot
 * has shown that it ran; a liquidation that is not known to have ended flat leaves the watch armed and is reported; the
 * exit code is the bot's own, or one of the guard's (exit-codes.ts).
 *
 *   lock ─ no other run? ─ first heartbeat arms ─ bot runs ─ ends ─┬─ liquidate ─┬─ flat: disarm
 *                                                                     │             └─ not flat: the watch stays armed
 *                                                                     ├─ disarm (by policy, exit 0)
 *                                                                     ├─ the watch stays armed (by policy, or the bot may still run)
 *                                                                     └─ as before (it never ran)
 */

import { createFlatline } from '../../../client/typescript/flatline-client.ts';
import type { Clock } from '../../../lambda/ports.ts';
import { seeTo, withdraw } from './after-end.ts';
import { startBot } from './bot-process.ts';
import { endText, exitCodeOf, guardExitCode, sequelOf } from './end-of-bot.ts';
import type { GuardConnection } from './guard-connection.ts';
import type { GuardLog } from './guard-log.ts';
import type { Launchers } from './launchers.ts';
import { leaveAtOnce } from './leave-at-once.ts';
import { watchLiveness } from './liveness.ts';
import { takeLock } from './lock-file.ts';
import type { GuardPlan } from './plan.ts';
import { createProofOfWork } from './proof-of-work.ts';
import { catchSignals } from './signals.ts';
import { startWatch } from './start-watch.ts';
import { watchProcess } from './watch-bot.ts';

interface GuardPorts {
  readonly clock: Clock;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly log: GuardLog;
  /** Undefined: the guard does not depend on them. */
  readonly launchers: Launchers | undefined;
}

/** Returns the exit code. Throws CliError when it refuses to start. */
export async function runGuard(plan: GuardPlan, connection: GuardConnection, world: GuardPorts): Promise<number> {
  const { clock, env, log } = world;
  using closing = new DisposableStack();
  const signals = closing.adopt(catchSignals(world.launchers, log), caught => caught.close());
  const lock = closing.adopt(takeLock(plan.bot, connection.botsTable, env), taken => taken.release());
  let hasEnded = false;
  const proof = createProofOfWork(clock);
  const onProof = (): void => {
    proof.take();
    if (!hasEnded) flatline.alive();
  };
  const onHang = (sentence: string): void => log('alive-file-hangs', sentence);
  const liveness = closing.adopt(await watchLiveness(plan.liveness, onProof, onHang), watch => watch.close());
  const flatline = createFlatline({
    ...{ botId: plan.bot, preflight: plan.preflight, exclusive: !plan.takeover, ...connection },
    ...(plan.liveness.kind !== 'none' && { provenWithinMs: plan.liveness.withinMs }),
    onEvent: ({ kind, sentence, correlationId }) => {
      // A bot that has ended gives no signs of work, which needs no log line.
      if (hasEnded && (kind === 'hung' || kind === 'working')) return;
      log(kind, sentence, correlationId === undefined ? {} : { correlation_id: correlationId });
    },
  });
  closing.defer(() => flatline.close());

  log('liveness', liveness.says);
  const first = await startWatch(plan, flatline, signals, clock);
  const wasWatched = first.kind === 'taken' && first.prior?.watchState === 'armed';
  const asked = signals.ending();
  if (asked !== undefined) {
    if (first.kind === 'taken') {
      await withdraw(`the guard got ${asked} before the bot was started`, { flatline, log, wasWatched });
    }
    return exitCodeOf({ code: null, signal: asked });
  }

  proof.begin();
  const startedAtMs = clock.nowMs();
  const started = await startBot(plan.command, { ...env, ...liveness.env });
  if (started.kind === 'not-started') {
    log('not-started', `${started.why}.`);
    await withdraw(started.why, { flatline, log, wasWatched });
    return started.exitCode;
  }
  const { bot } = started;
  lock.noteBot(bot.pid);
  log('started', `The bot runs as process ${bot.pid}.`, { pid: bot.pid });
  const end = await watchProcess(bot, {
    ...{ plan, clock, log, signals, provenAtMs: proof.lastMs },
    isTripped: () => flatline.status().state === 'tripped',
    onTripped: listener => flatline.onTripped(listener),
    onReplaced: listener =>
      flatline.onEvent(({ kind }) => {
        if (kind === 'replaced') listener();
      }),
  });
  hasEnded = true;
  const ranMs = clock.nowMs() - startedAtMs;
  log('ended', `${capital(endText(end))}.`);
  if (await bot.sweep(clock)) log('swept', 'Processes that the bot had started and left running were ended too.');
  await liveness.readNow();
  const life = { ranMs, canProve: plan.liveness.kind !== 'none', hasProven: proof.hasProven() };
  const goesOn = proof.goesOn();
  const outcome = await seeTo(sequelOf(plan.onExit, end, life), { plan, flatline, log, wasWatched, goesOn });
  const exitCode = guardExitCode(end, outcome);
  if (liveness.isHanging()) {
    closing.dispose();
    // Node's own exit would wait for the read.
    leaveAtOnce(exitCode);
  }
  return exitCode;
}

const capital = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
