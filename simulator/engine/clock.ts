/**
 * Time as the exchange knows it. Virtual in tests, real in a drill; the exchange itself never looks at the wall.
 * Everything that is due later is a note in the schedule, settled when the exchange is next touched: no timers.
 */

/** Epoch milliseconds, possibly with a fraction. `sleep` resolves after `ms`, or at once when `signal` aborts. */
export interface VenueClock {
  nowMs(): number;
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}
