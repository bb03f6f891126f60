/**
 * Whether a bot may trade: only when a heartbeat of this process was stored, was sent less than dead_after ago, and the
 * state is armed. Unknown means no: in a partition longer than dead_after the account may already be liquidated.
 */

import type { HeartbeatState } from './beat-result.ts';

export type GateReason = keyof typeof SENTENCES;

export type TradeGate =
  | { readonly open: true }
  | { readonly open: false; readonly reason: GateReason; readonly sentence: string };

/** An instant by two clocks: one that cannot be set, and one that continues while the machine is suspended. */
export interface Instant {
  readonly monotonicMs: number;
  readonly wallMs: number;
}

export interface GateFacts {
  readonly isStarted: boolean;
  readonly isResting: boolean;
  readonly state: HeartbeatState;
  /** When the last stored heartbeat was sent; undefined: none of this run. */
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

/** A wall clock that steps forward closes the gate until the next heartbeat; one that steps back changes nothing. */
const ageMs = (then: Instant, now: Instant): number =>
  Math.max(now.monotonicMs - then.monotonicMs, now.wallMs - then.wallMs);

const SENTENCES = {
  'not-started': 'start() was not called, or the bot was disarmed by stop().',
  resting: 'A liquidation is not known to have ended flat; heartbeats have stopped until start() is called again.',
  'never-stored': 'No heartbeat of this run has been stored yet.',
  'too-old': 'No heartbeat has been stored for dead_after: the account may be liquidated by now.',
  tripped: 'The bot was liquidated. An operator must re-arm it first.',
  disarmed: 'An operator has disarmed the bot: it is not watched.',
  replaced: 'A newer run of this bot has taken over.',
  occupied: 'Another run of this bot is active, and only one may be.',
  'not-watched': 'This bot is not in the deployed configuration.',
} as const;
