/**
 * One of the exchange's windows: fixed lengths of time, each with a limit of its own on weight or on orders. How full it
 * is the response headers say; what is on its way is counted on top.
 */

/** By which the exchange's clock may be behind ours: a window that we had filled is over only so much later. */
export const CLOCK_SLACK_MS = 300;

/** `lengthMs` divides the time since the epoch, as the exchange's own windows do. */
export function createWindow(lengthMs: number) {
  let index = 0;
  let settled = 0;
  let closedUntilMs = 0;
  let pending = 0;

  const roll = (nowMs: number): void => {
    const current = Math.floor((nowMs - CLOCK_SLACK_MS) / lengthMs);
    if (current === index) return;
    index = current;
    settled = 0;
  };
  return {
    waitFor(cost: number, limit: number, nowMs: number): number {
      roll(nowMs);
      if (cost === 0) return 0;
      const untilFreeMs = settled + pending + cost <= limit ? nowMs : (index + 1) * lengthMs + CLOCK_SLACK_MS;
      return Math.max(untilFreeMs, closedUntilMs) - nowMs;
    },
    send(cost: number): void {
      pending += cost;
    },
    /** The exchange's figure counts; where it gives none, our own count stands in. */
    arrive(cost: number, reported: number | undefined, nowMs: number): void {
      roll(nowMs);
      pending -= cost;
      settled = Math.max(settled, reported ?? settled + cost);
    },
    /** Refused: full, whatever we counted, for the told wait or to the window's end. Gives the end of it. */
    close(nowMs: number, waitMs: number | undefined): number {
      roll(nowMs);
      const untilMs = waitMs === undefined ? (index + 1) * lengthMs + CLOCK_SLACK_MS : nowMs + waitMs;
      closedUntilMs = Math.max(closedUntilMs, untilMs);
      return untilMs;
    },
    used: () => settled,
  };
}
