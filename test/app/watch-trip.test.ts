/** The claim of a bot and the call of its liquidator: which run acts, what is reported, and when the other runs check again. */

import { describe, expect, it } from 'vitest';
import { startLiquidation, trip } from '../../lambda/app/watchdog/check/trip.ts';
import { openTick } from '../../lambda/app/watchdog/tick-context.ts';
import { defaultBot, SAFE_DEFAULTS } from '../../lambda/core/config/settings.ts';
import { readBotRow } from '../../lambda/core/heartbeat/read-bot-row.ts';
import type { BotFields } from '../../lambda/core/heartbeat/row-change.ts';
import { START_MS, watchRig } from './watch-rig.ts';

const ID = 'liq_20240229_120007_abcdef';
const DEADLINE = '2024-02-29T12:00:07.000000Z';
const ARMED: BotFields = { watch_state: 'armed', beats: 2, last_beat_at_ms: START_MS - 120_000, watch_shard: 8 };
const CLAIMED: BotFields = {
  ...{ ...ARMED, watch_state: 'tripped', next_check_at_ms: START_MS + 15_000 },
  ...{ tripped_at_ms: START_MS, tripped_by: 'another tick', tripped_deadline_ms: START_MS, correlation_id: ID },
  lockout_until_ms: START_MS + 600_000,
};

function opened(stored: BotFields, known: readonly string[] = ['alpha', 'beta']) {
  const rig = watchRig({ latencyMs: 0 });
  rig.bots.edit('alpha', stored);
  let flushed = 0;
  const metrics: unknown[] = [];
  const telemetry = {
    ...rig.world.telemetry,
    metric: (...of: readonly unknown[]) => metrics.push(of),
    flush: () => {
      flushed += 1;
    },
  };
  const liquidation = { ...SAFE_DEFAULTS.liquidation, lockoutMs: 600_000 };
  const settings = { ...SAFE_DEFAULTS, liquidation, bots: known.map(defaultBot) };
  const tick = openTick({ ...rig.world, telemetry }, { settings, isFallback: false }, 110_000);
  return { rig, tick, metrics, flushed: () => flushed, stored: () => rig.bots.rows().get('alpha') };
}

const soon = (inMs: number) => ({ kind: 'at', atMs: START_MS + inMs, urgent: true });

describe('a claim', () => {
  it('that is won has the liquidator called, and leaves nothing to do in this watchdog run', async () => {
    const { rig, tick, stored } = opened(ARMED);
    expect(await trip(tick, readBotRow('alpha', ARMED), START_MS)).toEqual({ kind: 'none' });
    expect(rig.invoked).toHaveLength(1);
    expect(rig.invoked[0]?.event).toMatchObject({
      reason: `silent beyond its deadline of ${DEADLINE}`,
      trigger: 'watchdog',
    });
    expect(stored()).toMatchObject({ watch_state: 'tripped', invoked_at_ms: START_MS });
  });

  it('that a newer heartbeat has overtaken makes no call, and checks again once the row has settled', async () => {
    const { rig, tick, stored } = opened({ ...ARMED, beats: 3 });
    expect(await trip(tick, readBotRow('alpha', ARMED), START_MS)).toEqual(soon(100));
    expect(rig.invoked).toEqual([]);
    expect(stored()?.watch_state).toBe('armed');
    expect(tick.tally.tripped.size).toBe(0);
  });
});

describe('the call of the liquidator', () => {
  const setOffOnce = (fields: BotFields, given = opened(fields)) => ({
    ...given,
    next: startLiquidation(given.tick, readBotRow('alpha', fields), ID),
  });

  it('that is not accepted is made again in five seconds, and the row is left as it is', async () => {
    const given = opened(CLAIMED);
    given.rig.refuseInvocations(4);
    // Three pauses between four tries: 0.2 + 0.4 + 0.8 s.
    expect(await setOffOnce(CLAIMED, given).next).toEqual(soon(1_400 + 5_000));
    expect(given.stored()).toEqual(CLAIMED);
  });

  // Also without a lock-out: somebody must see how it ended.
  it.each<[string, BotFields, number]>([
    ['a minute after the claim', CLAIMED, 60_000],
    ['a minute after a claim some seconds ago', { ...CLAIMED, tripped_at_ms: START_MS - 5_000 }, 55_000],
    ['a minute from now when the claim has no instant', { ...CLAIMED, tripped_at_ms: 'x' }, 60_000],
    ['a minute later, without a lock-out', { ...CLAIMED, lockout_until_ms: START_MS }, 60_000],
  ])('is followed by a check %s', async (_when, fields, inMs) => {
    const { next, stored } = setOffOnce(fields);
    await next;
    expect(stored()).toMatchObject({ next_check_at_ms: START_MS + inMs, watch_shard: 8 });
  });

  it.each<[string, BotFields, string]>([
    ['its deadline', CLAIMED, `silent beyond its deadline of ${DEADLINE}`],
    ['silence, when the row names no deadline', { ...CLAIMED, tripped_deadline_ms: 'x' }, 'silent beyond its deadline'],
    [
      'a long failure, cut',
      { ...CLAIMED, failed_at_ms: START_MS, failed_reason: 'o'.repeat(500) },
      `the bot says that it failed: ${'o'.repeat(471)}`,
    ],
    ['its failure', { ...CLAIMED, failed_at_ms: START_MS, failed_reason: 'out' }, 'the bot says that it failed: out'],
  ])('gives for a reason %s', async (_which, fields, reason) => {
    const { next, rig } = setOffOnce(fields);
    await next;
    expect(rig.invoked[0]?.event.reason).toBe(reason);
  });

  it.each([
    ['another tick’s claim, of a bot in the configuration', 'another tick', ['beta', 'alpha'], true, true],
    ['its own claim, of a bot that is not', '0000000000000001', ['beta'], false, false],
  ])('reports %s, at once and once in a watchdog run', async (_what, by, known, isTakenOver, isConfigured) => {
    const fields = { ...CLAIMED, tripped_by: by };
    const { rig, tick, metrics, flushed, next } = setOffOnce(fields, opened(fields, known));
    await next;
    await startLiquidation(tick, readBotRow('alpha', fields), ID);
    await Promise.all(tick.tally.background);
    expect([...tick.tally.tripped]).toEqual([['alpha', ID]]);
    expect(rig.audited()).toMatchObject([
      {
        ...{ event_type: 'bot_dead', operation: 'trip', correlation_id: ID, bot_id: 'alpha' },
        data: {
          ...{ cause: 'silence', deadline: DEADLINE, last_beat: '2024-02-29T11:58:07.000000Z', tripped_at: DEADLINE },
          ...{ lockout_until: '2024-02-29T12:10:07.000000Z' },
          ...{ in_configuration: isConfigured, taken_over: isTakenOver },
        },
      },
    ]);
    expect(rig.logs.map(({ level, message }) => [level, message])).toEqual([['CRITICAL', 'bot_dead']]);
    expect(metrics).toEqual([['BotsDead', 1, 'Count']]);
    expect(flushed()).toBe(1);
  });

  it('that cannot be stored is reported, and left to the next watchdog run', async () => {
    const given = opened(CLAIMED);
    given.rig.bots.injectFaults(() => 'refuse');
    expect(await setOffOnce(CLAIMED, given).next).toEqual({ kind: 'none' });
    expect(given.rig.invoked).toHaveLength(1);
    expect(given.rig.logs.at(-1)).toMatchObject({
      level: 'ERROR',
      message: 'An invocation was not stored; the next run repeats it',
      fields: { bot_id: 'alpha', why: expect.stringContaining('change of alpha') },
    });
  });
});
