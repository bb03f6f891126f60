/**
 * Problems that an operator must act on, by their code, and any other critical line in its own words. A problem that
 * each watchdog run repeats is notified once.
 */

import type { ErrorCode } from '../../core/invocation/error-codes.ts';
import { textsOf } from '../../core/text/fields.ts';
import type { LogEventCode } from '../../events.ts';
import type { LogLine } from './log-line.ts';
import { type Draft, instantLine, manualSteps, readableInstants, sentence } from './message.ts';
import type { About, NotificationDraft } from './notification.ts';

export function problemMessage(line: LogLine, about: About): NotificationDraft {
  const { event, code } = line;
  const byCode = BY_CODE[code as ErrorCode];
  const words = byCode ?? BY_EVENT[event as LogEventCode];
  if (words === undefined) return criticalMessage(line, about);
  // Two functions may report one problem in different sentences.
  return problemOf(line, about, String(byCode === undefined ? event : code), words);
}

/** Uses the words of the line: nothing else is known. */
export const criticalMessage = (line: LogLine, about: About): NotificationDraft =>
  problemOf(line, about, line.message, {
    verdict: 'CRITICAL',
    because: line.message,
    steps: (_botId, flags) => [`Check the state: flatline status${flags}`],
  });

function problemOf(line: LogLine, { place }: About, subject: string, words: ProblemWords): NotificationDraft {
  const { message, botId, heading, correlationId, atMs, fields } = line;
  return {
    ...words,
    id: `${subject} ${botId ?? ''} ${correlationId ?? ''} ${String(atMs)}`,
    standing: { of: `problem ${subject} ${botId ?? ''}`, is: 'said', quiet: true },
    ...{ botId, heading, correlationId },
    facts: [[sentence(readableInstants(message)), ...(textsOf(fields.problems) ?? [])], instantLine('At', atMs)],
    steps: words.steps(botId ?? 'ID', place.flags),
  };
}

interface ProblemWords extends Pick<Draft, 'verdict' | 'because' | 'next'> {
  readonly steps: (botId: string, flags: string) => readonly string[];
}

const watchYourself: ProblemWords['steps'] = (botId, flags) => [
  'Watch the bots yourself until the watchdog works again.',
  `If one is dead: flatline liquidate --bot ${botId}${flags}. This works without the watchdog.`,
  `Check: flatline status${flags}, and the AWS Health Dashboard.`,
];

const BY_CODE: Readonly<Partial<Record<ErrorCode, ProblemWords>>> = {
  BOT_UNKNOWN: {
    verdict: 'NOT PROTECTED',
    because: 'not in the configuration',
    next: 'nothing. Its account is not liquidated, however long it is silent. This message repeats once an hour at most.',
    steps: (botId, flags) => [
      'If it trades: watch its account yourself until it is in the configuration.',
      `If it is yours: add [bot:${botId}] to the configuration, deploy, store its key, flatline preflight --bot ${botId}${flags}`,
      `If it is not yours, or no longer trades: flatline disarm --bot ${botId}${flags}`,
    ],
  },
  BOT_NOT_JUDGED: {
    verdict: 'NOT PROTECTED',
    because: 'the watchdog cannot read its row',
    next: 'the next watchdog run tries again, within a minute.',
    steps: (botId, flags) => [
      'Check the bot and its account yourself.',
      `If it is dead: flatline liquidate --bot ${botId}${flags}`,
    ],
  },
  BOTS_UNREADABLE: {
    verdict: 'WATCHDOG CANNOT READ ITS TABLE',
    because: 'DynamoDB does not answer',
    next: 'the next watchdog run tries again, within a minute. Until then a silent bot is not noticed.',
    steps: watchYourself,
  },
  BOTS_UNWRITABLE: {
    verdict: 'WATCHDOG CANNOT WRITE ITS TABLE',
    because: 'DynamoDB refuses writes',
    next: 'the next watchdog run tries again, within a minute. Heartbeats may be lost too, so no silent bot is liquidated until writes work.',
    steps: watchYourself,
  },
  RUNS_UNREADABLE: {
    verdict: 'UNFINISHED LIQUIDATIONS CANNOT BE READ',
    because: 'DynamoDB does not answer',
    next: 'the next watchdog run tries again, within a minute. Silent bots are still noticed.',
    steps: (botId, flags) => [
      `Check whether a liquidation has not ended flat: flatline status${flags}`,
      `If so: flatline liquidate --bot ${botId}${flags}, or close by hand (the guide, "Closing by hand").`,
    ],
  },
  PINGS_REFUSED: {
    verdict: 'PINGS ARE NOT ACCEPTED',
    because: 'the ping URL fails or is throttled',
    next: 'until pings are accepted again, no bot that only pings is liquidated for its silence.',
    steps: (_botId, flags) => [`Check the bots that ping, and their accounts: flatline bots${flags}`],
  },
  INVOKE_FAILED: {
    verdict: 'NOT LIQUIDATED YET',
    because: 'the AWS call failed',
    next: 'the watchdog repeats the call, at the latest within a minute.',
    steps: (botId, flags) => [
      `Do not wait: flatline liquidate --bot ${botId}${flags}`,
      'If that fails too: close by hand (the guide, "Closing by hand").',
    ],
  },
  RESUME_GAVE_UP: {
    verdict: 'NOT FLAT, CHECK BY HAND',
    because: 'retries have ended',
    next: 'nothing. There are no more attempts.',
    steps: manualSteps,
  },
  TRIP_NOT_FLAT: {
    verdict: 'NOT KNOWN TO BE FLAT, CHECK BY HAND',
    because: 'no liquidation of the whole account has ended flat',
    next: 'the whole account is checked each minute and closed again, also after the lock-out, until it is flat or retries end.',
    steps: manualSteps,
  },
  UNFORESEEN: {
    verdict: 'WATCHDOG FAILED',
    because: 'unexpected error',
    next: 'the watchdog runs again within a minute.',
    steps: (_botId, flags) => [
      `Check that the bots are alive and watched: flatline status${flags}`,
      'Report the error.',
    ],
  },
};

const BY_EVENT: Readonly<Partial<Record<LogEventCode, ProblemWords>>> = {
  liquidator_failed: {
    verdict: 'LIQUIDATOR FAILED, CHECK BY HAND',
    because: 'unexpected error',
    next: 'nothing. It is not known what was done, and the account may still be open.',
    steps: manualSteps,
  },
  configuration_invalid: {
    verdict: 'CONFIGURATION CANNOT BE READ',
    because: 'running on safe defaults',
    next: 'protection stays on, with the default times and the secrets flatline/ID.',
    steps: (_botId, flags) => [
      'Run cdk synth: it prints what is wrong. Correct it and deploy again.',
      `Then: flatline preflight${flags}`,
    ],
  },
  canary_failed: {
    verdict: 'CANARY FAILED, BOTS MAY BE UNPROTECTED',
    because: 'a dead bot may not be liquidated',
    next: 'the canary runs again tomorrow.',
    steps: (_botId, flags) => [
      `Check that the watchdog runs and the bots are watched: flatline status${flags}`,
      `Check that a liquidation would work: flatline preflight${flags}`,
    ],
  },
  deployment_incomplete: {
    verdict: 'DEPLOYMENT IS BROKEN',
    because: 'a variable is missing',
    next: 'nothing. Until the stack is deployed again, bots may be unprotected.',
    steps: (_botId, flags) => ['Deploy the stack again.', `Then: flatline preflight${flags}`],
  },
};
