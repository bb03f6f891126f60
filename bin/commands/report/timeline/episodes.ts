/**
 * What the timeline draws: the attempts of an incident with their requests and times, split into figures of a few attempts
 * each, so that every attempt has room; the rounds of each; and the moments besides the requests.
 */

import type { IncidentAttempt } from '../../../../lambda/core/audit/attempts.ts';
import type { Incident } from '../../../incident/incident.ts';
import type { IncidentRequest } from '../../../incident/requests.ts';
import type { Span } from './axis.ts';

export interface Episode extends Span {
  /** Undefined: a writer that is not an attempt, such as a preflight. */
  readonly attempt: IncidentAttempt | undefined;
  readonly writer: string;
  readonly requests: readonly DrawnRequest[];
  /** When it recorded its time-out. */
  readonly timeOutAtMs: number | undefined;
}

/** A request with a start and an end that can be drawn. */
export interface DrawnRequest extends Span {
  readonly request: IncidentRequest;
  /** Its index among all requests of the incident. */
  readonly index: number;
}

const ATTEMPTS_A_FIGURE = 6;
/** Longer than a function lives: such a latency was not written by flatline. */
const LONGEST_MS = 900_000;
/** 2000 to 2100: an instant outside was tampered with. */
const EARLIEST_MS = 946_684_800_000;
const LATEST_MS = 4_102_444_800_000;

/** In time order. Entries without an instant are left out. */
export function episodesOf({ attempts, requests, events }: Incident): readonly Episode[] {
  const drawn = requests.flatMap((request, index) => {
    const span = spanOf(request);
    return span === undefined ? [] : [{ ...span, request, index }];
  });
  const writers = new Set([...attempts.map(({ writer }) => writer), ...drawn.map(({ request }) => request.writer)]);
  return [...writers]
    .flatMap(writer => {
      const attempt = attempts.find(one => one.writer === writer);
      const own = drawn.filter(({ request }) => request.writer === writer);
      const recorded = events.filter(event => event.writer === writer);
      const instants = [
        ...own.flatMap(({ fromMs, toMs }) => [fromMs, toMs]),
        ...[attempt?.startedAtMs, attempt?.endedAtMs, ...recorded.map(({ atMs }) => atMs)].filter(isPlausible),
      ];
      if (instants.length === 0) return [];
      const fromMs = instants.reduce((least, atMs) => Math.min(least, atMs), Number.POSITIVE_INFINITY);
      const toMs = instants.reduce((most, atMs) => Math.max(most, atMs), Number.NEGATIVE_INFINITY);
      const timeOutAtMs = recorded.find(({ type }) => type === 'liquidation_timeout')?.atMs;
      return [{ fromMs, toMs, attempt, writer, requests: own, timeOutAtMs }];
    })
    .toSorted((a, b) => a.fromMs - b.fromMs);
}

export const isPlausible = (atMs: number | undefined): atMs is number =>
  atMs !== undefined && atMs > EARLIEST_MS && atMs < LATEST_MS;

function spanOf({ startedAtMs, latencyMs = 0 }: IncidentRequest): Span | undefined {
  if (!isPlausible(startedAtMs)) return undefined;
  return { fromMs: startedAtMs, toMs: startedAtMs + Math.min(LONGEST_MS, Math.max(0, latencyMs)) };
}

/** Even parts of at most ATTEMPTS_A_FIGURE. */
export function inFigures(episodes: readonly Episode[]): readonly (readonly Episode[])[] {
  const figures = Math.ceil(episodes.length / ATTEMPTS_A_FIGURE);
  const size = Math.ceil(episodes.length / Math.max(1, figures));
  return Array.from({ length: figures }, (_, index) => episodes.slice(index * size, (index + 1) * size));
}

/** From the first request of a read to the first of the next read, or to the attempt's end. */
export type Round = Readonly<ReturnType<typeof roundsOf>[number]>;

export function roundsOf(episodes: readonly Episode[]) {
  return episodes.flatMap(({ requests, toMs }) => {
    const starts = new Map<number, number>();
    for (const { request, fromMs } of requests) {
      if (request.purpose !== 'read' || request.round === 0) continue;
      starts.set(request.round, Math.min(starts.get(request.round) ?? fromMs, fromMs));
    }
    const ordered = [...starts].toSorted(([, a], [, b]) => a - b);
    return ordered.map(([number, fromMs], index) => ({
      number,
      fromMs,
      toMs: ordered[index + 1]?.[1] ?? Math.max(toMs, fromMs),
    }));
  });
}

/** The last heartbeat, the warning, the deadline, further calls with the same ID. */
export interface TimelineMoment {
  readonly atMs: number;
  readonly kind: 'beat' | 'late' | 'dead' | 'call';
  readonly says: string;
}

/** Shapes of `shapes()`. */
export const MOMENT_SHAPES = { beat: 'ok', late: 'throttled', dead: 'forbidden', call: 'unknown' } as const;

/** In time order. */
export function momentsIn({ cause, duplicatesAtMs, events }: Incident): readonly TimelineMoment[] {
  const found = events.find(({ type }) => type === 'bot_dead')?.atMs;
  const { dead, lateAtMs } = cause;
  const all: readonly (readonly [number | undefined, TimelineMoment['kind'], string])[] = [
    [dead?.lastBeatAtMs, 'beat', 'the bot’s last heartbeat'],
    [lateAtMs, 'late', 'the watchdog notified that the bot is late'],
    [dead?.isReportedFailure === true ? undefined : dead?.deadlineMs, 'dead', 'the bot’s deadline'],
    [
      found,
      'dead',
      dead?.isReportedFailure === true
        ? 'the watchdog tripped the bot, which had reported its own failure'
        : 'the watchdog tripped the bot',
    ],
    ...duplicatesAtMs.map(atMs => [atMs, 'call', 'a further call with this ID, refused'] as const),
  ];
  return all
    .flatMap(([atMs, kind, says]) => (isPlausible(atMs) ? [{ atMs, kind, says }] : []))
    .toSorted((a, b) => a.atMs - b.atMs);
}
