/**
 * A process that can be killed: ports whose calls are counted, and that stop at the n-th, either before
 * the call has any effect or after it and before its answer. Requests in flight still arrive; nothing else of the
 * dead process runs again.
 */

export interface KillPoint {
  /** From 1. */
  readonly atCall: number;
  readonly when: 'before its effect' | 'before its answer';
}

export interface KillablePorts<W> {
  readonly world: W;
  /** What was called, in order: `locks.claim`, `exchange.place` … */
  readonly calls: readonly string[];
  /** Resolves at the death. */
  readonly died: Promise<void>;
  /** Ends it now, if it has not ended. */
  kill(): void;
}

/** Answers at once, so that no process can die waiting for it. */
const AT_ONCE = new Set(['nowMs', 'monotonicMs', 'wallMs', 'fraction', 'hex', 'log', 'metric', 'redact', 'flush']);

export function killable<W extends object>(world: W, death?: KillPoint): KillablePorts<W> {
  const calls: string[] = [];
  const { promise: died, resolve } = Promise.withResolvers<void>();
  let isDead = false;
  const die = (): void => {
    isDead = true;
    resolve();
  };
  const call = (name: string, work: () => Promise<unknown>): Promise<unknown> => {
    if (isDead) return new Promise(() => undefined);
    calls.push(name);
    const isTheLast = calls.length === death?.atCall;
    if (isTheLast && death.when === 'before its effect') {
      die();
      return new Promise(() => undefined);
    }
    const answer = work();
    if (isTheLast) answer.then(die, die);
    return new Promise((give, fail) => {
      answer.then(
        value => isTheLast || isDead || give(value),
        error => isTheLast || isDead || fail(error),
      );
    });
  };

  const wrap = <P extends object>(port: P, name: string): P =>
    new Proxy(port, {
      get(target, key): unknown {
        const member: unknown = Reflect.get(target, key);
        if (typeof member !== 'function') return member;
        const own = String(key);
        return (...args: unknown[]): unknown => {
          const work = (): unknown => Reflect.apply(member, target, args);
          if (!AT_ONCE.has(own)) return call(`${name}.${own}`, work as () => Promise<unknown>);
          return isDead && name === 'telemetry' ? undefined : work();
        };
      },
    });
  const parts = Object.entries(world).map(([name, port]) => {
    if (name === 'openExchange')
      return [name, (...of: unknown[]) => wrap((port as (...of: unknown[]) => object)(...of), 'exchange')];
    // State of the process itself, and no call.
    const isPort = typeof port === 'object' && name !== 'limiters';
    return [name, isPort ? wrap(port as object, name) : port];
  });
  return { world: Object.fromEntries(parts) as W, calls, died, kill: die };
}
