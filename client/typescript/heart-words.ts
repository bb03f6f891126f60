/** What people are told of a bot's beats. */

import type { Refused } from './beat-result.ts';

export function refusalSentence(botId: string, result: Refused): string {
  switch (result.kind) {
    case 'tripped':
      return (
        `${botId} is tripped: its account was liquidated (${result.correlationId ?? 'ID not known'}) and it must not trade. ` +
        `Look at the account, then flatline rearm --bot ${botId}.`
      );
    case 'disarmed':
      return `${botId} was disarmed by hand: nobody watches it. Arm it again with flatline arm --bot ${botId}.`;
    case 'replaced':
      return `A newer run of ${botId} has taken over: this one no longer beats, and must not trade. End it.`;
    case 'occupied':
      return `Another run of ${botId} beats, and only one may: this one is not watched, and must not trade. End one of them.`;
  }
}

export const lookingSentence = (botId: string, waitMs: number): string =>
  `Another run of ${botId} is armed, and only one may be: waiting ${Math.ceil(waitMs / 1_000)} s to see whether it beats.`;

export const hungSentence = (botId: string, provenWithinMs: number): string =>
  `${botId} has not shown for ${provenWithinMs / 1_000} s that it works: it no longer beats, ` +
  'and the watchdog fires unless it works again.';

export const differingSentence = (botId: string, ownMs: number, askedMs: number): string =>
  `${botId} beats every ${ownMs / 1_000} s, and the deployed configuration asks for ${askedMs / 1_000} s. ` +
  'Leave heartbeatMs out, and the client takes what is deployed.';
