/** What the watchdog sees of a bot: late, back again, dead. */

import { instantOf, numberOf, textOf } from '../../core/text/fields.ts';
import { span } from '../words.ts';
import { clock, moment, readableInstants } from './instants.ts';
import type { LogLine } from './log-line.ts';
import { compose } from './message.ts';
import type { About, Composed } from './notification.ts';

export function lateMessage({ data, botId = '?', correlationId }: LogLine, { place }: About): Composed {
  const deadAtMs = instantOf(data.dead_at);
  const silentSinceMs = instantOf(data.silent_since);
  const lateAfter = span(numberOf(data.late_after_ms) ?? 0);
  const due = deadAtMs === undefined ? 'at its deadline' : `at ${clock(deadAtMs)}`;
  return {
    id: `${correlationId ?? '?'} late`,
    standing: { of: `watch ${botId}`, is: 'late', quiet: false },
    message: compose(
      {
        verdict: 'LATE',
        botId,
        because: deadAtMs === undefined ? undefined : `liquidated ${due} unless it reports`,
        facts: [
          [
            silentSinceMs === undefined ? `No beat for ${lateAfter}.` : `No beat since ${moment(silentSinceMs)}.`,
            'Nothing is done yet.',
          ],
        ],
        next: `if it stays silent, its account is liquidated ${due}.`,
        steps: [
          'Does the bot run, and does it reach AWS?',
          `It works and only cannot report: flatline snooze --bot ${botId} --for 30m --reason "why"${place.flags}`,
          `It is broken: stop it, then flatline liquidate --bot ${botId}${place.flags}`,
        ],
        heading: 'Bot is late',
        correlationId,
      },
      place,
    ),
  };
}

export function recoveredMessage({ fields, botId = '?', atMs }: LogLine, { place }: About): Composed {
  const beatAtMs = instantOf(fields.last_beat);
  return {
    id: `${botId} back ${textOf(fields.last_beat) ?? String(atMs)}`,
    standing: { of: `watch ${botId}`, is: 'alive', quiet: false },
    message: compose(
      {
        verdict: 'REPORTS AGAIN',
        botId,
        because: 'was late',
        facts: [[`The bot beats again${beatAtMs === undefined ? '' : `, last at ${moment(beatAtMs)}`}.`]],
        next: 'nothing. It is watched as before, and was not liquidated.',
      },
      place,
    ),
  };
}

export function deadMessage({ data, botId = '?', correlationId }: LogLine, { place }: About): Composed {
  const isReported = data.cause === 'failure';
  const lastBeatAtMs = instantOf(data.last_beat);
  const lockoutUntilMs = instantOf(data.lockout_until);
  const deadlineMs = instantOf(data.deadline);
  const lastBeat = lastBeatAtMs === undefined ? [] : [`Last beat ${moment(lastBeatAtMs)}.`];
  const deadline = deadlineMs === undefined ? [] : [`Its deadline was ${clock(deadlineMs)}.`];
  const lockOut = lockoutUntilMs === undefined ? '' : ` Until ${clock(lockoutUntilMs)} its account is kept flat.`;
  return {
    id: `${correlationId ?? '?'} dead`,
    standing: { of: `watch ${botId}`, is: 'dead', quiet: false },
    message: compose(
      {
        verdict: isReported ? 'FAILED: LIQUIDATING' : 'SILENT: LIQUIDATING',
        botId,
        because: lastBeatAtMs === undefined ? undefined : `last beat ${clock(lastBeatAtMs)}`,
        facts: [
          [
            ...(isReported ? [sentence(readableInstants(textOf(data.reason) ?? 'the bot says that it failed'))] : []),
            ...lastBeat,
            ...(isReported ? [] : deadline),
            'The liquidator has been called for everything in its account.',
          ],
        ],
        next: `the next message says whether it is flat. None within 2 minutes: look yourself.${lockOut}`,
        steps: [
          'Stop the bot, if it still runs.',
          `Follow it: flatline status ${correlationId ?? ''}${place.flags}`,
          'Nothing comes: close by hand (the guide, "Closing by hand").',
        ],
        heading: 'Bot is dead',
        correlationId,
      },
      place,
    ),
  };
}

const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1).replace(/\.$/, '')}.`;
