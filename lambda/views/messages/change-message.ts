/** A person changed a bot's watch. Starts and stops by the bot itself are routine and are not notified. */

import { instantOf, numberOf, textOf } from '../../core/text/fields.ts';
import { span } from '../words.ts';
import { clock, moment } from './instants.ts';
import type { LogLine } from './log-line.ts';
import { compose } from './message.ts';
import type { About, Composed } from './notification.ts';

/** The name that both clients write as `by`. A person who uses this name is treated as the bot. */
const BOT_ITSELF = 'bot';

export function changeMessage(line: LogLine, { place }: About): Composed | undefined {
  const { data, botId = '?', correlationId } = line;
  const by = textOf(data.by);
  const reason = textOf(data.reason);
  // Arming by a first heartbeat carries no reason, whatever its `by`.
  if (by === BOT_ITSELF || (line.event === 'bot_armed' && reason === undefined)) return undefined;
  const atMs = instantOf(data.at) ?? line.atMs;
  const { verdict, next, steps = [] } = wordsOf(line, place.flags);
  return {
    id: `${correlationId ?? '?'} ${line.event}`,
    standing: { of: `watch ${botId}`, is: `${line.event} ${textOf(data.at) ?? ''}`, quiet: false },
    message: compose(
      {
        verdict,
        botId,
        because: `by ${by ?? 'an unknown person'}`,
        facts: [
          [
            `By ${by ?? 'an unknown person'}${reason === undefined ? '' : `: ${reason}`}.`,
            ...(atMs === undefined ? [] : [`At ${moment(atMs)}.`]),
          ],
        ],
        next,
        steps,
        correlationId,
      },
      place,
    ),
  };
}

interface ChangeWords {
  readonly verdict: string;
  readonly next: string;
  readonly steps?: readonly string[];
}

function wordsOf({ event, data, botId = '?', atMs = 0 }: LogLine, flags: string): ChangeWords {
  switch (event) {
    case 'bot_disarmed':
      return {
        verdict: 'DISARMED, NOT WATCHED',
        next: 'nothing. The bot is not watched: its account is not liquidated, however long it is silent.',
        steps: [`If it still trades: flatline arm --bot ${botId}${flags}`],
      };
    case 'bot_snoozed': {
      const untilMs = instantOf(data.until);
      if (untilMs === undefined || untilMs <= atMs) {
        return { verdict: 'SNOOZE ENDED', next: 'the bot is watched again. Its full time to report starts now.' };
      }
      return {
        verdict: `SNOOZED UNTIL ${clock(untilMs)}`,
        next: `the bot is not watched until ${moment(untilMs)}. Then it is watched again.`,
        steps: [`If it trades meanwhile: flatline snooze --bot ${botId} --end${flags}`],
      };
    }
    case 'bot_snooze_planned': {
      const every = textOf(data.every);
      if (every === undefined) return { verdict: 'PLANNED SNOOZE REMOVED', next: 'the bot is watched all the time.' };
      return {
        verdict: `SNOOZED EACH ${every}`,
        next: `the bot is not watched for ${span(numberOf(data.for_ms) ?? 0)} from that time, each time.`,
        steps: [`If it trades meanwhile: flatline snooze --bot ${botId} --every never${flags}`],
      };
    }
    case 'bot_acknowledged':
      return { verdict: 'ACKNOWLEDGED', next: 'a person is handling it. The watch is unchanged.' };
    case 'bot_rearmed':
      return {
        verdict: 'RE-ARMED, MAY TRADE AGAIN',
        next: 'the bot is watched again. If it does not report in time, its account is liquidated again.',
      };
    default:
      return { verdict: 'ARMED', next: 'the bot is watched. Its full time to report starts now.' };
  }
}
