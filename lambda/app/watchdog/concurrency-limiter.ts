/** Runs at most `width` calls in parallel; the others wait in line. */

export interface ConcurrencyLimiter {
  run<T>(work: () => Promise<T>): Promise<T>;
}

export function openLimiter(width: number): ConcurrencyLimiter {
  const waiting: (() => void)[] = [];
  let free = width;
  return {
    async run(work) {
      if (free > 0) free -= 1;
      else await new Promise<void>(resolve => waiting.push(resolve));
      try {
        return await work();
      } finally {
        const next = waiting.shift();
        if (next === undefined) free += 1;
        else next();
      }
    },
  };
}
