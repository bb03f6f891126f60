/** What an operator must know and do something about: one log line with code and heading, and a line of the report. */

import { ERROR_CODES, type ErrorCode } from '../../core/error-codes.ts';
import type { BotRow } from '../../core/heartbeat/bot-row.ts';
import type { LogLevel } from '../../ports.ts';
import type { Round } from './round.ts';

export function complain(
  { world, tally }: Round,
  level: LogLevel,
  code: ErrorCode,
  message: string,
  fields: Readonly<Record<string, unknown>> = {},
): void {
  tally.problems.push(`${code}: ${message}`);
  world.telemetry.log(level, message, { code, heading: ERROR_CODES[code].heading, ...fields });
}

/** Each once per tick. */
export function complainOfRow(round: Round, { botId }: Pick<BotRow, 'botId'>, problems: readonly string[]): void {
  for (const problem of problems) {
    const name = `${botId} ${problem}`;
    if (round.tally.complainedOf.has(name)) continue;
    round.tally.complainedOf.add(name);
    complain(round, 'ERROR', 'BOT_ROW_INVALID', `The row of the bot ${botId}: ${problem}`, { bot_id: botId });
  }
}
