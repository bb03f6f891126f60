/** The time for the heartbeats. */

export interface HeartbeatClock {
  /** By AWS's clock, as far as it is known. */
  nowMs(): number;
  monotonicMs(): number;
  /** This machine's own. */
  wallMs(): number;
  /** Resolves after `ms`, or when `signal` aborts. Must keep no process alive. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
  /** The same, but keeps the process alive. */
  wait(ms: number, signal: AbortSignal): Promise<void>;
}
