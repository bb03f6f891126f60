/** Unfinished liquidations where the tables or the liquidator fail, and the limit on calls at a time. */

import { describe, expect, it } from 'vitest';
import { openLimiter } from '../../lambda/app/watchdog/tick-context.ts';
import { START_MS, type WatchRig, watchRig } from './watch-rig.ts';

const RUN = {
  ...({ correlationId: 'liq_20240229_115500_abcdef', botId: 'alpha', trigger: 'SIGTERM', attempt: 3 } as const),
  ...({ symbols: undefined, state: 'partial' } as const),
  firstStartedAtMs: START_MS - 300_000,
  resumeAtMs: START_MS,
  holder: 'holder-3',
};
const ABOUT = { bot_id: 'alpha', correlation_id: RUN.correlationId };
const CONFIGURED = { bots: [] };

function failing(rig: WatchRig, operation: 'due' | 'giveUp'): void {
  Object.assign(rig.world.unfinished, {
    [operation]: async () => {
      throw new TypeError('never shown');
    },
  });
}

describe('unfinished liquidations', () => {
  it('that are due at this very instant are resumed', async () => {
    const rig = watchRig({ latencyMs: 0 });
    rig.unfinished.push(RUN);
    expect((await rig.tick(CONFIGURED)).resumed).toEqual([RUN.correlationId]);
  });

  it('that the liquidator did not accept do not count as resumed, and are reported', async () => {
    const rig = watchRig({ latencyMs: 0 });
    rig.unfinished.push(RUN);
    rig.refuseInvocations(4);
    expect((await rig.tick(CONFIGURED)).resumed).toEqual([]);
    expect(rig.logs).toMatchObject([
      { level: 'CRITICAL', fields: { ...ABOUT, code: 'INVOKE_FAILED', trigger: 'SIGTERM' } },
    ]);
  });

  it('that cannot be listed are reported, and the watchdog run does not count', async () => {
    const rig = watchRig({ latencyMs: 0 });
    failing(rig, 'due');
    expect((await rig.tick(CONFIGURED)).problems).toEqual([
      'RUNS_UNREADABLE: Unfinished liquidations could not be read; the next watchdog run tries again. TypeError',
    ]);
    expect(rig.logs.map(({ level }) => level)).toEqual(['CRITICAL']);
    expect(rig.metrics.some(({ name }) => name === 'WatchdogTicks')).toBe(false);
  });

  it('that cannot be given up are still reported', async () => {
    const rig = watchRig({ latencyMs: 0 });
    rig.unfinished.push({ ...RUN, firstStartedAtMs: START_MS - 7_260_000 });
    failing(rig, 'giveUp');
    expect((await rig.tick(CONFIGURED)).gave_up).toEqual([RUN.correlationId]);
    const about = { ...ABOUT, state: 'partial', attempt: 3 };
    expect(rig.logs).toMatchObject([
      {
        level: 'ERROR',
        message: 'The end of a liquidation could not be stored',
        fields: { ...about, why: 'TypeError' },
      },
      { level: 'CRITICAL', fields: { ...about, code: 'RESUME_GAVE_UP' } },
    ]);
  });
});

it('the concurrency limiter lets no more calls through at a time than the limit, and all in the end', async () => {
  const limiter = openLimiter(2);
  let now = 0;
  let most = 0;
  const work = async (): Promise<void> => {
    now += 1;
    most = Math.max(most, now);
    await Promise.resolve();
    now -= 1;
  };
  await Promise.all(Array.from({ length: 7 }, () => limiter.run(work)));
  await Promise.all(Array.from({ length: 7 }, () => limiter.run(work)));
  expect([most, now]).toEqual([2, 0]);
});
