/** Ports whose calls are slow, each by its own time, before and after the call. */

import type { Clock } from '../../lambda/ports.ts';

/** Answers at once, or after the time it is given. */
const AS_IT_IS = new Set(['nowMs', 'sleep', 'fraction', 'hex', 'log', 'metric', 'redact', 'flush']);

/** `delayMs` is asked before and after each call. */
export function slowWorld<W extends object>(world: W, clock: Clock, delayMs: () => number): W {
  const wrap = <P extends object>(port: P): P =>
    new Proxy(port, {
      get(target, key): unknown {
        const member: unknown = Reflect.get(target, key);
        if (typeof member !== 'function') return member;
        if (AS_IT_IS.has(String(key))) return (...args: unknown[]): unknown => Reflect.apply(member, target, args);
        return async (...args: unknown[]): Promise<unknown> => {
          await clock.sleep(delayMs());
          try {
            return await Reflect.apply(member, target, args);
          } finally {
            await clock.sleep(delayMs());
          }
        };
      },
    });
  const parts = Object.entries(world).map(([name, port]) => {
    if (name === 'openExchange') {
      return [name, (...of: unknown[]) => wrap((port as (...of: unknown[]) => object)(...of))];
    }
    // State of the process itself, and no call; or nothing that is called at all.
    return [name, name === 'limiters' || typeof port !== 'object' ? port : wrap(port)];
  });
  return Object.fromEntries(parts) as W;
}
