/** The waits of a scenario: they end with an event however late it comes, and give up only when nothing happens. */

import { expect, test } from 'vitest';
import type { PlayContext } from '../../bin/commands/drill/wait-for-event.ts';
import { sceneOf, until } from '../../bin/commands/drill/wait-for-event.ts';
import { FUNCTION_NAMES } from '../../simulator/cloud/local-cloud.ts';
import { call, readOfPositions, T0, taken } from './kept-promise.ts';

const MINUTE_MS = 60_000;

/** Sleeping moves its clock on. `happen` is what goes on meanwhile. */
function contextOf(happen: (elapsedMs: number, context: PlayContext) => void = () => undefined) {
  let elapsedMs = 0;
  const lambda = { invocations: [] as object[] };
  const context = {
    clock: {
      nowMs: () => T0 + elapsedMs,
      sleep: async (ms: number) => {
        elapsedMs += ms;
        happen(elapsedMs, context);
      },
    },
    stage: { exchange: { journal: [] as unknown[] }, positions: 2 },
    ...{ logs: [], calls: [], cloud: { lambda } },
    bots: new Map([['drill', { beats: [taken(0)] }]]),
  } as unknown as PlayContext;
  return { context, elapsed: () => elapsedMs };
}

const journalOf = ({ stage }: PlayContext): unknown[] => stage.exchange.journal as unknown[];

test('a wait for an event ends with the event, not later', async () => {
  const { context, elapsed } = contextOf();
  expect(await until(() => elapsed() >= 100, 'it is time', context)).toBeUndefined();
  expect(elapsed()).toBe(100);
});

test('a wait for an event names it when nothing happens for so long that Lambda has no try left', async () => {
  const { context, elapsed } = contextOf();
  expect(await until(() => false, 'the account is flat', context)).toBe('this did not happen: the account is flat');
  expect(elapsed()).toBeGreaterThan(2 * MINUTE_MS);
  expect(elapsed()).toBeLessThan(4 * MINUTE_MS);
});

test('a wait for an event lasts for hours as long as something happens: a slow machine is no failure', async () => {
  const { context, elapsed } = contextOf((elapsedMs, { stage }) => {
    if (elapsedMs % (2 * MINUTE_MS) === 0) (stage.exchange.journal as unknown[]).push(readOfPositions(elapsedMs));
  });
  expect(await until(() => journalOf(context).length === 60, 'sixty requests came', context)).toBeUndefined();
  expect(elapsed()).toBe(120 * MINUTE_MS);
});

test('heartbeats of a bot do not count as progress', async () => {
  const { context, elapsed } = contextOf((elapsedMs, { bots }) => {
    Object.assign(bots.get('drill') ?? {}, { beats: [taken(0), taken(elapsedMs)] });
  });
  expect(await until(() => false, 'it is late', context)).toBeDefined();
  expect(elapsed()).toBeLessThan(4 * MINUTE_MS);
});

test('a step gets the time, the heartbeats and how many runs of the liquidator have ended', () => {
  const { context } = contextOf();
  const { invocations } = context.cloud.lambda as unknown as { invocations: object[] };
  (context.calls as object[]).push(call('liquidate'));
  invocations.push(
    { name: FUNCTION_NAMES.liquidator, kind: 'async', endedAtMs: T0 },
    { name: FUNCTION_NAMES.liquidator, kind: 'async', endedAtMs: undefined },
    { name: FUNCTION_NAMES.watchdog, kind: 'async', endedAtMs: T0 },
  );
  expect(sceneOf(context)).toMatchObject({
    ...{ nowMs: T0, endedRuns: 2, positions: 2 },
    bots: [{ botId: 'drill', beats: [taken(0)] }],
  });
});
