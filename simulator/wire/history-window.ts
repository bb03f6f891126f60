/** The part of a history that is requested: at most seven days, at most a thousand rows ("Account Trade List"). */

import { refusal } from '../engine/rules/refusal.ts';
import { exchangeTimeMs, type World } from '../engine/world.ts';
import { invalid, type Params } from './params.ts';

const WEEK_MS = 7 * 24 * 60 * 60 * 1000;
const MOST_ROWS = 1000;
const USUAL_ROWS = 500;

/** The number of rows; -1130 for none, or for more than a thousand. */
export function readLimit(params: Params): number {
  const limit = params.integer('limit') ?? USUAL_ROWS;
  if (limit < 1 || limit > MOST_ROWS) throw invalid('limit');
  return limit;
}

/** In the exchange's time: the last seven days, or seven days from the one end that is given. -4165 for more. */
export function readTimeSpan(world: World, params: Params): { readonly startMs: number; readonly endMs: number } {
  const nowMs = exchangeTimeMs(world);
  const start = params.integer('startTime');
  const end = params.integer('endTime');
  const endMs = end ?? (start === undefined ? nowMs : Math.min(nowMs, start + WEEK_MS));
  const startMs = start ?? endMs - WEEK_MS;
  if (startMs > endMs || endMs - startMs > WEEK_MS) throw refusal(-4165);
  return { startMs, endMs };
}
