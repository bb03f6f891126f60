/** A person changed a bot's watch. Starts and stops by the bot itself are routine and are not notified. */

import { instantOf, numberOf, textOf } from '../../core/text/fields.ts';
import { span } from '../words.ts';
import type { LogLine } from './log-line.ts';
import { clock, type Draft, instantLine, moment } from './message.ts';
import type { About, NotificationDraft } from './notification.ts';

/** The name that both clients write as `by`. A person who uses this name is treated as the bot. */
const BOT_ITSELF = 'bot';

export function changeMessage(line: LogLine, { place }: About): NotificationDraft | undefined {
  const { data, event, botId = '?', correlationId } = line;
  const by = textOf(data.by);
  const reason = textOf(data.reason);
  // Arming by a first heartbeat carries no reason, whatever its `by`.
  if (by === BOT_ITSELF || (event === 'bot_armed' && reason === undefined)) return undefined;
  const who = `by ${by ?? 'an unknown person'}`;
  return {
    id: `${correlationId ?? '?'} ${event}`,
    standing: { of: `watch ${botId}`, is: `${event} ${textOf(data.at) ?? ''}`, quiet: false },
    ...{ botId, correlationId, because: who },
    facts: [
      [
        `B${who.slice(1)}${reason === undefined ? '' : `: ${reason}`}.`,
        ...instantLine('At', instantOf(data.at) ?? line.atMs),
      ],
    ],
    ...changeWords(line, place.flags),
  };
}

function changeWords(
  { event, data, botId = '?', atMs = 0 }: LogLine,
  flags: string,
): Pick<Draft, 'verdict' | 'next' | 'steps'> {
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
        return { verdict: 'SNOOZE ENDED', next: 'the bot is watched again. Its deadline counts from now.' };
      }
      return {
        verdict: `SNOOZED UNTIL ${clock(untilMs)}`,
        next: `the bot is not watched until ${moment(untilMs)}. Then it is watched again.`,
        steps: [`If it trades before that: flatline snooze --bot ${botId} --end${flags}`],
      };
    }
    case 'bot_snooze_planned': {
      const every = textOf(data.every);
      if (every === undefined) return { verdict: 'PLANNED SNOOZE REMOVED', next: 'the bot is watched all the time.' };
      return {
        verdict: `SNOOZED EACH ${every}`,
        next: `each ${every} the bot is not watched for ${span(numberOf(data.for_ms) ?? 0)}.`,
        steps: [`If it trades at that time: flatline snooze --bot ${botId} --every never${flags}`],
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
      return { verdict: 'ARMED', next: 'the bot is watched. Its deadline counts from now.' };
  }
}
