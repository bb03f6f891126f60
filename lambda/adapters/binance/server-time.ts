/**
 * The exchange's time as far as we know it: our clock plus an offset, shared by all accounts of a container.
 * Requests are accepted when `timestamp < serverTime + 1000` and `serverTime - timestamp <= recvWindow`
 * (Binance: General Info, "Timing security"); otherwise -1021.
 */

export interface ServerTime {
  /** What to add to our clock to have the exchange's, in ms. 0 until it was asked. */
  offsetMs(): number;
  /** Takes the server's answer to a request that our clock saw begin and end; gives the new offset in ms. */
  learn(serverTimeMs: number, askedAtMs: number, answeredAtMs: number): number;
}

/** Half of what a timestamp may be ahead: however slow either way was, the clock does not fail the next request. */
const MOST_WAY_BACK_MS = 500;

/** A market that was never asked uses the time of another one: `newest` is of all of them. */
export function createServerTime(newest: { offsetMs: number } = { offsetMs: 0 }): ServerTime {
  let offsetMs: number | undefined;
  return {
    offsetMs: () => offsetMs ?? newest.offsetMs,
    learn(serverTimeMs, askedAtMs, answeredAtMs) {
      // The way back takes about half of the round trip; for a slow one this is not known. A timestamp that is behind
      // is taken within recvWindow, one that is a second ahead is not.
      const backMs = Math.min(MOST_WAY_BACK_MS, (answeredAtMs - askedAtMs) / 2);
      offsetMs = Math.round(serverTimeMs - (answeredAtMs - backMs));
      newest.offsetMs = offsetMs;
      return offsetMs;
    },
  };
}
