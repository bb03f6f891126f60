/**
 * Problems that an operator must act on, by their code, and any other critical line in its own words. A problem that
 * each watchdog run repeats is notified once.
 */

import type { ErrorCode } from '../../core/invocation/error-codes.ts';
import { textsOf } from '../../core/text/fields.ts';
import type { LogEventCode } from '../../events.ts';
import { moment, readableInstants } from './instants.ts';
import type { LogLine } from './log-line.ts';
import { manualSteps } from './manual-steps.ts';
import { compose, type Draft } from './message.ts';
import type { About, Composed } from './notification.ts';

export function problemMessage(line: LogLine, about: About): Composed {
  const { event, code } = line;
  const words = BY_CODE[code as ErrorCode] ?? BY_EVENT[event as LogEventCode];
  if (words === undefined) return criticalMessage(line, about);
  // Two functions may report one problem in different sentences.
  return problemOf(line, about, BY_CODE[code as ErrorCode] === undefined ? String(event) : String(code), words);
}

/** Uses the words of the line: nothing else is known. */
export function criticalMessage(line: LogLine, about: About): Composed {
  return problemOf(line, about, line.message, {
    verdict: 'CRITICAL',
    because: line.message,
    next: undefined,
    steps: (_botId, flags) => [`Check the state: flatline status${flags}`],
  });
}

function problemOf(line: LogLine, { place }: About, subject: string, words: ProblemWords): Composed {
  const { message, botId, heading, correlationId, atMs } = line;
  return {
    id: `${subject} ${botId ?? ''} ${correlationId ?? ''} ${String(atMs)}`,
    standing: { of: `problem ${subject} ${botId ?? ''}`, is: 'said', quiet: true },
    message: compose(
      {
        ...words,
        botId,
        facts: [
          [readableInstants(message), ...(textsOf(line.fields.problems) ?? [])],
          atMs === undefined ? [] : [`At ${moment(atMs)}.`],
        ],
        steps: words.steps(botId ?? 'ID', place.flags),
        heading,
        correlationId,
      },
      place,
    ),
  };
}

interface ProblemWords extends Pick<Draft, 'verdict' | 'because' | 'next'> {
  readonly steps: (botId: string, flags: string) => readonly string[];
}

const watchYourself: ProblemWords['steps'] = (_botId, flags) => [
  'Watch the bots yourself until it works again. Liquidating works without the watchdog.',
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
    steps: (_botId, flags) => [
      `If a liquidation has not ended flat: flatline liquidate --bot ID${flags}, or close by hand. Check: flatline status${flags}`,
    ],
  },
  PINGS_REFUSED: {
    verdict: 'PINGS ARE NOT ACCEPTED',
    because: 'the ping URL fails or is throttled',
    next: 'bots that only ping are not liquidated for silence meanwhile.',
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
    next: 'nothing is certain. It is not known what was done.',
    steps: manualSteps,
  },
  configuration_invalid: {
    verdict: 'CONFIGURATION CANNOT BE READ',
    because: 'running on safe defaults',
    next: 'protection stays on, with the default times and the bots’ usual secrets.',
    steps: (_botId, flags) => [
      `Run cdk synth: it prints what is wrong. Then deploy again.`,
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
    next: 'nothing. It stays broken until the stack is deployed again.',
    steps: (_botId, flags) => ['Deploy the stack again.', `Then: flatline preflight${flags}`],
  },
};
