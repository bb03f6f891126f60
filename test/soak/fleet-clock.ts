/**
 * A virtual clock for ten thousand timers: a heap by instant; all timers of one instant end together. As
 * test/adapters/binance/virtual-clock.ts it uses the event loop's immediates, and must not be mixed with real input and
 * output.
 */

import type { Clock } from '../../lambda/ports.ts';

interface Sleeper {
  readonly atMs: number;
  /** Of those of one instant, the first one set ends first. */
  readonly turn: number;
  readonly wake: () => void;
}

export function createFleetClock(startMs: number): Clock {
  const heap: Sleeper[] = [];
  let nowMs = startMs;
  let turns = 0;
  let isTurning = false;

  const turn = (): void => {
    isTurning = false;
    const [next] = heap;
    if (next === undefined) return;
    nowMs = Math.max(nowMs, next.atMs);
    for (let due = heap[0]; due !== undefined && due.atMs <= nowMs; due = heap[0]) {
      pop(heap);
      due.wake();
    }
    keepTurning();
  };
  const keepTurning = (): void => {
    if (isTurning || heap.length === 0) return;
    isTurning = true;
    setImmediate(turn);
  };
  return {
    nowMs: () => nowMs,
    sleep: (ms, signal) =>
      new Promise(resolve => {
        if (signal?.aborted) return resolve();
        // A timer that the signal has ended stays in the heap; ending it twice has no effect.
        push(heap, { atMs: nowMs + ms, turn: turns, wake: resolve });
        turns += 1;
        signal?.addEventListener('abort', () => resolve(), { once: true });
        keepTurning();
      }),
  };
}

const isBefore = (a: Sleeper, b: Sleeper): boolean => a.atMs < b.atMs || (a.atMs === b.atMs && a.turn < b.turn);

function push(heap: Sleeper[], sleeper: Sleeper): void {
  let at = heap.length;
  for (;;) {
    const above = (at - 1) >> 1;
    const parent = heap[above];
    if (at === 0 || parent === undefined || !isBefore(sleeper, parent)) break;
    heap[at] = parent;
    at = above;
  }
  heap[at] = sleeper;
}

function pop(heap: Sleeper[]): void {
  const last = heap.pop();
  if (last === undefined || heap.length === 0) return;
  let at = 0;
  for (;;) {
    const [left, right] = [heap[2 * at + 1], heap[2 * at + 2]];
    if (left === undefined) break;
    const isRight = right !== undefined && isBefore(right, left);
    const child = isRight ? right : left;
    if (!isBefore(child, last)) break;
    heap[at] = child;
    at = 2 * at + (isRight ? 2 : 1);
  }
  heap[at] = last;
}
