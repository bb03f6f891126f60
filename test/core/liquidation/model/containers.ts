/** In which container an attempt begins: the one of the attempt before, or another that knows only the waits that were passed on. */

import { createRateLimiters, type RateLimiters } from '../../../../lambda/app/exchange/rate-limiter.ts';
import { APIS } from '../../../../lambda/core/exchange/market.ts';
import {
  readRequestedWaits,
  requestedWaits,
  requestedWaitsShape,
  writeRequestedWaits,
} from '../../../../lambda/core/exchange/requested-waits.ts';
import type { Schedule } from './schedule.ts';

/** Every other run begins each attempt in another container. */
export const isCold = ({ seed }: Schedule): boolean => seed % 2 === 0;

/** Those of a new container, which knows the waits that were passed on. */
export function elsewhere(before: RateLimiters, nowMs: number): RateLimiters {
  const limiters = createRateLimiters();
  const waits = requestedWaits(api => before.of(api, '').requestedWait(nowMs));
  const text = JSON.stringify(waits && writeRequestedWaits(waits));
  const read = readRequestedWaits(text === undefined ? undefined : requestedWaitsShape.parse(JSON.parse(text)));
  for (const api of APIS) {
    const wait = read?.[api];
    if (wait) limiters.of(api, '').begin(wait, nowMs);
  }
  return limiters;
}
