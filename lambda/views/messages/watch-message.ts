/** What the watchdog finds out about a bot besides its silence, and gaps in which heartbeats may have been lost. */

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
    verdict: 'RESTARTING REPEATEDLY',
    because: `${count(numberOf(fields.restarts) ?? 0, 'start')} without completing a cycle`,
    facts: [['A start alone does not count as a heartbeat: the bot must report a completed cycle.']],
    next:
      deadAtMs === undefined
        ? 'if the bot does not complete a cycle, its account is liquidated.'
        : `if the bot does not complete a cycle, its account is liquidated at ${clock(deadAtMs)}.`,
    steps: [
      'Find out why it ends: see its own log.',
      `Or liquidate now: flatline liquidate --bot ${botId}${about.place.flags}`,
    ],
    heading: 'A bot restarts without working',
  });
}

export function timesDifferMessage(line: LogLine, about: About): Composed {
  const { fields } = line;
  const used = numberOf(fields.used_dead_after_ms) ?? 0;
  return ofBot(line, about, `times ${used}`, {
    verdict: 'TIMES DIFFER',
    because: 'the configuration and the bot disagree',
    facts: [
      [
        `The configuration says dead after ${span(numberOf(fields.configured_dead_after_ms) ?? 0)}; the bot sends a heartbeat every ${span(numberOf(fields.bot_heartbeat_ms) ?? 0)}.`,
        `Until they agree, it counts as dead after ${span(used)}.`,
      ],
    ],
    next: 'nothing is liquidated because of this.',
    steps: ['Restart the bot with the new times, or deploy the old ones.'],
    heading: 'A bot sends heartbeats less often than configured',
  });
}

export function reportOutdatedMessage(line: LogLine, about: About): Composed {
  const { fields, botId = '?' } = line;
  const atMs = instantOf(fields.reported_at);
  return ofBot(line, about, `report ${textOf(fields.reported_at) ?? ''}`, {
    verdict: 'FAILURE REPORTED, NOT ACTED ON',
    because: 'heartbeats came more than 10 minutes after it',
    facts: [
      [readableInstants(textOf(fields.reason) ?? '?'), ...(atMs === undefined ? [] : [`Reported ${moment(atMs)}.`])],
    ],
    next: 'nothing. It is watched as before.',
    steps: [`If it is broken: flatline liquidate --bot ${botId}${about.place.flags}`],
    heading: 'A reported failure is outdated',
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
        verdict: 'HEARTBEATS MAY HAVE BEEN LOST',
        because: count(botIds.length, 'bot'),
        facts: [
          [
            readableInstants(textOf(fields.why) ?? 'Heartbeats may have been lost.'),
            ...(sinceMs === undefined ? [] : [`Since ${moment(sinceMs)}.`]),
          ],
          [`Bots: ${botIds.join(', ')}.`],
        ],
        next: 'the watchdog does not liquidate, because the bots may have reported without being recorded. You decide.',
        steps: [
          'Check each bot, and its account.',
          `If all of them are dead: flatline liquidate --all-silent${about.place.flags}`,
        ],
        heading: 'The watchdog was interrupted',
      },
      about.place,
    ),
  };
}

function ofBot({ botId = '?', correlationId, atMs }: LogLine, { place }: About, of: string, draft: Draft): Composed {
  return {
    id: `${botId} ${of} ${String(atMs)}`,
    // A watchdog run that finds the same again sends nothing.
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
