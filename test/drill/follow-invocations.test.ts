/** Which invocations become calls of the evidence, and what they are named. */

import { expect, test } from 'vitest';
import { callsIn, ticksIn } from '../../bin/commands/drill/evidence.ts';
import { followInvocations } from '../../bin/commands/drill/follow.ts';
import type { Progress } from '../../bin/commands/drill/progress.ts';
import type { Clock } from '../../lambda/ports.ts';
import type { Invocation } from '../../simulator/cloud/lambda-endpoint.ts';
import { answer, ID, readOfPositions, T0 } from './kept-promise.ts';

/** It sleeps until it is woken: one read at the end is enough here. */
const clock: Clock = {
  nowMs: () => T0,
  sleep: (_ms, signal) =>
    new Promise(resolve => {
      if (signal?.aborted) resolve();
      signal?.addEventListener('abort', () => resolve(), { once: true });
    }),
};

const invocation = (changes: Partial<Invocation>): Invocation => ({
  ...{ name: 'flatline-liquidator', kind: 'async', startedAtMs: T0, endedAtMs: T0 + 500 },
  event: { trigger: 'watchdog', correlation_id: ID },
  result: { kind: 'answered', payload: answer(), cold: true, maxRssKb: 1 },
  ...changes,
});

async function follow(...invocations: readonly Invocation[]) {
  const told: Progress[] = [];
  const journal = [readOfPositions(-1), readOfPositions(0), readOfPositions(500), readOfPositions(501)];
  await followInvocations(invocations, clock, progress => void told.push(progress)).stop();
  const calls = callsIn(invocations, 'A', journal);
  return { calls, ticks: ticksIn(invocations), told: told.map(({ kind }) => kind) };
}

test('a liquidation that the watchdog started is printed with the requests of the same time', async () => {
  const { calls, ticks, told } = await follow(invocation({}));
  expect(calls).toEqual([
    {
      ...{ call: 'watchdog', on: 'A', correlationId: ID, startedAtMs: T0, endedAtMs: T0 + 500, cold: true },
      ...{ answer: answer(), outcome: 'answered', exchangeRequests: 2, exchangeActions: 0 },
    },
  ]);
  expect(ticks).toEqual([]);
  expect(told).toEqual(['called', 'ended']);
});

test('a run that continues is named by its attempt; one that died has no answer', async () => {
  const event = { trigger: 'drill', correlation_id: ID, resume: { hop: 3 } };
  const { calls } = await follow(invocation({ event, result: { kind: 'died', signal: 'SIGKILL' } }));
  expect(calls).toMatchObject([{ call: 'attempt 3', answer: undefined, outcome: 'ended by SIGKILL', cold: false }]);
});

test('what has not ended is printed, and is no evidence; synchronous calls are the drill’s own', async () => {
  const running = invocation({ endedAtMs: undefined, result: undefined });
  const { calls, told } = await follow(running);
  expect((await follow(invocation({ kind: 'sync' }))).calls).toEqual([]);
  expect(calls).toEqual([]);
  expect(told).toEqual(['called']);
});

test('a watchdog run is no liquidation', async () => {
  const report = { late: ['drill'], fired: [], resumed: [], problems: [] };
  const { calls, ticks } = await follow(
    invocation({
      name: 'flatline-watchdog',
      event: { action: 'tick' },
      result: { kind: 'answered', payload: report, cold: true, maxRssKb: 1 },
    }),
  );
  expect(calls).toEqual([]);
  expect(ticks).toEqual([{ startedAtMs: T0, endedAtMs: T0 + 500, report }]);
});
