/** What the watchdog finds out about a bot besides its silence, and gaps in which heartbeats may have been lost. */

import { instantOf, numberOf, textOf, textsOf } from '../../core/text/fields.ts';
import { count, span } from '../words.ts';
import type { LogLine } from './log-line.ts';
import { clock, type Draft, instantLine, readableInstants, sentence } from './message.ts';
import type { About, NotificationDraft } from './notification.ts';

export function restartingMessage(line: LogLine, { place }: About): NotificationDraft {
  const { fields, botId = '?' } = line;
  const deadAtMs = instantOf(fields.dead_at);
  return ofBot(line, `restarting ${textOf(fields.since) ?? 'ever'}`, {
    verdict: 'RESTARTING REPEATEDLY',
    because: `${count(numberOf(fields.restarts) ?? 0, 'start')} without completing a cycle`,
    facts: [['A start alone does not count as a heartbeat: the bot must report a completed cycle.']],
    next: `if the bot does not complete a cycle, its account is liquidated${deadAtMs === undefined ? '' : ` at ${clock(deadAtMs)}`}.`,
    steps: [
      'Find out why it ends: read its own log.',
      `Or liquidate now: flatline liquidate --bot ${botId}${place.flags}`,
    ],
    heading: 'A bot restarts without working',
  });
}

export function timesDifferMessage(line: LogLine): NotificationDraft {
  const ms = (name: string): number => numberOf(line.fields[name]) ?? 0;
  const usedMs = ms('used_dead_after_ms');
  return ofBot(line, `times ${usedMs}`, {
    verdict: 'TIMES DIFFER',
    because: 'the configuration and the bot disagree',
    facts: [
      [
        `The configuration says dead after ${span(ms('configured_dead_after_ms'))}; the bot sends a heartbeat every ${span(ms('bot_heartbeat_ms'))}.`,
        `Until they agree, it counts as dead after ${span(usedMs)}.`,
      ],
    ],
    next: 'nothing is liquidated because of this.',
    steps: ['Restart the bot, so that it takes the configured times, or configure the bot’s own times and deploy.'],
    heading: 'A bot sends heartbeats less often than configured',
  });
}

export function reportOutdatedMessage(line: LogLine, { place }: About): NotificationDraft {
  const { fields, botId = '?' } = line;
  return ofBot(line, `report ${textOf(fields.reported_at) ?? ''}`, {
    verdict: 'FAILURE REPORTED, NOT ACTED ON',
    because: 'heartbeats came more than 10 minutes after it',
    facts: [
      [
        `The bot reported: ${readableInstants(textOf(fields.reason) ?? '?')}`,
        ...instantLine('Reported', instantOf(fields.reported_at)),
      ],
    ],
    next: 'nothing. It is watched as before.',
    steps: [`If it is broken: flatline liquidate --bot ${botId}${place.flags}`],
    heading: 'A reported failure is outdated',
  });
}

export function blindMessage({ fields, atMs }: LogLine, { place }: About): NotificationDraft {
  const botIds = textsOf(fields.bot_ids) ?? [];
  return {
    id: `blind ${String(atMs)}`,
    standing: { of: 'watchdog sight', is: botIds.join(), quiet: true },
    verdict: 'HEARTBEATS MAY HAVE BEEN LOST',
    because: count(botIds.length, 'bot'),
    facts: [
      [
        sentence(readableInstants(textOf(fields.why) ?? 'heartbeats may have been lost')),
        ...instantLine('Since', instantOf(fields.since)),
      ],
      [`Bots: ${botIds.join(', ')}.`],
    ],
    next: 'the watchdog does not liquidate these bots: they may have sent heartbeats that were not stored. You decide.',
    steps: [
      'Check each bot, and its account.',
      `If all of them are dead: flatline liquidate --all-silent${place.flags}`,
    ],
    heading: 'The watchdog was interrupted',
  };
}

const ofBot = ({ botId = '?', correlationId, atMs }: LogLine, of: string, draft: Draft): NotificationDraft => ({
  ...draft,
  id: `${botId} ${of} ${String(atMs)}`,
  // A watchdog run that finds the same again sends nothing.
  standing: { of: `${draft.verdict} ${botId}`, is: of, quiet: true },
  ...{ botId, correlationId },
  facts: [...draft.facts, instantLine('At', atMs)],
});
