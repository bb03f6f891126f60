/** The interface for a bot. No method throws or rejects; each is bounded in time. */

import type { Trigger } from '../../lambda/contract.ts';
import type { BeatResult, HeartbeatState } from './beat-result.ts';
import type { Listener } from './events.ts';
import type { LiquidationOutcome } from './liquidation.ts';
import type { PreflightOutcome } from './preflight.ts';
import type { MarkResult } from './run.ts';
import type { SignalOptions } from './signals.ts';
import type { TradeGate } from './trade-gate.ts';

export interface LiquidateOptions {
  /** For the audit log, up to 500 characters. */
  readonly reason?: string;
  /** Only these; the whole account otherwise. */
  readonly symbols?: readonly string[];
  /** Reads and plans, changes nothing. */
  readonly dryRun?: boolean;
  /** Repeats the call, with the same ID, until flat or for this time at most; default 0. */
  readonly untilFlatMs?: number;
}

export interface Status {
  readonly state: HeartbeatState;
  /** Of this run, stored so far. */
  readonly beats: number;
  /** Whether the bot may trade, and if not, why. */
  readonly gate: TradeGate;
  /** By how much this machine's clock is corrected. */
  readonly clockOffsetMs: number;
}

export interface Flatline {
  /**
   * Starts a new run: arms the bot, then sends heartbeats in the background. An older active run is replaced and notified;
   * with `exclusive` this one waits a heartbeat and three seconds, and returns `occupied` if the other is still active.
   * Keeps the process alive only during a call: a heartbeat, or the preflight at the start (20 s at most).
   */
  start(): Promise<BeatResult>;
  /** Proof of work, see `provenWithinMs`: call it after each trading cycle. Costs nothing. Returns `mayTrade`. */
  alive(): boolean;
  /**
   * True only when a heartbeat of this process was stored, was sent less than `deadAfterMs` ago, and the state is armed.
   * Check before each order; `status().gate` says why not.
   */
  readonly mayTrade: boolean;
  /** `alive()`, and a heartbeat at once. Sends nothing before start(), and nothing after a liquidation that ended not flat. */
  beat(): Promise<BeatResult>;
  /** Disarms this run: no more heartbeats, and the bot is not watched. Positions stay as they are. */
  stop(options?: { readonly reason?: string }): Promise<MarkResult>;
  /**
   * Closes every position and cancels every order. When it is not known to have ended flat, heartbeats stop and the watch
   * stays armed, so that the watchdog liquidates if all else failed. Only start() sends heartbeats again.
   */
  liquidate(trigger: Trigger, options?: LiquidateOptions): Promise<LiquidationOutcome>;
  /** The bot has failed: liquidates, and makes the watchdog trip the bot too, which locks it out. */
  fail(reason: string): Promise<LiquidationOutcome>;
  /** Whether a liquidation would work now; changes nothing. */
  preflight(): Promise<PreflightOutcome>;
  /**
   * SIGTERM, SIGINT, uncaught errors: liquidate, disarm if that ended flat, exit. Returns the function that undoes it.
   * Such an end takes up to `answerWithinMs` and twelve seconds; a supervisor must wait longer than that.
   */
  handleSignals(options?: SignalOptions): () => void;
  /** Once per trip: the bot must not trade. Returns the function that removes the listener, like the other two. */
  onTripped(callback: Listener): () => void;
  /** AWS refuses for good (permission, name, credentials, region, options), or the bot was disarmed by hand. */
  onRefused(callback: Listener): () => void;
  onEvent(callback: Listener): () => void;
  status(): Status;
  /** Ends idle connections. For bots that create many clients; the process's end does as well. */
  close(): void;
}
