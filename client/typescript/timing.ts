/** The clock of the heartbeats, pauses that a signal ends early, and limits in time. */

const TIMER_MAX_MS = 2 ** 31 - 1;

/** Keeps no process alive: a bot that has nothing else to do ends. */
export const sleep = (ms: number, signal: AbortSignal): Promise<void> => pause(ms, signal, timer => timer.unref());

/** Keeps the process alive. */
export const wait = (ms: number, signal: AbortSignal): Promise<void> => pause(ms, signal, () => undefined);

const pause = (ms: number, signal: AbortSignal, prepare: (timer: NodeJS.Timeout) => unknown): Promise<void> =>
  new Promise(resolve => {
    if (signal.aborted) return resolve();
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, Math.min(ms, TIMER_MAX_MS));
    prepare(timer);
    signal.addEventListener('abort', done);
  });

export async function inTime<T>(work: Promise<T>, ms: number, enough?: AbortSignal): Promise<T | undefined> {
  let end = (): void => undefined;
  const over = new Promise<undefined>(resolve => {
    end = () => resolve(undefined);
  });
  const timer = setTimeout(end, ms);
  enough?.addEventListener('abort', end);
  try {
    return await Promise.race([work, over]);
  } finally {
    clearTimeout(timer);
    enough?.removeEventListener('abort', end);
  }
}

export interface HeartbeatClock {
  /** By AWS's clock, as far as it is known. */
  nowMs(): number;
  monotonicMs(): number;
  /** This machine's own. */
  wallMs(): number;
  /** Resolves after `ms`, or when `signal` aborts. Must keep no process alive. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
  /** The same, but keeps the process alive. */
  wait(ms: number, signal: AbortSignal): Promise<void>;
}
