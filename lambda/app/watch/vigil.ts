/**
 * Everything one tick does about one bot, look after look. Each bot has a vigil of its own, all at the same time, so one
 * that is slow to read delays nobody. A bot that is due is never skipped silently: while its row cannot be read it is
 * tried until the time is up, and then an operator is told.
 */

import { BOT_ID_PATTERN } from '../../contract.ts';
import { shownJson } from '../../core/config/shown-value.ts';
import type { Sighting } from '../../core/heartbeat/bot-row.ts';
import type { Gap } from '../../core/heartbeat/judge.ts';
import { StoreError } from '../../core/store-error.ts';
import { complain, complainOfRow } from './complain.ts';
import { whyOf } from './insist.ts';
import { look } from './look.ts';
import type { NextLook } from './next-look.ts';
import type { Round } from './round.ts';

/** Never rejects. */
export async function keepVigil(
  round: Round,
  botId: string,
  {
    shard,
    watchedSinceMs,
    seenBeforeMs,
  }: {
    readonly shard: number;
    readonly watchedSinceMs: number;
    /** When a tick before this one saw the shard. */
    readonly seenBeforeMs: number | undefined;
  },
): Promise<void> {
  const { clock } = round.world;
  if (!BOT_ID_PATTERN.test(botId)) {
    const shown = shownJson(botId);
    complainOfRow(round, { botId }, [`bot_id = ${shown}: is no bot's ID, so nobody can liquidate it; delete the row.`]);
    return;
  }
  let memory: Sighting | undefined;
  let seenMs = seenBeforeMs;
  let gap = gapUntil(clock.nowMs());
  for (let failures = 0; ; ) {
    let next: NextLook;
    const lookAtMs = clock.nowMs();
    if (failures > 0) gap = gapUntil(lookAtMs);
    try {
      next = await look(round, { botId, watchedSinceMs, gap, memory });
      failures = 0;
      seenMs = lookAtMs;
    } catch (error) {
      failures += 1;
      round.tally.unsteady.add(shard);
      const atMs = clock.nowMs() + Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (failures - 1));
      if (!(error instanceof StoreError) || atMs > round.stopAtMs) return giveUp(round, botId, error);
      next = { kind: 'at', atMs, urgent: true };
    }
    if (next.kind === 'none') return;
    memory = next.memory ?? memory;
    if (next.atMs > (next.urgent ? round.stopAtMs : round.horizonMs)) return;
    await clock.sleep(Math.max(0, next.atMs - clock.nowMs()));
  }

  function gapUntil(toMs: number): Gap | undefined {
    return seenMs === undefined ? undefined : { fromMs: seenMs, toMs };
  }
}

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 2_000;

/** Either the table does not answer, or a bug of ours struck, which trying again would not mend. */
function giveUp(round: Round, botId: string, error: unknown): void {
  if (!(error instanceof StoreError))
    round.world.telemetry.log('CRITICAL', 'A bug of the watchdog', { event: 'detail', bot_id: botId, error });
  const message = `The bot ${botId} was due a look and could not be judged in this tick. ${whyOf(error)}`;
  complain(round, 'CRITICAL', 'BOT_NOT_JUDGED', message, { bot_id: botId });
}
