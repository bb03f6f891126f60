/** A count in fixed windows of the exchange's time: full minutes, full ten seconds. */

export interface FixedWindow {
  readonly lengthMs: number;
  startMs: number;
  used: number;
}

export const MINUTE_MS = 60_000;
export const TEN_SECONDS_MS = 10_000;

export const fixedWindow = (lengthMs: number): FixedWindow => ({ lengthMs, startMs: 0, used: 0 });

/** What is used of the window that `nowMs` is in. */
export function usedIn(window: FixedWindow, nowMs: number): number {
  const startMs = Math.floor(nowMs / window.lengthMs) * window.lengthMs;
  if (startMs !== window.startMs) {
    window.startMs = startMs;
    window.used = 0;
  }
  return window.used;
}

/** Gives what is used with `amount`. */
export function addTo(window: FixedWindow, amount: number, nowMs: number): number {
  window.used = usedIn(window, nowMs) + amount;
  return window.used;
}

/** When the window that `nowMs` is in ends. */
export const windowEnd = (window: FixedWindow, nowMs: number): number =>
  (Math.floor(nowMs / window.lengthMs) + 1) * window.lengthMs;
