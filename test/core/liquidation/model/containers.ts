/** In which container an attempt begins: the one of the attempt before, or another that knows only what was told on. */

import { createRateLimiters, type RateLimiters } from '../../../../lambda/app/exchange/rate-limiter.ts';
import { APIS } from '../../../../lambda/core/exchange/market.ts';
import {
  readToldWaits,
  toldWaits,
  toldWaitsShape,
  writeToldWaits,
} from '../../../../lambda/core/exchange/told-waits.ts';
import type { Schedule } from './schedule.ts';

/** Every other run begins each attempt in another container. */
export const isCold = ({ seed }: Schedule): boolean => seed % 2 === 0;

/** Those of a new container, which knows what was told on. */
export function elsewhere(before: RateLimiters, nowMs: number): RateLimiters {
  const limiters = createRateLimiters();
  const told = toldWaits(api => before.of(api, '').told(nowMs));
  const text = JSON.stringify(told && writeToldWaits(told));
  const read = readToldWaits(text === undefined ? undefined : toldWaitsShape.parse(JSON.parse(text)));
  for (const api of APIS) {
    const wait = read?.[api];
    if (wait) limiters.of(api, '').begin(wait, nowMs);
  }
  return limiters;
}
