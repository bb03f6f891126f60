/** From a line of the log to what is told of it, if anything. Pure: same line, same telling. */

import type { LogLine } from './log-line.ts';
import { tellChange } from './tell-change.ts';
import { tellComplaint } from './tell-complaint.ts';
import { tellEnding } from './tell-ending.ts';
import { tellNotReady, tellReadyAgain } from './tell-preflight.ts';
import { tellRefusal } from './tell-refusal.ts';
import { tellBack, tellDead, tellLate } from './tell-silence.ts';
import { tellSkipped } from './tell-skipped.ts';
import type { About, Telling } from './telling.ts';

type Teller = (line: LogLine, about: About) => Telling | undefined;

/** Undefined: it changes nothing that anybody must know of. */
export function tellingOf(line: LogLine, about: About): Telling | undefined {
  const teller = Object.hasOwn(TELLERS, line.message) ? TELLERS[line.message] : undefined;
  if (teller !== undefined) return teller(line, about);
  return line.level === 'CRITICAL' ? tellComplaint(line, about) : undefined;
}

const TELLERS: Readonly<Record<string, Teller>> = {
  liquidation_completed: tellEnding,
  liquidation_partial: tellEnding,
  liquidation_failed: tellEnding,
  liquidation_skipped: tellSkipped,
  bot_late: tellLate,
  'A bot that was late reports again': tellBack,
  bot_dead: tellDead,
  bot_armed: tellChange,
  bot_disarmed: tellChange,
  bot_rearmed: tellChange,
  bot_snoozed: tellChange,
  'NOT READY: a liquidation would fail now': tellNotReady,
  'READY again: the self-test before had failed': tellReadyAgain,
  'The event was refused; nothing was done': tellRefusal,
};
