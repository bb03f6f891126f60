/**
 * What scenarios ask of the heartbeats of a bot, and checks of when its death was noticed. The first bot is meant where a
 * scenario has one.
 */

import { checkThat } from './checks.ts';
import type { BeatEvidence, BotEvidence } from './evidence.ts';
import type { WatchedBot } from './scenario.ts';

type Bot = Pick<BotEvidence, 'beats'> | undefined;

export const isTaken = ({ outcome }: BeatEvidence): boolean => outcome === 'taken';

/** Undefined where none was taken yet. */
export const lastTakenAtMs = (bot: Bot): number | undefined => bot?.beats.findLast(isTaken)?.atMs;

/** By the bot's own heartbeats, whatever the watchdog says; the table keeps whole milliseconds. */
export const deadlineOf = (bot: Bot, { deadAfterMs }: Pick<WatchedBot, 'deadAfterMs'>): number =>
  Math.floor(lastTakenAtMs(bot) ?? Number.NaN) + deadAfterMs;

/** Between one heartbeat and the next. */
export const pausesMs = (beats: readonly BeatEvidence[]): readonly number[] =>
  beats.slice(1).map(({ atMs }, index) => atMs - (beats[index]?.atMs ?? atMs));

/** The longest time between two heartbeats that were taken. */
export const longestSilenceMs = (bot: Bot): number => Math.max(0, ...pausesMs((bot?.beats ?? []).filter(isTaken)));

/** The first bot has sent so many, whatever became of them. */
export const hasSent =
  (times: number) =>
  ({ bots: [bot] }: { readonly bots: readonly Bot[] }): boolean =>
    (bot?.beats.length ?? 0) >= times;

/** What came of heartbeats that were not taken. */
export const beatenOff = (beats: readonly BeatEvidence[]): readonly string[] =>
  beats
    .filter(beat => !isTaken(beat))
    .map(({ outcome, why }) => `a heartbeat came to this: ${outcome}${why === undefined ? '' : ` (${why})`}`);

export const nothingBeforeDeadline = (bot: WatchedBot) =>
  checkThat(
    `no request was sent before the deadline, ${bot.deadAfterMs / 1_000} s after the last heartbeat`,
    evidence => {
      const deadlineMs = deadlineOf(evidence.bots[0], bot);
      return evidence.journal
        .filter(({ receivedAtMs }) => !(receivedAtMs >= deadlineMs))
        .map(
          ({ seq, path, receivedAtMs }) => `request ${seq}, ${path}: ${Math.round(deadlineMs - receivedAtMs)} ms early`,
        );
    },
  );

/** By the order of events: how many milliseconds later depends on this machine more than on the watchdog. */
export const calledByTheTickAtDeadline = (bot: WatchedBot) =>
  checkThat('the watchdog run at the deadline called the liquidator, not the one a minute later', evidence => {
    const { calls, ticks, journal } = evidence;
    const deadlineMs = deadlineOf(evidence.bots[0], bot);
    const running = ticks.find(tick => tick.startedAtMs <= deadlineMs);
    const late = calls.filter(({ startedAtMs }) => !(startedAtMs <= (running?.endedAtMs ?? Number.NaN)));
    return [
      journal.length > 0 || 'nothing was ever asked of the exchange',
      ...late.map(({ call, startedAtMs }) => `"${call}" came after ${Math.round(startedAtMs - deadlineMs)} ms`),
    ];
  });

/** The next heartbeat is refused, and the refusal names the liquidation. */
export const lockedOut = (sentence: string) =>
  checkThat(sentence, ({ bots: [bot], calls }) => {
    const last = bot?.beats.at(-1);
    return [
      ['the last heartbeat', last?.outcome, 'tripped'],
      ['the liquidation it names', last?.correlationId, calls[0]?.correlationId],
      ['the state in the table', bot?.row.watch_state, 'tripped'],
    ];
  });
