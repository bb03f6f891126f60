/**
 * Problems that an operator must act on, by their code, and whatever else a function calls critical, in its own words. A
 * problem that each tick repeats is notified once.
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

/** In the words of the line itself: nobody knows more of it. */
export function criticalMessage(line: LogLine, about: About): Composed {
  return problemOf(line, about, line.message, {
    verdict: 'CRITICAL',
    because: line.message,
    next: undefined,
    steps: (_botId, flags) => [`See how things stand: flatline status${flags}`],
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

const BY_CODE: Readonly<Partial<Record<ErrorCode, ProblemWords>>> = {
  BOT_UNKNOWN: {
    verdict: 'NOT PROTECTED',
    because: 'not in the configuration',
    next: 'nothing. However long it is silent, its account is not liquidated. This is told once an hour at most.',
    steps: (botId, flags) => [
      'It trades: watch its account yourself until it is in the configuration.',
      `It is ours: add [bot:${botId}] to the configuration, deploy, store its key, flatline preflight --bot ${botId}${flags}`,
      `It is not, or trades no longer: flatline disarm --bot ${botId}${flags}`,
    ],
  },
  BOT_NOT_JUDGED: {
    verdict: 'NOT PROTECTED',
    because: 'the watchdog cannot read its row',
    next: 'the next tick tries again, within a minute.',
    steps: (botId, flags) => [
      'Look at the bot and its account yourself.',
      `It is broken: flatline liquidate --bot ${botId}${flags}`,
    ],
  },
  BOTS_UNREADABLE: {
    verdict: 'WATCHDOG CANNOT SEE',
    because: 'its table does not answer',
    next: 'the next tick tries again, within a minute. Until then silence is not noticed.',
    steps: (_botId, flags) => [
      'Watch the bots yourself while it lasts; liquidating works without the watchdog.',
      `Look: flatline status${flags}, and the AWS Health Dashboard.`,
    ],
  },
  INVOKE_FAILED: {
    verdict: 'NOT LIQUIDATED YET',
    because: 'AWS refuses the call',
    next: 'the watchdog calls again and again, at the latest within a minute.',
    steps: (botId, flags) => [
      `Do not wait for it: flatline liquidate --bot ${botId}${flags}`,
      'That fails too: close by hand (the guide, "Closing by hand").',
    ],
  },
  RESUME_GAVE_UP: {
    verdict: 'NOT FLAT, CHECK BY HAND',
    because: 'retrying is over',
    next: 'nothing. Nobody tries again.',
    steps: manualSteps,
  },
  TRIP_NOT_FLAT: {
    verdict: 'NOT KNOWN TO BE FLAT, CHECK BY HAND',
    because: 'no liquidation of the whole account has ended flat',
    next: 'the watchdog has the whole account looked at each minute, for as long as the bot is locked out.',
    steps: manualSteps,
  },
  UNFORESEEN: {
    verdict: 'WATCHDOG FAILED',
    because: 'unexpected error',
    next: 'the next tick comes within a minute.',
    steps: (_botId, flags) => [`Do the bots live, and are they watched? flatline status${flags}`, 'Report it.'],
  },
};

const BY_EVENT: Readonly<Partial<Record<LogEventCode, ProblemWords>>> = {
  liquidator_failed: {
    verdict: 'LIQUIDATOR FAILED, CHECK BY HAND',
    because: 'unexpected error',
    next: 'perhaps nothing. It is not known what was done.',
    steps: manualSteps,
  },
  configuration_invalid: {
    verdict: 'CONFIGURATION CANNOT BE READ',
    because: 'running on safe defaults',
    next: 'protection stays on, with the default times and the bots’ usual secrets.',
    steps: (_botId, flags) => [`Deploy again; cdk synth says what is wrong.`, `Then: flatline preflight${flags}`],
  },
  canary_failed: {
    verdict: 'CANARY FAILED, BOTS MAY BE UNPROTECTED',
    because: 'a dead bot may not be liquidated',
    next: 'the canary is tried again tomorrow.',
    steps: (_botId, flags) => [
      `Does the watchdog tick, and are the bots watched? flatline status${flags}`,
      `Would a liquidation work? flatline preflight${flags}`,
    ],
  },
  deployment_incomplete: {
    verdict: 'DEPLOYMENT IS BROKEN',
    because: 'a variable is missing',
    next: 'nothing. It does not mend itself.',
    steps: (_botId, flags) => ['Deploy the stack again.', `Then: flatline preflight${flags}`],
  },
};
