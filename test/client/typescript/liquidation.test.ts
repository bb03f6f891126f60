/** The bound of a liquidation as a bot asks for it: it always settles in time, and leaves nothing that keeps a process alive. */

import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { liquidateBy } from '../../../client/typescript/liquidation.ts';
import type { LiquidateEvent, LiquidatorClient } from '../../../client/typescript/liquidator.ts';
import type { Run, WithdrawResult } from '../../../client/typescript/run.ts';
import type { Answer } from '../../../lambda/contract.ts';
import { answers } from './cloud.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const EVENT: LiquidateEvent = {
  ...{ action: 'liquidate', trigger: 'SIGTERM', bot_id: 'alpha', correlation_id: 'liq_20240229_120000_abc123' },
};
const never = new Promise<never>(() => undefined);
const UNREACHED = { kind: 'failed', problem: { code: 'UNREACHED', sentence: 'no network' } } as const;

const press = (
  liquidator: Partial<LiquidatorClient>,
  mark: Run['fail'],
  { untilFlatMs = 0, withdraw }: { untilFlatMs?: number; withdraw?: Run['withdraw'] } = {},
) =>
  liquidateBy(EVENT, {
    liquidator: { liquidate: () => never, liquidateLater: () => never, preflight: () => never, ...liquidator },
    ...{ mark, withdraw },
    clock: { monotonicMs: () => Date.now(), sleep: ms => new Promise(resolve => setTimeout(resolve, ms)) },
    answerWithinMs: 7_000,
    untilFlatMs,
  });

/** What came of it so many ms later. */
async function settled<T>(ms: number, outcome: Promise<T>): Promise<T | 'not settled'> {
  const waiting = Promise.race([
    outcome,
    new Promise<'not settled'>(resolve => setTimeout(resolve, ms, 'not settled')),
  ]);
  await vi.advanceTimersByTimeAsync(ms);
  return waiting;
}

test('nothing answers, not even late: it settles within its time and five seconds', async () => {
  const outcome = press({}, () => never);
  expect(await settled(12_010, outcome)).toMatchObject({ kind: 'unreached', flat: false });
});

test('a row that does not answer hides no queue that did', async () => {
  const queued = { liquidate: async () => UNREACHED, liquidateLater: async () => ({ kind: 'queued' }) as const };
  expect(
    await settled(
      5_001,
      press(queued, () => never),
    ),
  ).toMatchObject({ kind: 'queued', problem: { code: 'UNREACHED' } });
});

test('an answer that takes longer than a call waits is used while the call is repeated', async () => {
  const { payload } = answers('completed') as { readonly payload: Answer };
  const calls: AbortSignal[] = [];
  const liquidate: LiquidatorClient['liquidate'] = (_event, timeoutMs, enough) => {
    calls.push(enough ?? AbortSignal.abort());
    return new Promise(resolve => {
      setTimeout(resolve, Math.min(20_000, timeoutMs), { kind: 'answered', answer: payload });
      if (timeoutMs < 20_000) setTimeout(resolve, timeoutMs - 1, UNREACHED);
    });
  };
  const outcome = press({ liquidate }, () => never, { untilFlatMs: 60_000 });
  expect(await settled(20_010, outcome)).toMatchObject({ kind: 'answered', flat: true });
  // The call that is still under way must not keep the process.
  expect(calls.map(({ aborted }) => aborted)).toEqual([true, true]);
});

test('calls that are never answered end after a minute, so that few are open at once', async () => {
  let open = 0;
  let mostOpen = 0;
  const liquidate: LiquidatorClient['liquidate'] = async (_event, timeoutMs) => {
    open += 1;
    mostOpen = Math.max(mostOpen, open);
    await new Promise(resolve => setTimeout(resolve, timeoutMs));
    open -= 1;
    return UNREACHED;
  };
  const outcome = press({ liquidate }, () => never, { untilFlatMs: 1_200_000 });
  expect(await settled(1_230_000, outcome)).toMatchObject({ kind: 'unreached', flat: false });
  expect(mostOpen).toBeLessThan(8);
});

test('once it is answered, no timer is left', async () => {
  const { payload } = answers('completed') as { readonly payload: Answer };
  const liquidate = async () => ({ kind: 'answered', answer: payload }) as const;
  expect(await press({ liquidate }, () => never)).toMatchObject({ kind: 'answered', flat: true });
  expect(vi.getTimerCount()).toBe(0);
});

describe('a mark that was made before FLAT was known', () => {
  const { payload: flat } = answers('completed') as { readonly payload: Answer };
  const { payload: partial } = answers('partial') as { readonly payload: Answer };
  const FLAT = { kind: 'answered', answer: flat } as const;
  const id = EVENT.correlation_id;
  const later = <T>(ms: number, value: T): Promise<T> => new Promise(resolve => setTimeout(resolve, ms, value));

  /** A liquidator that answers so late that the row was marked; what came of it, in the order in which it came. */
  function late(
    liquidate: LiquidatorClient['liquidate'],
    withdrawals: readonly (WithdrawResult | 'hang')[],
    untilFlatMs = 0,
  ) {
    const log: string[] = [];
    const left = [...withdrawals];
    const outcome = press(
      { liquidate, liquidateLater: async () => ({ kind: 'queued' }) },
      async (_reason, callId) => {
        log.push(`mark ${callId}`);
        return later(3_000, { kind: 'done' });
      },
      {
        untilFlatMs,
        withdraw: async callId => {
          log.push(`withdraw ${callId}`);
          const next = left.shift() ?? { kind: 'done' };
          return next === 'hang' ? never : next;
        },
      },
    );
    void outcome.then(({ flat: isFlat, kind }) => log.push(`told ${kind} ${isFlat}`));
    return { log, outcome };
  }

  test('is withdrawn before the bot gets FLAT', async () => {
    const { log, outcome } = late(() => later(8_000, FLAT), []);
    expect(await settled(8_100, outcome)).toMatchObject({ kind: 'answered', flat: true });
    expect(log).toEqual([`mark ${id}`, `withdraw ${id}`, 'told answered true']);
  });

  test('is withdrawn again while that is not known to have worked, and no longer than five seconds', async () => {
    const first = late(() => later(8_000, FLAT), [UNREACHED, UNREACHED, { kind: 'done' }]);
    expect(await settled(9_000, first.outcome)).toMatchObject({ flat: true, sentence: `FLAT, ${id}` });
    expect(first.log.filter(line => line.startsWith('withdraw'))).toHaveLength(3);
    const second = late(() => later(8_000, FLAT), ['hang']);
    expect(await settled(12_900, second.outcome)).toBe('not settled');
    expect(await settled(200, second.outcome)).toMatchObject({
      flat: true,
      sentence: expect.stringContaining('may still be tripped'),
    });
  });

  test('that has tripped the bot already is reported with the FLAT', async () => {
    const { outcome } = late(() => later(8_000, FLAT), [{ kind: 'tripped' }]);
    expect(await settled(8_100, outcome)).toMatchObject({
      flat: true,
      sentence: `FLAT, ${id}. The watchdog has tripped the bot meanwhile: it must not trade until it is re-armed.`,
    });
  });

  test('is withdrawn after a repetition of the same call that ended flat', async () => {
    let calls = 0;
    const liquidate = async () => {
      calls += 1;
      return calls === 1 ? UNREACHED : FLAT;
    };
    const { log, outcome } = late(liquidate, [], 30_000);
    expect(await settled(10_000, outcome)).toMatchObject({ flat: true });
    expect(log).toEqual([`mark ${id}`, `withdraw ${id}`, 'told answered true']);
  });

  test.each([
    ['is not flat', { kind: 'answered', answer: partial } as const],
    ['never comes', undefined],
  ])('stays when the answer %s', async (_name, answer) => {
    const { log, outcome } = late(() => (answer === undefined ? never : later(8_000, answer)), []);
    expect(await settled(12_010, outcome)).toMatchObject({ flat: false });
    expect(log.filter(line => line.startsWith('withdraw'))).toEqual([]);
  });

  test('there is none, and nothing is withdrawn, when the answer is in time', async () => {
    const { log, outcome } = late(async () => FLAT, []);
    expect(await settled(100, outcome)).toMatchObject({ flat: true });
    expect(log).toEqual(['told answered true']);
  });
});
