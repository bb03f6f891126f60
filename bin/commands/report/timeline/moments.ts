/** Events besides the requests: the last heartbeat, the warning, the deadline, further calls with the same ID. */

import type { Incident } from '../../../incident/incident.ts';
import { isPlausible } from './episodes.ts';

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
