/** One rate limit window of the exchange, of fixed length. Response headers say how full it is; requests on their way are added. */

/** The exchange's clock may be this much behind ours, so a window ends this much later by our clock. */
const CLOCK_SLACK_MS = 300;

export interface RateWindow {
  /** What may still be sent of `limit`. */
  left(limit: number, nowMs: number): number;
  /** When more of `limit` is free: at the end of a requested wait, or when the next window begins. */
  freeAtMs(limit: number, nowMs: number): number;
  send(cost: number): void;
  /** `reported`: the exchange's figure; without it our own count is used. */
  arrive(cost: number, reported: number | undefined, nowMs: number): void;
  /** Refused: full for the requested wait, or to the window's end. Returns when that is over. */
  close(nowMs: number, waitMs: number | undefined): number;
  used(): number;
  /** The part that we sent ourselves. */
  own(nowMs: number): number;
  /** Both instants lie in one window. */
  isSame(oneMs: number, otherMs: number): boolean;
}

/** `lengthMs` divides the time since the epoch, as the exchange's own windows do. */
export function createRateWindow(lengthMs: number): RateWindow {
  let index = 0;
  let settled = 0;
  let closedUntilMs = 0;
  let pending = 0;
  let own = 0;

  const indexAt = (atMs: number): number => Math.floor((atMs - CLOCK_SLACK_MS) / lengthMs);
  const roll = (nowMs: number): void => {
    const current = indexAt(nowMs);
    if (current === index) return;
    index = current;
    settled = 0;
    own = 0;
  };
  const endMs = (): number => (index + 1) * lengthMs + CLOCK_SLACK_MS;
  return {
    left(limit, nowMs) {
      roll(nowMs);
      return closedUntilMs > nowMs ? 0 : Math.max(0, limit - settled - pending);
    },
    freeAtMs(limit, nowMs) {
      roll(nowMs);
      const isFull = settled + pending >= limit;
      return closedUntilMs > nowMs && !isFull ? closedUntilMs : Math.max(closedUntilMs, endMs());
    },
    send(cost) {
      pending += cost;
      own += cost;
    },
    arrive(cost, reported, nowMs) {
      roll(nowMs);
      pending -= cost;
      settled = Math.max(settled, reported ?? settled + cost);
    },
    close(nowMs, waitMs) {
      roll(nowMs);
      closedUntilMs = Math.max(closedUntilMs, waitMs === undefined ? endMs() : nowMs + waitMs);
      return closedUntilMs;
    },
    used: () => settled,
    own(nowMs) {
      roll(nowMs);
      return own;
    },
    isSame: (oneMs, otherMs) => indexAt(oneMs) === indexAt(otherMs),
  };
}
