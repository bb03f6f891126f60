/** What scenarios ask of the heartbeats of a bot. The first bot is meant where a scenario has one. */

import type { BeatEvidence, BotEvidence } from './evidence.ts';

type Bot = Pick<BotEvidence, 'beats'> | undefined;

export const isTaken = ({ outcome }: BeatEvidence): boolean => outcome === 'taken';

/** Undefined where none was taken yet. */
export const lastTakenAtMs = (bot: Bot): number | undefined => bot?.beats.findLast(isTaken)?.atMs;

/** By the bot's own heartbeats, whatever the watchdog says; the table keeps whole milliseconds. */
export const deadlineOf = (bot: Bot, deadAfterMs: number): number =>
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
