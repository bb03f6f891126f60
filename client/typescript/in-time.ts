/** Waiting for something, and no longer. */

/**
 * What `work` gives, or undefined once the time is up or `enough`. Keeps the process alive meanwhile, because this is what
 * it must not end before, and no longer.
 */
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
