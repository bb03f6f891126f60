/** The result of a heartbeat or a start, the state of the watch as known to the bot, and the sentences about them. */

import type { StartResult } from './run.ts';

export type HeartbeatState =
  | 'idle'
  | 'armed'
  | 'tripped'
  | 'disarmed'
  | 'replaced'
  | 'occupied'
  | 'not-watched'
  | 'unreached';

export type BeatResult =
  | Exclude<StartResult, { kind: 'occupied' }>
  /** Another run is active, and only one may be: this one is not watched. */
  | { readonly kind: 'occupied' }
  /** The bot is not in the deployed configuration, so it is not watched. */
  | { readonly kind: 'not-watched'; readonly sentence: string }
  /** Nothing was sent: start() comes first. */
  | { readonly kind: 'not-started' }
  /** Nothing was sent: a liquidation is not known to have ended flat. */
  | { readonly kind: 'resting' };

export type Refused = Extract<BeatResult, { kind: 'tripped' | 'disarmed' | 'replaced' | 'occupied' }>;

/** `flags` reach the bot's deployment. */
export function refusalSentence(botId: string, result: Refused, flags: string): string {
  switch (result.kind) {
    case 'tripped':
      return (
        `${botId} is tripped: its account was liquidated (${result.correlationId ?? 'ID not known'}) and it must not trade. ` +
        `Check the account, then flatline rearm --bot ${botId}${flags}.`
      );
    case 'disarmed':
      return `${botId} was disarmed by hand: it is not watched. Arm it again with flatline arm --bot ${botId}${flags}.`;
    case 'replaced':
      return `A newer run of ${botId} has taken over: this one sends no more heartbeats and must not trade. Stop it.`;
    case 'occupied':
      return `Another run of ${botId} is active, and only one may be: this one is not watched and must not trade. Stop one of them.`;
  }
}

export const lookingSentence = (botId: string, waitMs: number): string =>
  `Another run of ${botId} is armed, and only one may be: waiting ${Math.ceil(waitMs / 1_000)} s to see whether it still sends heartbeats.`;

export const hungSentence = (botId: string, provenWithinMs: number): string =>
  `${botId} gave no proof of work for ${provenWithinMs / 1_000} s: its heartbeats have stopped, ` +
  'and the watchdog liquidates unless it works again.';

export const differingSentence = (botId: string, ownMs: number, askedMs: number): string =>
  `${botId} sends a heartbeat every ${ownMs / 1_000} s, and the deployed configuration asks for ${askedMs / 1_000} s. ` +
  'Without heartbeatMs the client uses the deployed value.';
