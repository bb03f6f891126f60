/**
 * What is CRITICAL and no event of a liquidation: complaints of the watchdog by their code, and whatever else a function
 * calls critical, in its own words. A complaint that each tick repeats is told once.
 */

import type { ErrorCode } from '../error-codes.ts';
import { handSteps } from './hand-steps.ts';
import { moment, readableInstants } from './instants.ts';
import type { LogLine } from './log-line.ts';
import { compose, type Draft } from './message.ts';
import type { About, Telling } from './telling.ts';

export function tellComplaint(line: LogLine, { place }: About): Telling | undefined {
  const { message, botId, code, heading, correlationId, atMs } = line;
  if (ACCOMPANIES.some(pattern => pattern.test(message))) return undefined;
  const words = (code === undefined ? undefined : WORDS[code as ErrorCode]) ?? otherwise(message);
  // Two functions may complain of one thing in different sentences.
  const subject = code ?? (words.verdict === 'CRITICAL' ? message : words.verdict);
  return {
    id: `${subject} ${botId ?? ''} ${correlationId ?? ''} ${String(atMs)}`,
    standing: { of: `complaint ${subject} ${botId ?? ''}`, is: 'said', quiet: true },
    message: compose(
      {
        ...words,
        botId,
        facts: [[readableInstants(message)], atMs === undefined ? [] : [`At ${moment(atMs)}.`]],
        steps: words.steps(botId ?? 'ID', place.flags),
        heading,
        correlationId,
      },
      place,
    ),
  };
}

/** Said beside something that is told anyway: the final event of the run, the skip, the failed self-test, the complaint. */
const ACCOMPANIES: readonly RegExp[] = [
  /^NOT FLAT, and resume_minutes /,
  /SECURITY WARNING: /,
  /^The liquidation broke off$/,
  /^An unforeseen error in one symbol$/,
  /^The lock could not be reached; liquidating without it$/,
  /^A bug of the watchdog$/,
];

interface ComplaintWords extends Pick<Draft, 'verdict' | 'because' | 'next'> {
  readonly steps: (botId: string, flags: string) => readonly string[];
}

const WORDS: Readonly<Partial<Record<ErrorCode, ComplaintWords>>> = {
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
    because: 'AWS does not take the call',
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
    steps: handSteps,
  },
  UNFORESEEN: {
    verdict: 'WATCHDOG FAILED',
    because: 'an error nobody foresaw',
    next: 'the next tick comes within a minute.',
    steps: (_botId, flags) => [`Do the bots live, and are they watched? flatline status${flags}`, 'Report it.'],
  },
};

/** Without a code; the first that fits. */
const BY_SENTENCE: readonly (readonly [pattern: RegExp, words: ComplaintWords])[] = [
  [
    /^The liquidator failed in a way nobody foresaw$/,
    {
      verdict: 'LIQUIDATOR FAILED, CHECK BY HAND',
      because: 'an error nobody foresaw',
      next: 'perhaps nothing. It is not known what was done.',
      steps: handSteps,
    },
  ],
  [
    /the configuration is (missing|invalid)|is missing or invalid/,
    {
      verdict: 'CONFIGURATION CANNOT BE READ',
      because: 'running on safe defaults',
      next: 'protection stays on, with the default times and the bots’ usual secrets.',
      steps: (_botId, flags) => [`Deploy again; cdk synth says what is wrong.`, `Then: flatline preflight${flags}`],
    },
  ],
  [
    / is not set: /,
    {
      verdict: 'DEPLOYMENT IS BROKEN',
      because: 'a variable is missing',
      next: 'nothing. It does not mend itself.',
      steps: (_botId, flags) => ['Deploy the stack again.', `Then: flatline preflight${flags}`],
    },
  ],
];

function otherwise(message: string): ComplaintWords {
  const known = BY_SENTENCE.find(([pattern]) => pattern.test(message));
  if (known !== undefined) return known[1];
  const steps = (_botId: string, flags: string): readonly string[] => [`See how things stand: flatline status${flags}`];
  return { verdict: 'CRITICAL', because: message.replace(/^\[CRITICAL\] /, ''), next: undefined, steps };
}
