/**
 * An exchange on a thread of its own, so that its work is not counted as the client's. Both sides of the thread use this
 * file: a bench asks, the thread answers one message after the other.
 */

import { once } from 'node:events';
import { parentPort, type Worker } from 'node:worker_threads';
import type { Account, JournalEntry, SimulatedExchange } from '../simulator/exchange.ts';

export async function ask<T, M>(worker: Worker, message: M): Promise<T> {
  worker.postMessage(message);
  const [reply] = (await once(worker, 'message')) as [T];
  return reply;
}

/** For the thread. */
export const answerAsks = <M>(answer: (message: M) => unknown): void =>
  void parentPort?.on('message', async (message: M) => parentPort?.postMessage(await answer(message)));

/** What happened at the exchange since a request of its journal. */
export interface ExchangeReport {
  readonly requests: number;
  readonly limited: number;
  readonly violations: readonly string[];
}

export function reportSince(
  { journal: all }: SimulatedExchange,
  { violations }: Account,
  since: number,
): ExchangeReport & { readonly journal: readonly JournalEntry[] } {
  const journal = all.slice(since);
  const limited = journal.filter(({ status }) => status === 429 || status === 418).length;
  return { journal, requests: journal.length, limited, violations };
}
