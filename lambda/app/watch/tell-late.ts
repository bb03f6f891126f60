/** Lateness is told once per silence, by whichever tick notes it first; if the table does not answer, rather twice. */

import { METRICS } from '../../contract.ts';
import { isCanary } from '../../core/canary.ts';
import type { BotRow, Sighting } from '../../core/heartbeat/bot-row.ts';
import { incidentId } from '../../core/heartbeat/incident-id.ts';
import type { Judgement } from '../../core/heartbeat/judge.ts';
import { putOffChange, tellLateChange } from '../../core/heartbeat/watch-changes.ts';
import type { WatchTimes } from '../../core/heartbeat/watch-times.ts';
import { isoMicros } from '../../core/identity.ts';
import { note } from './incident.ts';
import { CALL_MS, whyOf } from './insist.ts';
import type { Round } from './round.ts';

export async function tellLate(
  round: Round,
  row: BotRow,
  sighting: Sighting,
  judged: Judgement,
  times: WatchTimes,
): Promise<void> {
  const { world } = round;
  const isTold = row.lateToldFor === sighting.beat;
  if (isTold && row.nextCheckAtMs === judged.deadAtMs) return;
  const change = isTold
    ? putOffChange(row, { nextCheckAtMs: judged.deadAtMs, sighting })
    : tellLateChange(row, sighting, judged.deadAtMs);
  try {
    const done = await round.bots.change(change, CALL_MS);
    if (isTold || done === undefined) return;
  } catch (error) {
    world.telemetry.log('WARN', 'That a bot is late was not noted in its row', {
      bot_id: row.botId,
      why: whyOf(error),
    });
    if (isTold) return;
  }
  note(
    round,
    { correlationId: incidentId(row.botId, judged.deadAtMs), botId: row.botId, sealed: true },
    {
      type: 'bot_late',
      operation: 'watch',
      level: 'WARN',
      data: {
        silent_since: isoMicros(judged.silentSinceMs),
        late_at: isoMicros(judged.lateAtMs),
        dead_at: isoMicros(judged.deadAtMs),
        late_after_ms: times.lateAfterMs,
        dead_after_ms: times.deadAfterMs,
      },
    },
  );
  // At once: the tick may go on for more than a minute, and the operator has less.
  if (!isCanary(row.botId)) world.telemetry.metric(METRICS.botsLate, 1, 'Count');
  world.telemetry.flush();
}
