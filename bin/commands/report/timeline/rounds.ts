/** The rounds of each attempt: from the first request of a read to the first of the next read, or to the attempt's end. */

import type { Episode } from './episodes.ts';

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
