/** A person changed a bot's watch. What bots do themselves when they start and stop is routine, and not told. */

import { instantOf, numberOf, textOf } from '../../core/text/fields.ts';
import { span } from '../words.ts';
import { clock, moment } from './instants.ts';
import type { LogLine } from './log-line.ts';
import { compose } from './message.ts';
import type { About, Composed } from './notification.ts';

/** As both clients sign. A person who signs so is taken for the bot. */
const BOT_ITSELF = 'bot';

export function changeMessage(line: LogLine, { place }: About): Composed | undefined {
  const { data, botId = '?', correlationId } = line;
  const by = textOf(data.by);
  const reason = textOf(data.reason);
  // The arming of a first beat carries no reason, whatever signs it.
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
        because: `by ${by ?? 'somebody'}`,
        facts: [
          [
            `By ${by ?? 'somebody'}${reason === undefined ? '' : `: ${reason}`}.`,
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
        next: 'nothing. However long it is silent, its account is not liquidated.',
        steps: [`It still trades: flatline arm --bot ${botId}${flags}`],
      };
    case 'bot_snoozed': {
      const untilMs = instantOf(data.until);
      if (untilMs === undefined || untilMs <= atMs) {
        return { verdict: 'SNOOZE ENDED', next: 'it is watched again, with its full time from now.' };
      }
      return {
        verdict: `SNOOZED UNTIL ${clock(untilMs)}`,
        next: `silence before ${moment(untilMs)} is not noticed. Then it is watched again.`,
        steps: [`It trades meanwhile: flatline snooze --bot ${botId} --end${flags}`],
      };
    }
    case 'bot_snooze_planned': {
      const every = textOf(data.every);
      if (every === undefined) return { verdict: 'NO PLANNED SNOOZE ANY MORE', next: 'it is watched without a pause.' };
      return {
        verdict: `SNOOZED EACH ${every}`,
        next: `for ${span(numberOf(data.for_ms) ?? 0)} from then its silence is not noticed, each time.`,
        steps: [`It trades meanwhile: flatline snooze --bot ${botId} --every never${flags}`],
      };
    }
    case 'bot_acknowledged':
      return { verdict: 'ACKNOWLEDGED', next: 'somebody looks after it. Nothing about the watch has changed.' };
    case 'bot_rearmed':
      return {
        verdict: 'RE-ARMED, MAY TRADE AGAIN',
        next: 'it is watched again. If it does not report, it is liquidated again.',
      };
    default:
      return { verdict: 'ARMED', next: 'it is watched, with its full time from now.' };
  }
}
