/**
 * The planned timeline of one bot: when it sends heartbeats, what its clock says, what its operator does. Nothing in it depends on
 * the watchdog, so it shows what must follow.
 *
 *   ├── well ──┤ blip ├─── well ───┤ silent ……… tripped ……… rearm ├── well ──┤ goodbye ……… ├── well
 */

import type { WatchTimes } from '../../lambda/core/heartbeat/watch-times.ts';
import type { createRandom } from '../../simulator/engine/seeded-random.ts';
import { isBeatLost, MINUTE, type Outage, type Span } from './outages.ts';

type Random = ReturnType<typeof createRandom>;

/** It sends heartbeats, and its own network works. `isStart`: a new run, whose first heartbeat may arm. */
export interface Well extends Span {
  readonly isStart: boolean;
}

export interface Act {
  readonly atMs: number;
  /** `goodbye` is of the run before the current one; `crash-start` of a run that never sends a heartbeat. */
  readonly kind: 'start' | 'disarm' | 'rearm' | 'snooze' | 'fail' | 'goodbye' | 'crash-start';
  /** Of a snooze. */
  readonly untilMs?: number;
}

export interface BotTimeline {
  readonly botId: string;
  readonly times: WatchTimes;
  readonly well: readonly Well[];
  /** In order of time. */
  readonly acts: readonly Act[];
  /** Right to within RIGHT_WITHIN_MS, after correction by AWS's clock. */
  readonly isClockRight: boolean;
  /** Configured shorter for a while, see DEPLOYS. */
  readonly isDeployed: boolean;
  /** The error of its clock at its n-th heartbeat. */
  offsetMs(beat: number): number;
}

export const RIGHT_WITHIN_MS = 150;

/** What a deployment configures for some of the bots with a heartbeat each minute, while these keep their interval. */
export const DEPLOYED_TIMES: WatchTimes = { heartbeatMs: 10_000, lateAfterMs: 30_000, deadAfterMs: 61_000 };
/** Two of their own heartbeats and 2 s. */
const DEAD_AFTER_DEPLOYED_MS = 122_000;

/** Every third hour is under the other configuration. */
export const isDeployedAt = (atMs: number): boolean => Math.floor(atMs / (60 * MINUTE)) % 3 === 1;

/** The shortest silence that may end in a trip at this instant. */
export const deadAfterAt = ({ times, isDeployed }: Pick<BotTimeline, 'times' | 'isDeployed'>, atMs: number): number =>
  // A watchdog run of the hour before may still run.
  isDeployed && (isDeployedAt(atMs) || isDeployedAt(atMs - LONGEST_TICK_MS))
    ? DEAD_AFTER_DEPLOYED_MS
    : times.deadAfterMs;

const LONGEST_TICK_MS = 112_000;

/** How often a bot sends a heartbeat, and how long it may be silent. */
const PROFILES: readonly WatchTimes[] = [
  { heartbeatMs: 10_000, lateAfterMs: 30_000, deadAfterMs: 120_000 },
  { heartbeatMs: 5_000, lateAfterMs: 40_000, deadAfterMs: 60_000 },
  { heartbeatMs: 20_000, lateAfterMs: 120_000, deadAfterMs: 300_000 },
  { heartbeatMs: 60_000, lateAfterMs: 300_000, deadAfterMs: 900_000 },
];

export function botTimeline(random: Random, index: number, forMs: number, wellMs: number): BotTimeline {
  const times = PROFILES[index % PROFILES.length] ?? { heartbeatMs: 10_000, lateAfterMs: 30_000, deadAfterMs: 120_000 };
  const well: Well[] = [];
  const acts: Act[] = [];
  const between = (least: number, most: number): number => least + random() * (most - least);
  let atMs = between(0, MINUTE);
  let isStart = true;
  while (atMs < forMs) {
    const span = { fromMs: atMs, toMs: atMs + times.heartbeatMs + between(0, 2 * wellMs), isStart };
    const endMs = lastBeat({ well: [span], times }, span.toMs, [])?.atMs ?? span.toMs;
    well.push({ ...span, toMs: endMs });
    if (isStart) acts.push({ atMs, kind: 'start' });
    const next = afterwards(endMs, times, random(), between);
    acts.push(...next.acts);
    ({ atMs, isStart } = next);
  }
  const shift = random() < 0.5 ? between(-5 * MINUTE, 5 * MINUTE) : between(-1, 1) * 400 * 24 * 60 * MINUTE;
  const clock = random();
  return {
    botId: `bot-${String(index).padStart(5, '0')}`,
    ...{ times, well, acts: acts.toSorted((a, b) => a.atMs - b.atMs) },
    isClockRight: clock < 0.7,
    isDeployed: index % PROFILES.length === PROFILES.length - 1 && index % 8 === 7,
    offsetMs: beat => {
      if (clock < 0.7) return Math.sin(beat + index) * RIGHT_WITHIN_MS;
      // Always wrong, or jumping.
      return clock < 0.9 ? shift : shift * Math.sin(beat * 7 + index);
    },
  };
}

interface Afterwards {
  readonly acts: readonly Act[];
  /** When it sends heartbeats again. */
  readonly atMs: number;
  readonly isStart: boolean;
}

function afterwards(
  endMs: number,
  { deadAfterMs }: WatchTimes,
  lot: number,
  between: (least: number, most: number) => number,
): Afterwards {
  // A rolling restart: the new run sends a heartbeat before the old one says goodbye.
  if (lot < 0.04) {
    const atMs = endMs + between(500, 3_000);
    return { acts: [{ atMs: atMs + between(500, 8_000), kind: 'goodbye' }], atMs, isStart: true };
  }
  // A crash loop: started again and again, without a proof of work. Then an operator repairs it.
  if (lot < 0.07) {
    const everyMs = between(2_000, 20_000);
    const starts = Math.ceil((deadAfterMs + 8 * MINUTE) / everyMs);
    const loop = Array.from({ length: starts }, (_, n) => ({
      atMs: endMs + (n + 1) * everyMs,
      kind: 'crash-start' as const,
    }));
    const rearmMs = endMs + (starts + 1) * everyMs + between(10 * MINUTE, 30 * MINUTE);
    return { acts: [...loop, { atMs: rearmMs, kind: 'rearm' }], atMs: rearmMs + between(0, 30_000), isStart: true };
  }
  // Back at the very instant of the deadline: either may win, but not both.
  if (lot < 0.13) {
    const atMs = endMs + deadAfterMs + between(-4, 12);
    return { acts: [{ atMs: atMs + between(MINUTE, 10 * MINUTE), kind: 'rearm' }], atMs, isStart: false };
  }
  // Its own network failed, but not for long enough to matter.
  if (lot < 0.45) return { acts: [], atMs: endMs + between(1_000, deadAfterMs * 0.8), isStart: false };
  // Away for too long: its heartbeats are refused until an operator re-arms it.
  if (lot < 0.58) {
    const atMs = endMs + deadAfterMs + between(MINUTE, 20 * MINUTE);
    return { acts: [{ atMs: atMs + between(MINUTE, 10 * MINUTE), kind: 'rearm' }], atMs, isStart: false };
  }
  // Died, or reported its failure first; then re-armed and started again. Some are re-armed in the middle of the run.
  if (lot < 0.83) {
    const [least, most] = lot < 0.77 ? [10 * MINUTE, 90 * MINUTE] : [500, 2 * MINUTE];
    const rearmMs = endMs + deadAfterMs + between(least, most);
    const failure: readonly Act[] = lot < 0.65 ? [{ atMs: endMs, kind: 'fail' }] : [];
    return { acts: [...failure, { atMs: rearmMs, kind: 'rearm' }], atMs: rearmMs + between(0, 30_000), isStart: true };
  }
  if (lot < 0.92)
    return { acts: [{ atMs: endMs, kind: 'disarm' }], atMs: endMs + between(5_000, 60 * MINUTE), isStart: true };
  const untilMs = endMs + between(MINUTE, 15 * MINUTE);
  return {
    acts: [{ atMs: endMs - 1, kind: 'snooze', untilMs }],
    atMs: untilMs + between(0, deadAfterMs * 0.8),
    isStart: false,
  };
}

/** Never longer than its interval and a second after the one before. */
const beatAtMs = ({ fromMs }: Well, { heartbeatMs }: WatchTimes, count: number): number =>
  fromMs + count * heartbeatMs + ((count * 7_919) % 700);

export interface SentBeat {
  readonly atMs: number;
  readonly well: Well;
  /** Differs for each heartbeat of a bot. */
  readonly count: number;
}

/** The last heartbeat sent by `atMs` that was stored, despite these outages. */
export function lastBeat(
  { well, times }: Pick<BotTimeline, 'well' | 'times'>,
  atMs: number,
  lost: readonly Outage[],
): SentBeat | undefined {
  for (let spell = well.length - 1; spell >= 0; spell -= 1) {
    const span = well[spell];
    if (span === undefined || span.fromMs > atMs) continue;
    for (
      let count = Math.floor((Math.min(atMs, span.toMs) - span.fromMs) / times.heartbeatMs);
      count >= 0;
      count -= 1
    ) {
      const sentMs = beatAtMs(span, times, count);
      if (sentMs > atMs || sentMs > span.toMs) continue;
      if (!isBeatLost(lost, sentMs, times.heartbeatMs + spell)) {
        return { atMs: sentMs, well: span, count: spell * 100_000 + count };
      }
    }
  }
  return undefined;
}
