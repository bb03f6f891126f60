/** What the watchdog finds out about a bot beside its silence, and what it could not have heard. */

import { instantOf, numberOf, textOf, textsOf } from '../../core/text/fields.ts';
import { count, span } from '../words.ts';
import { clock, moment, readableInstants } from './instants.ts';
import type { LogLine } from './log-line.ts';
import { compose, type Draft } from './message.ts';
import type { About, Composed } from './notification.ts';

export function restartingMessage(line: LogLine, about: About): Composed {
  const { fields, botId = '?' } = line;
  const deadAtMs = instantOf(fields.dead_at);
  return ofBot(line, about, `restarting ${textOf(fields.since) ?? 'ever'}`, {
    verdict: 'RESTARTING AGAIN AND AGAIN',
    because: `${count(numberOf(fields.restarts) ?? 0, 'start')} without a proof of work`,
    facts: [['A start is no proof of work: it counts as silence.']],
    next:
      deadAtMs === undefined
        ? 'if no start comes to work, its account is liquidated.'
        : `if no start comes to work, its account is liquidated at ${clock(deadAtMs)}.`,
    steps: [
      'Why does it end? Look at its own log.',
      `Or liquidate: flatline liquidate --bot ${botId}${about.place.flags}`,
    ],
    heading: 'A bot restarts without working',
  });
}

export function timesDifferMessage(line: LogLine, about: About): Composed {
  const { fields } = line;
  const used = numberOf(fields.used_dead_after_ms) ?? 0;
  return ofBot(line, about, `times ${used}`, {
    verdict: 'TIMES DIFFER',
    because: 'configuration and bot do not agree',
    facts: [
      [
        `The configuration says dead after ${span(numberOf(fields.configured_dead_after_ms) ?? 0)}; the bot beats every ${span(numberOf(fields.bot_heartbeat_ms) ?? 0)}.`,
        `It is dead after ${span(used)} until they agree.`,
      ],
    ],
    next: 'nothing is liquidated because of it.',
    steps: ['Restart the bot with the new times, or deploy the old ones.'],
    heading: 'A bot beats less often than configured',
  });
}

export function reportOutdatedMessage(line: LogLine, about: About): Composed {
  const { fields, botId = '?' } = line;
  const atMs = instantOf(fields.reported_at);
  return ofBot(line, about, `report ${textOf(fields.reported_at) ?? ''}`, {
    verdict: 'FAILURE REPORTED, NOT ACTED ON',
    because: 'it is old, or the bot beat afterwards',
    facts: [
      [readableInstants(textOf(fields.reason) ?? '?'), ...(atMs === undefined ? [] : [`Reported ${moment(atMs)}.`])],
    ],
    next: 'nothing. It is watched as before.',
    steps: [`It is broken: flatline liquidate --bot ${botId}${about.place.flags}`],
    heading: 'A reported failure that is over',
  });
}

export function blindMessage(line: LogLine, about: About): Composed {
  const { fields, atMs } = line;
  const botIds = textsOf(fields.bot_ids) ?? [];
  const sinceMs = instantOf(fields.since);
  return {
    id: `blind ${String(atMs)}`,
    standing: { of: 'watchdog sight', is: botIds.join(), quiet: true },
    message: compose(
      {
        verdict: 'NOBODY CAN VOUCH FOR THE BOTS',
        because: count(botIds.length, 'bot'),
        facts: [
          [
            readableInstants(textOf(fields.why) ?? 'Beats could not have been heard.'),
            ...(sinceMs === undefined ? [] : [`Since ${moment(sinceMs)}.`]),
          ],
          [`Bots: ${botIds.join(', ')}.`],
        ],
        next: 'the watchdog does not liquidate on a silence that it could not have heard. This is your decision.',
        steps: [
          'Do the bots run? Look at each, and at its account.',
          `All of them are dead: flatline liquidate --all-silent${about.place.flags}`,
        ],
        heading: 'Watchdog was blind',
      },
      about.place,
    ),
  };
}

function ofBot({ botId = '?', correlationId, atMs }: LogLine, { place }: About, of: string, draft: Draft): Composed {
  return {
    id: `${botId} ${of} ${String(atMs)}`,
    // A tick that finds the same again repeats nothing.
    standing: { of: `${draft.verdict} ${botId}`, is: of, quiet: true },
    message: compose(
      {
        ...draft,
        botId,
        facts: [...draft.facts, atMs === undefined ? [] : [`At ${moment(atMs)}.`]],
        correlationId,
      },
      place,
    ),
  };
}
