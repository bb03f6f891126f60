/**
 * Ctrl-C and similar signals. By default they end a command at once, with 128 plus the signal's number: 130 for Ctrl-C. A
 * command with the policy `notify` is notified through an AbortSignal first; the second signal ends it in any case.
 */

import { constants } from 'node:os';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** `own`: the command handles signals itself, and none is caught here. */
export type SignalPolicy = 'end' | 'notify' | 'own';

/** `says` is called when a signal ends the command. */
export function listenForInterruption(policy: SignalPolicy, says: (signal: string) => void) {
  const interrupted = new AbortController();
  return {
    signal: interrupted.signal,
    /** The work's exit code, or the signal's. */
    guard: async (work: Promise<number>): Promise<number> => {
      if (policy === 'own') return work;
      const ended = Promise.withResolvers<number>();
      const onSignal = (signal: (typeof SIGNALS)[number]): void => {
        const isFirst = !interrupted.signal.aborted;
        interrupted.abort();
        if (policy === 'notify' && isFirst) return;
        says(signal);
        ended.resolve(128 + constants.signals[signal]);
      };
      for (const signal of SIGNALS) process.on(signal, onSignal);
      try {
        return await Promise.race([work, ended.promise]);
      } finally {
        for (const signal of SIGNALS) process.off(signal, onSignal);
      }
    },
  };
}
