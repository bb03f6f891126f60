/**
 * One look at one bot: a consistent read, and whatever follows from it. Throws a StoreError when the row could not be
 * read (or a claim's outcome is not known): then nothing follows but another look.
 */

import { readBotRow } from '../../core/heartbeat/bot-row.ts';
import { complainOfRow } from './complain.ts';
import { CALL_MS } from './insist.ts';
import { lookAtArmed } from './look-at-armed.ts';
import { lookAtDisarmed } from './look-at-disarmed.ts';
import { lookAtTripped } from './look-at-tripped.ts';
import { type NextLook, NO_MORE, type Watched } from './next-look.ts';
import type { Round } from './round.ts';
import { tellChange } from './tell-change.ts';

export async function look(round: Round, watched: Watched): Promise<NextLook> {
  const { botId } = watched;
  const fields = await round.bots.read(botId, CALL_MS);
  if (fields === undefined) return NO_MORE;
  const row = readBotRow(botId, fields);
  complainOfRow(round, row, row.problems);
  if (row.state === 'disarmed') return lookAtDisarmed(round, row);
  round.tally.background.push(tellChange(round, row).then(() => undefined));
  return row.state === 'tripped' ? lookAtTripped(round, row) : lookAtArmed(round, row, watched);
}
