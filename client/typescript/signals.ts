/**
 * The ends of a bot that can be caught: its signals and its uncaught errors. Whichever comes first liquidates, with its
 * own name as the trigger, and then ends the process; later ones change nothing.
 */

import { constants } from 'node:os';
import type { Trigger } from '../../lambda/contract.ts';
import { inTime } from './timing.ts';

export interface SignalOptions {
  /** Runs first, at most `beforeMs`: stop sending orders here. Its errors are ignored. */
  readonly before?: (trigger: Trigger) => unknown;
  /** Default 2,000. */
  readonly beforeMs?: number;
  /** Default: process.exit. */
  readonly exit?: (code: number) => void;
}

const SIGNALS = ['SIGTERM', 'SIGINT'] as const;
const BEFORE_MS = 2_000;

/** `end` liquidates and never rejects. Returns the function that removes the handlers. */
export function handleSignals(
  end: (trigger: Trigger, reason: string) => Promise<unknown>,
  { before, beforeMs = BEFORE_MS, exit = code => process.exit(code) }: SignalOptions,
): () => void {
  let ending = false;
  async function finish(trigger: Trigger, reason: string, code: number): Promise<void> {
    if (ending) return;
    ending = true;
    // An error of the bot's callback must not keep its positions open.
    const prepared = (async () => before?.(trigger))().catch(() => undefined);
    await inTime(prepared, beforeMs);
    await end(trigger, reason);
    exit(code);
  }

  const onSignal = (signal: (typeof SIGNALS)[number]): void =>
    void finish(signal, `the bot got ${signal}`, 128 + constants.signals[signal]);
  const onError = (name: string) => (error: unknown) => {
    // Node would have printed it: the bot's own error belongs in the bot's own log.
    console.error(error);
    void finish('error', `${name} ${error instanceof Error ? error.name : typeof error}`, 1);
  };
  const listeners = [
    ...SIGNALS.map(signal => [signal, onSignal] as const),
    ...['uncaughtException', 'unhandledRejection'].map(name => [name, onError(name)] as const),
  ];
  for (const [event, listener] of listeners) process.on(event, listener);
  return () => {
    for (const [event, listener] of listeners) process.off(event, listener);
  };
}
