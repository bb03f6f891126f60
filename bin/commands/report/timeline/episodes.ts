/**
 * The attempts of an incident with their requests and times, split into figures of a few attempts each, so that every
 * attempt has room.
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

const isPlausible = (atMs: number | undefined): atMs is number =>
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
