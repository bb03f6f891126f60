/** A bot that said goodbye leaves the index, once the trail has its goodbye. */

import type { BotRow } from '../../core/heartbeat/bot-row.ts';
import { putOffChange } from '../../core/heartbeat/watch-changes.ts';
import { CALL_MS } from './insist.ts';
import { type NextLook, NO_MORE } from './next-look.ts';
import type { Round } from './round.ts';
import { tellChange } from './tell-change.ts';

export async function lookAtDisarmed(round: Round, row: BotRow): Promise<NextLook> {
  const told = await tellChange(round, row);
  if (told) await round.bots.change(putOffChange(row, { nextCheckAtMs: undefined }), CALL_MS);
  return NO_MORE;
}
