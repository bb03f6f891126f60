/** Pauses that a signal ends early. */

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
