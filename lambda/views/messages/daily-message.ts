/** The daily message: how things stand, in a few lines. That it comes is half of what it says. */

import { TICKS_LOST_AFTER_MS } from '../../core/heartbeat/watchdog-health.ts';
import { instantOf, numberOf, textOf, textsOf } from '../../core/text/fields.ts';
import { count } from '../words.ts';
import { moment } from './instants.ts';
import type { LogLine } from './log-line.ts';
import { compose } from './message.ts';
import type { About, Composed } from './notification.ts';

const NAMES_MAX = 20;

export function dailyMessage({ fields, atMs }: LogLine, { place }: About): Composed {
  const configured = numberOf(fields.bots_configured) ?? 0;
  const watched = numberOf(fields.bots_watched) ?? 0;
  const nobody = watched === 0 ? ['NOBODY IS WATCHED: no silent bot is noticed or liquidated.'] : [];
  const problems = [...nobody, ...watchdogIn(fields, atMs), ...problemsIn(fields)];
  return {
    id: `daily ${String(atMs)}`,
    message: compose(
      {
        verdict: problems.length === 0 ? 'STILL HERE' : 'STILL HERE, LOOK AT THIS',
        because: `${watched} of ${count(configured, 'bot')} watched`,
        facts: [
          problems,
          [
            line('Last beat', fields.last_beat, 'none yet'),
            line('Last tick of the watchdog', fields.last_tick, 'none'),
            line('Oldest self-test that passed', fields.oldest_preflight, 'none'),
            canaryLine(fields),
            ...namesLine('Not watched', textsOf(fields.bots_not_watched)),
          ],
          atMs === undefined ? [] : [`As of ${moment(atMs)}.`],
        ],
        next: 'the next one comes tomorrow. If it does not, the way to you is broken.',
        heading: 'The daily message did not come',
      },
      place,
    ),
  };
}

function problemsIn(fields: LogLine['fields']): readonly string[] {
  const missing = textsOf(fields.preflight_missing) ?? [];
  const pending = numberOf(fields.subscriptions_pending) ?? 0;
  return [
    ...namesLine('NO SELF-TEST HAS PASSED FOR A DAY', missing.length > 0 ? missing : undefined),
    ...(fields.canary === 'failed' ? ['THE CANARY FAILED: a dead bot may not be liquidated.'] : []),
    ...(pending > 0
      ? [`${count(pending, 'subscription')} to the alerts not confirmed: look for the mail of AWS.`]
      : []),
    ...(fields.mail_can_be_unsubscribed_by_link === true
      ? ['Anybody with one of these mails can end them by its link: confirm with --authenticate-on-unsubscribe true.']
      : []),
    ...(fields.mail_not_subscribed === true
      ? [
          'THE MAIL ADDRESS OF THE CONFIGURATION IS NOT SUBSCRIBED: it gets neither alerts nor alarms. Deploying again does not bring it back: docs/troubleshooting.md has the line.',
        ]
      : []),
  ];
}

function watchdogIn({ last_tick }: LogLine['fields'], atMs: number | undefined): readonly string[] {
  const tickedAtMs = instantOf(last_tick);
  if (tickedAtMs === undefined) return ['THE WATCHDOG HAS NOT TICKED.'];
  if (atMs === undefined || atMs - tickedAtMs <= TICKS_LOST_AFTER_MS) return [];
  return [`THE WATCHDOG STANDS STILL since ${moment(tickedAtMs)}: no silent bot is noticed or liquidated.`];
}

function line(what: string, value: unknown, otherwise: string): string {
  const atMs = instantOf(value);
  return `${what}: ${atMs === undefined ? otherwise : moment(atMs)}.`;
}

function canaryLine({ canary, canary_took_ms }: LogLine['fields']): string {
  const tookMs = numberOf(canary_took_ms);
  if (canary === 'passed')
    return `Canary: died and was answered ${((tookMs ?? 0) / 1_000).toFixed(1)} s after its deadline.`;
  return canary === 'failed' ? 'Canary: failed.' : `Canary: ${textOf(canary) ?? 'off'}.`;
}

function namesLine(what: string, names: readonly string[] | undefined): readonly string[] {
  if (names === undefined || names.length === 0) return [];
  const more = names.length - NAMES_MAX;
  return [`${what}: ${names.slice(0, NAMES_MAX).join(', ')}${more > 0 ? ` and ${more} more` : ''}.`];
}
