/** What the watchdog finds out about a bot: late, reporting again, dead. */

import { instantOf, numberOf, textOf } from '../../core/text/fields.ts';
import { span } from '../words.ts';
import type { LogLine } from './log-line.ts';
import { clock, instantLine, moment, readableInstants, sentence } from './message.ts';
import type { About, NotificationDraft } from './notification.ts';

export function lateMessage({ data, botId = '?', correlationId }: LogLine, { place }: About): NotificationDraft {
  const deadAtMs = instantOf(data.dead_at);
  const silentSinceMs = instantOf(data.silent_since);
  const due = deadAtMs === undefined ? 'at its deadline' : `at ${clock(deadAtMs)}`;
  const silence =
    silentSinceMs === undefined ? `for ${span(numberOf(data.late_after_ms) ?? 0)}` : `since ${moment(silentSinceMs)}`;
  return {
    id: `${correlationId ?? '?'} late`,
    standing: { of: `watch ${botId}`, is: 'late', quiet: false },
    verdict: 'LATE',
    ...{ botId, correlationId },
    because: deadAtMs === undefined ? undefined : `liquidated ${due} unless it reports`,
    facts: [[`No heartbeat ${silence}.`, 'Nothing has been done yet.']],
    next: `if it stays silent, its account is liquidated ${due}.`,
    steps: [
      'Check that the bot runs and reaches AWS.',
      `If it works and only cannot report: flatline snooze --bot ${botId} --for 30m --reason "why"${place.flags}`,
      `If it is broken: stop it, then flatline liquidate --bot ${botId}${place.flags}`,
    ],
    heading: 'Bot is late',
  };
}

export function recoveredMessage({ fields, botId = '?', atMs }: LogLine): NotificationDraft {
  const beatAtMs = instantOf(fields.last_beat);
  return {
    id: `${botId} back ${textOf(fields.last_beat) ?? String(atMs)}`,
    standing: { of: `watch ${botId}`, is: 'alive', quiet: false },
    verdict: 'REPORTS AGAIN',
    botId,
    because: 'was late',
    facts: [[`The bot sends heartbeats again${beatAtMs === undefined ? '' : `, the last at ${moment(beatAtMs)}`}.`]],
    next: 'nothing. It was not liquidated, and is watched as before.',
  };
}

export function deadMessage({ data, botId = '?', correlationId }: LogLine, { place }: About): NotificationDraft {
  const lastBeatAtMs = instantOf(data.last_beat);
  const lockoutUntilMs = instantOf(data.lockout_until);
  const deadlineMs = instantOf(data.deadline);
  const lastBeat = instantLine('Last heartbeat', lastBeatAtMs);
  const deadline = deadlineMs === undefined ? [] : [`Its deadline was ${clock(deadlineMs)}.`];
  const lockOut = lockoutUntilMs === undefined ? '' : ` Until ${clock(lockoutUntilMs)} its account is kept flat.`;
  const reason = readableInstants(textOf(data.reason) ?? 'the bot reported a failure');
  const isReported = data.cause === 'failure';
  return {
    id: `${correlationId ?? '?'} dead`,
    standing: { of: `watch ${botId}`, is: 'dead', quiet: false },
    verdict: isReported ? 'FAILED: LIQUIDATING' : 'SILENT: LIQUIDATING',
    ...{ botId, correlationId },
    because: lastBeatAtMs === undefined ? undefined : `last heartbeat ${clock(lastBeatAtMs)}`,
    facts: [
      [
        ...(isReported ? [sentence(reason), ...lastBeat] : [...lastBeat, ...deadline]),
        'The liquidator has been called to close its whole account.',
      ],
    ],
    next: `the next message reports the result. If none comes within 2 minutes, check the account yourself.${lockOut}`,
    steps: [
      'Stop the bot if it still runs.',
      `Follow it: flatline status ${correlationId ?? ''}${place.flags}`,
      'If no message comes: close by hand (the guide, "Closing by hand").',
    ],
    heading: 'Bot is dead',
  };
}
