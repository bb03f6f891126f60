/** The bound of a liquidation as a bot asks for it: it always settles in time, and leaves nothing that keeps a process alive. */

import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { BotRow } from '../../../client/typescript/bot-row.ts';
import { liquidateBy } from '../../../client/typescript/liquidation.ts';
import type { LiquidateEvent, Liquidator } from '../../../client/typescript/liquidator.ts';
import type { Answer } from '../../../lambda/contract.ts';
import { answers } from './cloud.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const EVENT: LiquidateEvent = {
  ...{ action: 'liquidate', trigger: 'SIGTERM', bot_id: 'alpha', correlation_id: 'liq_20240229_120000_abc123' },
};
const never = new Promise<never>(() => undefined);
const UNREACHED = { kind: 'failed', problem: { code: 'UNREACHED', sentence: 'no network' } } as const;

const press = (liquidator: Partial<Liquidator>, fail: BotRow['fail'], untilFlatMs = 0) =>
  liquidateBy(EVENT, {
    liquidator: { liquidate: () => never, liquidateLater: () => never, preflight: () => never, ...liquidator },
    row: { beat: () => never, disarm: () => never, fail },
    clock: { monotonicMs: () => Date.now(), sleep: ms => new Promise(resolve => setTimeout(resolve, ms)) },
    answerWithinMs: 7_000,
    untilFlatMs,
  });

/** What came of it so many ms later. */
async function after<T>(ms: number, outcome: Promise<T>): Promise<T | 'not settled'> {
  const waiting = Promise.race([
    outcome,
    new Promise<'not settled'>(resolve => setTimeout(resolve, ms, 'not settled')),
  ]);
  await vi.advanceTimersByTimeAsync(ms);
  return waiting;
}

test('nothing answers, not even late: it settles within its time and five seconds', async () => {
  const outcome = press({}, () => never);
  expect(await after(12_010, outcome)).toMatchObject({ kind: 'unreached', flat: false });
});

test('a row that does not answer hides no queue that did', async () => {
  const queued = { liquidate: async () => UNREACHED, liquidateLater: async () => ({ kind: 'queued' }) as const };
  expect(
    await after(
      5_001,
      press(queued, () => never),
    ),
  ).toMatchObject({ kind: 'queued', problem: { code: 'UNREACHED' } });
});

test('once it is answered, no timer is left', async () => {
  const { payload } = answers('completed') as { readonly payload: Answer };
  const liquidate = async () => ({ kind: 'answered', answer: payload }) as const;
  expect(await press({ liquidate }, () => never)).toMatchObject({ kind: 'answered', flat: true });
  expect(vi.getTimerCount()).toBe(0);
});
