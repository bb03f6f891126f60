/** What a bot holds in its hands. No method throws or rejects; each is bounded in time. */

import type { Trigger } from '../../lambda/contract.ts';
import type { BeatResult, HeartState } from './beat-result.ts';
import type { Listener } from './events.ts';
import type { LiquidationOutcome } from './liquidation.ts';
import type { PreflightOutcome } from './preflight.ts';
import type { MarkResult } from './run.ts';
import type { SignalOptions } from './signals.ts';
import type { TradeGate } from './trade-gate.ts';

export interface LiquidateOptions {
  /** For the trail, up to 500 characters. */
  readonly reason?: string;
  /** Only these; the whole account otherwise. */
  readonly symbols?: readonly string[];
  /** Looks and plans, touches nothing. */
  readonly dryRun?: boolean;
  /** Calls again, with the same ID, until flat or until so much time has passed; default 0. */
  readonly untilFlatMs?: number;
}

export interface Status {
  readonly state: HeartState;
  /** Of this run, stored so far. */
  readonly beats: number;
  /** Whether the bot may trade, and if not, why. */
  readonly gate: TradeGate;
  /** By how much this machine's clock is corrected. */
  readonly clockOffsetMs: number;
}

export interface Flatline {
  /**
   * A new run: arms the bot, then beats in the background. An older run that still beats is replaced and told so; with
   * `exclusive` this one waits a heartbeat and three seconds, and gives `occupied` if the other still beats. Keeps the process alive no longer than a call that is on
   * its way: a beat, or the preflight at the start (20 s at most).
   */
  start(): Promise<BeatResult>;
  /** Proof of work, see `provenWithinMs`: call it after each trading cycle. Costs nothing. Gives `mayTrade`. */
  alive(): boolean;
  /**
   * True only on a beat that was stored, sent less than `deadAfterMs` ago, by this process, in state armed. Ask before each
   * order; `status().gate` says why not.
   */
  readonly mayTrade: boolean;
  /** `alive()`, and a beat at once. Sends nothing before start(), and nothing after a liquidation that ended not flat. */
  beat(): Promise<BeatResult>;
  /** A clean goodbye of this run: no more beats, and nobody watches. Positions stay as they are. */
  stop(options?: { readonly reason?: string }): Promise<MarkResult>;
  /**
   * Closes every position and cancels every order. When it is not known to have ended flat, beats stop and the watch
   * stays armed, so that the watchdog fires should all else have failed. Only start() makes it beat again.
   */
  liquidate(trigger: Trigger, options?: LiquidateOptions): Promise<LiquidationOutcome>;
  /** The bot is in trouble: liquidates, and has the watchdog fire as well, which locks the bot out. */
  fail(reason: string): Promise<LiquidationOutcome>;
  /** Whether a liquidation would work now; touches nothing. */
  preflight(): Promise<PreflightOutcome>;
  /**
   * SIGTERM, SIGINT, uncaught errors: liquidate, say goodbye if that ended flat, exit. Gives the function that undoes it.
   * Such an end takes up to `answerWithinMs` and twelve seconds; let whatever stops the process wait longer than that.
   */
  handleSignals(options?: SignalOptions): () => void;
  /** Once per trip: the bot must not trade. Gives the function that ends the listening, like the other two. */
  onTripped(callback: Listener): () => void;
  /** AWS refuses for good (permission, name, credentials, region, options), or the bot was disarmed by hand. */
  onRefused(callback: Listener): () => void;
  onEvent(callback: Listener): () => void;
  status(): Status;
  /** Ends idle connections. For bots that create many clients; the process's end does as well. */
  close(): void;
}
