/**
 * Buffers log lines while orders are in flight, so that no order waits for a log line of the one before: writing a line
 * takes about half the processor time of the request that it is about.
 *
 *   logged ──┬─ INFO, WARN, metrics: kept, in order ── quiet for 5 ms, or kept for 100 ms ── written, a bit at a time
 *            └─ ERROR, CRITICAL: all that is kept is written, and then this, at once
 *
 * The end of an invocation writes all. What a killed process had not written yet is in the audit log, or was younger than
 * 100 ms.
 */

import type { Telemetry } from '../ports.ts';

const QUIET_MS = 5;
const LONGEST_MS = 100;
/** In one go; then the network has its turn. */
const SLICE_MS = 2;

/** The same telemetry, with its order kept. */
export function bufferLogLines(telemetry: Telemetry): Telemetry {
  let kept: (() => void)[] = [];
  let keptSinceMs = 0;
  let quietTimer: NodeJS.Timeout | undefined;
  let rest: NodeJS.Immediate | undefined;

  const keep = (write: () => void): void => {
    const nowMs = performance.now();
    if (kept.length === 0) keptSinceMs = nowMs;
    kept.push(write);
    if (rest !== undefined) return;
    if (quietTimer === undefined) quietTimer = setTimeout(writeSome, QUIET_MS);
    else if (nowMs - keptSinceMs < LONGEST_MS) quietTimer.refresh();
  };

  function writeSome(): void {
    quietTimer = undefined;
    const untilMs = performance.now() + SLICE_MS;
    let written = 0;
    while (written < kept.length && performance.now() < untilMs) {
      kept[written]?.();
      written += 1;
    }
    kept = kept.slice(written);
    rest = kept.length > 0 ? setImmediate(writeSome) : undefined;
  }

  function writeAll(): void {
    clearTimeout(quietTimer);
    clearImmediate(rest);
    quietTimer = undefined;
    rest = undefined;
    for (const write of kept) write();
    kept = [];
  }

  return {
    log(level, message, fields) {
      const write = (): void => telemetry.log(level, message, fields);
      if (level !== 'ERROR' && level !== 'CRITICAL') return keep(write);
      writeAll();
      write();
    },
    metric: (name, value, unit, dimensions) => keep(() => telemetry.metric(name, value, unit, dimensions)),
    // Known from now on, also to what is written later.
    redact: secrets => telemetry.redact(secrets),
    flush() {
      writeAll();
      telemetry.flush();
    },
  };
}
