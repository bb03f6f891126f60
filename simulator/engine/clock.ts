/**
 * The exchange's clock: virtual in tests, real in a drill. The exchange never reads the system clock and has no timers: a
 * later event is an entry in the schedule, carried out when the exchange is next used.
 */

/** Epoch milliseconds, possibly with a fraction. `sleep` resolves after `ms`, or at once when `signal` aborts. */
export interface SimulatorClock {
  nowMs(): number;
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}
