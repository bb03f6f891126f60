/**
 * What will happen at the venue at a later instant: a position that appears, a stop that leaves its triggering
 * state, the next step of the market. Settled in order of time before anything else looks at the venue.
 */

export interface Schedule {
  at(dueAtMs: number, happen: (atMs: number) => void): void;
  /** Lets everything happen that is due, also what falls due meanwhile. */
  settle(nowMs: number): void;
}

export function createSchedule(): Schedule {
  let notes: { readonly dueAtMs: number; readonly happen: (atMs: number) => void }[] = [];
  return {
    at(dueAtMs, happen) {
      notes = [...notes, { dueAtMs, happen }].sort((a, b) => a.dueAtMs - b.dueAtMs);
    },
    settle(nowMs) {
      for (let next = notes[0]; next !== undefined && next.dueAtMs <= nowMs; next = notes[0]) {
        notes = notes.slice(1);
        next.happen(next.dueAtMs);
      }
    },
  };
}
