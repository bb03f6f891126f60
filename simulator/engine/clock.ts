/**
 * Time as the exchange knows it. Virtual in tests, real in a drill; the exchange never reads the system clock.
 * A later event is an entry in the schedule, carried out when the exchange is next used: no timers.
 */

/** Epoch milliseconds, possibly with a fraction. `sleep` resolves after `ms`, or at once when `signal` aborts. */
export interface ExchangeClock {
  nowMs(): number;
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}
