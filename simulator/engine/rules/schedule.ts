/**
 * Later events at the exchange: a position that appears, a stop that leaves its triggering state, the next step of the
 * market. They are carried out in order of time before anything else uses the exchange.
 */

export interface Schedule {
  at(dueAtMs: number, happen: (atMs: number) => void): void;
  /** Lets everything happen that is due, also what falls due meanwhile. */
  settle(nowMs: number): void;
  /** The instant of the event that is being carried out; undefined between two. */
  happeningAtMs(): number | undefined;
}

export function createSchedule(): Schedule {
  let notes: { readonly dueAtMs: number; readonly happen: (atMs: number) => void }[] = [];
  let happeningAtMs: number | undefined;
  return {
    at(dueAtMs, happen) {
      notes = [...notes, { dueAtMs, happen }].sort((a, b) => a.dueAtMs - b.dueAtMs);
    },
    settle(nowMs) {
      const outerMs = happeningAtMs;
      for (let next = notes[0]; next !== undefined && next.dueAtMs <= nowMs; next = notes[0]) {
        notes = notes.slice(1);
        happeningAtMs = next.dueAtMs;
        try {
          next.happen(next.dueAtMs);
        } finally {
          happeningAtMs = outerMs;
        }
      }
    },
    happeningAtMs: () => happeningAtMs,
  };
}
