/**
 * One of the exchange's windows: fixed lengths of time, each with a limit of its own on weight or on orders. How full it
 * is the response headers say; what is on its way is counted on top.
 */

/** The exchange's clock may be this much behind ours, so a window ends this much later by our clock. */
const CLOCK_SLACK_MS = 300;

export interface RateWindow {
  /** What may still be sent of `limit`. */
  left(limit: number, nowMs: number): number;
  /** When there is more of `limit`: at the end of a requested wait where it is not full, else when it begins anew. */
  freeAtMs(limit: number, nowMs: number): number;
  send(cost: number): void;
  /** The exchange's figure counts; where it gives none, our own count stands in. */
  arrive(cost: number, reported: number | undefined, nowMs: number): void;
  /** Refused: full, whatever we counted, for the requested wait or to the window's end. Gives the end of it. */
  close(nowMs: number, waitMs: number | undefined): number;
  used(): number;
  /** Of it what we sent ourselves. */
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
