/**
 * AWS's time on a machine whose clock may be wrong. Every response of AWS carries a Date header, a whole second: so the
 * true time lay between two bounds while the request was under way, and each response narrows them.
 *
 *   sent ───────── AWS writes Date: s ───────── received       s − received ≤ offset < s + 1 s − sent
 *
 * Promises: a clock that agrees with AWS is not changed; any other is moved by the smallest correction that agrees. Steps of
 * the wall clock (NTP, a resumed laptop) do no harm: only a monotonic clock is used, and a contradiction resets the bounds.
 */

export interface ServerClock {
  /** Epoch ms by AWS's clock, as far as it is known. */
  nowMs(): number;
  /** Counts up, whatever happens to the wall clock; its zero means nothing. */
  monotonicMs(): number;
  /** This machine's own clock, which may be set at any time. */
  wallMs(): number;
  /** Takes the Date header of a response; a missing or malformed one is ignored. */
  learn(dateHeader: string | undefined, sentAtMonotonicMs: number): void;
  /** What is added to this machine's clock, in ms. */
  offsetMs(): number;
}

export interface ClockSources {
  readonly wallMs: () => number;
  readonly monotonicMs: () => number;
}

const SYSTEM: ClockSources = { wallMs: () => Date.now(), monotonicMs: () => performance.now() };
const HEADER_STEP_MS = 1_000;
/** Quartz clocks differ by less than this share. */
const DRIFT = 0.0005;

interface Bounds {
  readonly least: number;
  readonly most: number;
  readonly atMs: number;
}

export function createServerClock({ wallMs, monotonicMs }: ClockSources = SYSTEM): ServerClock {
  const anchorMs = wallMs() - monotonicMs();
  const localMs = (): number => anchorMs + monotonicMs();
  let bounds: Bounds | undefined;
  const offsetMs = (): number => (bounds === undefined ? 0 : Math.max(bounds.least, Math.min(0, bounds.most)));

  return {
    nowMs: () => localMs() + offsetMs(),
    monotonicMs,
    wallMs,
    offsetMs,
    learn: (dateHeader, sentAtMonotonicMs) => {
      const secondMs = Date.parse(dateHeader ?? '');
      if (!Number.isFinite(secondMs)) return;
      const atMs = monotonicMs();
      const seen = {
        least: secondMs - localMs(),
        most: secondMs + HEADER_STEP_MS - (anchorMs + sentAtMonotonicMs),
        atMs,
      };
      bounds = narrowed(bounds, seen);
    },
  };
}

function narrowed(known: Bounds | undefined, seen: Bounds): Bounds {
  if (known === undefined) return seen;
  const drifted = (seen.atMs - known.atMs) * DRIFT;
  const least = Math.max(known.least - drifted, seen.least);
  const most = Math.min(known.most + drifted, seen.most);
  return least <= most ? { least, most, atMs: seen.atMs } : seen;
}
