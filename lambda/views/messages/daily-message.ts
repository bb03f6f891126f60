/** The daily message: the state of the deployment in a few lines. Its arrival also proves that messages arrive. */

import { TICKS_LOST_AFTER_MS } from '../../core/heartbeat/watchdog-health.ts';
import { instantOf, numberOf, textOf, textsOf } from '../../core/text/fields.ts';
import { watcherWords } from '../check-words.ts';
import { count } from '../words.ts';
import type { LogLine } from './log-line.ts';
import { instantLine, moment } from './message.ts';
import type { About, NotificationDraft } from './notification.ts';

const NAMES_MAX = 20;

export function dailyMessage({ fields, atMs }: LogLine, { place }: About): NotificationDraft {
  const configured = numberOf(fields.bots_configured) ?? 0;
  const watched = numberOf(fields.bots_watched) ?? 0;
  const unwatched = watched === 0 ? ['NO BOT IS WATCHED: a bot that dies is not noticed and not liquidated.'] : [];
  const problems = [...unwatched, ...watchdogIn(fields, atMs), ...problemsIn(fields)];
  return {
    id: `daily ${String(atMs)}`,
    verdict: problems.length === 0 ? 'DAILY REPORT, ALL WELL' : 'DAILY REPORT, ACTION NEEDED',
    because: `${watched} of ${count(configured, 'bot')} watched`,
    facts: [
      problems,
      [
        line('Last heartbeat', fields.last_beat, 'none yet'),
        line('Last watchdog run', fields.last_tick, 'none'),
        line('Oldest passed preflight', fields.oldest_preflight, 'none'),
        canaryLine(fields),
        ...namesLine('Not watched', textsOf(fields.bots_not_watched)),
      ],
      instantLine('As of', atMs),
    ],
    next: 'the next daily report comes tomorrow. If it does not, messages no longer reach you.',
    steps: problems.length === 0 ? [] : stepsFor(fields, place.flags),
    heading: 'The daily message is missing',
  };
}

const stepsFor = ({ preflight_missing }: LogLine['fields'], flags: string): readonly string[] => [
  `Check the state: flatline status${flags}`,
  ...((textsOf(preflight_missing) ?? []).length === 0 ? [] : [`Test again: flatline preflight${flags}`]),
];

function problemsIn(fields: LogLine['fields']): readonly string[] {
  const pending = numberOf(fields.subscriptions_pending) ?? 0;
  return [
    ...namesLine('NO PREFLIGHT HAS PASSED FOR A DAY', textsOf(fields.preflight_missing)),
    ...(fields.canary === 'failed' ? ['THE CANARY FAILED: a dead bot may not be liquidated.'] : []),
    ...(pending > 0
      ? [`${count(pending, 'subscription')} to the alerts not confirmed: open the confirmation mail from AWS.`]
      : []),
    ...(fields.mail_can_be_unsubscribed_by_link === true
      ? [
          'Anyone who opens the link at the end of a mail can cancel the subscription: confirm it again with --authenticate-on-unsubscribe true.',
        ]
      : []),
    ...(fields.mail_not_subscribed === true
      ? [
          'THE MAIL ADDRESS OF THE CONFIGURATION IS NOT SUBSCRIBED: it gets neither alerts nor alarms, and a deployment does not change that. The guide has the command.',
        ]
      : []),
    ...watcherWords(fields.watcher, textOf(fields.watcher_region)),
  ];
}

function watchdogIn({ last_tick }: LogLine['fields'], atMs: number | undefined): readonly string[] {
  const tickedAtMs = instantOf(last_tick);
  if (tickedAtMs === undefined) return ['THE WATCHDOG HAS NOT RUN.'];
  if (atMs === undefined || atMs - tickedAtMs <= TICKS_LOST_AFTER_MS) return [];
  return [`THE WATCHDOG HAS NOT RUN since ${moment(tickedAtMs)}: no silent bot is noticed or liquidated.`];
}

function line(what: string, value: unknown, otherwise: string): string {
  const atMs = instantOf(value);
  return `${what}: ${atMs === undefined ? otherwise : moment(atMs)}.`;
}

function canaryLine({ canary, canary_took_ms }: LogLine['fields']): string {
  const tookMs = numberOf(canary_took_ms);
  if (canary === 'passed')
    return `Canary: died, and was noticed ${((tookMs ?? 0) / 1_000).toFixed(1)} s after its deadline.`;
  return canary === 'failed' ? 'Canary: failed.' : `Canary: ${textOf(canary) ?? 'off'}.`;
}

function namesLine(what: string, names: readonly string[] = []): readonly string[] {
  if (names.length === 0) return [];
  const more = names.length - NAMES_MAX;
  return [`${what}: ${names.slice(0, NAMES_MAX).join(', ')}${more > 0 ? ` and ${more} more` : ''}.`];
}
