/**
 * Whether a bot may trade: only on a beat that was stored, sent less than dead_after ago, by this process, in state armed.
 * Not knowing is no: behind a partition that is longer than dead_after the account may be liquidated already.
 */

import type { HeartState } from './beat-result.ts';

export type GateReason =
  | 'not-started'
  | 'resting'
  | 'never-stored'
  | 'too-old'
  | 'tripped'
  | 'disarmed'
  | 'replaced'
  | 'occupied'
  | 'not-watched';

export type TradeGate =
  | { readonly open: true }
  | { readonly open: false; readonly reason: GateReason; readonly sentence: string };

/** An instant by two clocks: one that nobody sets, and one that goes on while the machine is suspended. */
export interface Instant {
  readonly monotonicMs: number;
  readonly wallMs: number;
}

export interface GateFacts {
  readonly isStarted: boolean;
  readonly isResting: boolean;
  readonly state: HeartState;
  /** When the last beat that was stored was sent; undefined: none of this run was. */
  readonly storedAt: Instant | undefined;
  readonly deadAfterMs: number;
}

export function tradeGate(facts: GateFacts, now: Instant): TradeGate {
  const reason = whyClosed(facts, now);
  return reason === undefined ? { open: true } : { open: false, reason, sentence: SENTENCES[reason] };
}

function whyClosed(facts: GateFacts, now: Instant): GateReason | undefined {
  const { state, storedAt, deadAfterMs } = facts;
  if (state !== 'idle' && state !== 'armed' && state !== 'unreached') return state;
  if (facts.isResting) return 'resting';
  if (!facts.isStarted) return 'not-started';
  if (storedAt === undefined) return 'never-stored';
  return ageMs(storedAt, now) < deadAfterMs ? undefined : 'too-old';
}

/** A wall clock that steps forward closes the gate until the next beat; one that steps back changes nothing. */
const ageMs = (then: Instant, now: Instant): number =>
  Math.max(now.monotonicMs - then.monotonicMs, now.wallMs - then.wallMs);

const SENTENCES: Readonly<Record<GateReason, string>> = {
  'not-started': 'start() was not called, or the bot has said goodbye.',
  resting: 'A liquidation is not known to have ended flat; the beats have stopped until start() is called again.',
  'never-stored': 'No beat of this run has been stored yet.',
  'too-old': 'No beat has been stored for dead_after: the account may be liquidated by now.',
  tripped: 'The bot was liquidated. An operator must re-arm it first.',
  disarmed: 'An operator has disarmed the bot: nobody watches it.',
  replaced: 'A newer run of this bot has taken over.',
  occupied: 'Another run of this bot beats, and only one may.',
  'not-watched': 'The deployed configuration does not know this bot.',
};
