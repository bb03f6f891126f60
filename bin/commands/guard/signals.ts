/** Signals to the guard, and the end of its launcher, which counts as SIGTERM. */

import type { GuardLog } from './guard-log.ts';
import type { Launchers } from './launchers.ts';

const ENDING = ['SIGTERM', 'SIGINT', 'SIGQUIT'] as const;
const PASSING = ['SIGHUP', 'SIGUSR1', 'SIGUSR2', 'SIGWINCH'] as const;
type EndingSignal = (typeof ENDING)[number];
type PassingSignal = (typeof PASSING)[number];

/** Caught from the start and kept until they are read. */
export type Signals = Readonly<ReturnType<typeof catchSignals>>;

const POLL_EVERY_MS = 200;

/** `launchers` undefined: the guard continues when they end. */
export function catchSignals(launchers: Launchers | undefined, log: GuardLog) {
  let last: EndingSignal | undefined;
  let pass: (signal: EndingSignal | PassingSignal) => void = () => undefined;
  const take = (signal: EndingSignal | PassingSignal): void => {
    if (isEnding(signal)) last = signal;
    pass(signal);
  };
  const listeners = [...ENDING, ...PASSING].map(signal => {
    const listener = (): void => take(signal);
    process.on(signal, listener);
    return { signal, listener };
  });
  const timer = setInterval(() => {
    const lost = launchers?.lost();
    if (lost === undefined) return;
    clearInterval(timer);
    log(
      'launcher-lost',
      `Process ${lost.pid}, which launched the guard, has ended: this counts as SIGTERM (with --detached it does not).`,
      { pid: lost.pid },
    );
    take('SIGTERM');
  }, POLL_EVERY_MS).unref();
  return {
    /** The last signal that requests an end; undefined if there was none. */
    ending: () => last,
    /** From now on they go there. */
    passTo: (listener: (signal: EndingSignal | PassingSignal) => void): void => {
      pass = listener;
    },
    close: () => {
      clearInterval(timer);
      for (const { signal, listener } of listeners) process.off(signal, listener);
    },
  };
}

export const isEnding = (signal: EndingSignal | PassingSignal): signal is EndingSignal =>
  (ENDING as readonly string[]).includes(signal);
