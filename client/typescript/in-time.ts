/** The result of `work`, or undefined after `ms` or when `enough` aborts. Keeps the process alive only meanwhile. */

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
