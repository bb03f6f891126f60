/** One check of a tripped bot: whether the liquidator is called, under which ID, and when to check again. */

import { describe, expect, it } from 'vitest';
import { checkTripped } from '../../lambda/app/watchdog/check/check-tripped.ts';
import { openTick } from '../../lambda/app/watchdog/tick-context.ts';
import { defaultBot, SAFE_DEFAULTS } from '../../lambda/core/config/settings.ts';
import { readBotRow } from '../../lambda/core/heartbeat/read-bot-row.ts';
import type { BotFields } from '../../lambda/core/heartbeat/row-change.ts';
import { START_MS, watchRig } from './watch-rig.ts';

const MINUTE = 60_000;
const ID = 'liq_20240229_120007_abcdef';
const CLAIMED: BotFields = {
  ...{ watch_state: 'tripped', beats: 2, last_beat_at_ms: START_MS - 120_000, watch_shard: 8, next_check_at_ms: 0 },
  ...{ tripped_at_ms: START_MS, tripped_by: 'another tick', tripped_deadline_ms: START_MS, correlation_id: ID },
  lockout_until_ms: START_MS + 10 * MINUTE,
};
const INVOKED: BotFields = { ...CLAIMED, invoked_at_ms: START_MS + 100 };

/** The row as it was read; `stored`, as it is by now. */
async function checkOnce(atMs: number, read: BotFields, { stored = read, known = ['alpha'], fail = false } = {}) {
  const rig = watchRig({ latencyMs: 0 });
  rig.bots.edit('alpha', stored);
  if (fail) rig.bots.injectFaults(() => 'refuse');
  await rig.until(atMs);
  const liquidation = { ...SAFE_DEFAULTS.liquidation, lockoutMs: 10 * MINUTE };
  const settings = { ...SAFE_DEFAULTS, liquidation, bots: known.map(defaultBot) };
  const round = openTick(rig.world, { settings, isFallback: false }, 110_000);
  const next = await checkTripped(round, readBotRow('alpha', read));
  const again = next.kind === 'none' ? 'never' : { inMs: next.atMs - START_MS, urgent: next.urgent };
  return { rig, round, again, invoked: rig.invoked.map(({ trigger }) => trigger) };
}

const soon = (inMs: number) => ({ inMs, urgent: true });
const later = (inMs: number) => ({ inMs, urgent: false });
const { lockout_until_ms: _until, ...WITHOUT_END } = INVOKED;
const { tripped_at_ms: _at, ...WITHOUT_INSTANT } = INVOKED;

describe('a check of a tripped bot', () => {
  it.each<[string, number, BotFields, object | 'never', readonly string[]]>([
    ['claimed by another tick, in its grace', 14_999, CLAIMED, soon(15_000), []],
    ['claimed by another tick, whose grace is over', 15_000, CLAIMED, 'never', ['watchdog']],
    ['claimed by this very tick', 1_000, { ...CLAIMED, tripped_by: '0000000000000001' }, 'never', ['watchdog']],
    ['before the first minute is over', 59_999, INVOKED, later(MINUTE), []],
    ['before it, with a minute that no tick wrote', 30_000, { ...INVOKED, sentinel_minute: -1 }, later(MINUTE), []],
    ['when it is over', MINUTE, INVOKED, later(2 * MINUTE), ['sentinel']],
    ['in a minute that has its lock-out check', 130_000, { ...INVOKED, sentinel_minute: 2 }, later(3 * MINUTE), []],
    ['in a minute after one that has', 130_000, { ...INVOKED, sentinel_minute: 1 }, later(3 * MINUTE), ['sentinel']],
    ['in the last minute', 570_000, { ...INVOKED, sentinel_minute: 9 }, later(10 * MINUTE), []],
    ['at the end of the lock-out', 10 * MINUTE, INVOKED, 'never', []],
    ['without a lock-out in its row', 571_000, { ...WITHOUT_END, sentinel_minute: 9 }, later(10 * MINUTE), []],
    ['without a lock-out in its row, at its end', 10 * MINUTE, WITHOUT_END, 'never', []],
    [
      'whose lock-out differs from the configuration',
      270_000,
      { ...INVOKED, sentinel_minute: 4, lockout_until_ms: START_MS + 285_000 },
      later(285_000),
      [],
    ],
    ['tripped after its deadline', 30_000, { ...INVOKED, tripped_at_ms: START_MS + 500 }, later(60_500), []],
    ['without an instant', 30_000, WITHOUT_INSTANT, later(MINUTE), []],
  ])('%s', async (_what, atMs, fields, again, invoked) => {
    const checked = await checkOnce(atMs, fields);
    expect([checked.again, checked.invoked]).toEqual([again, invoked]);
    expect(checked.round.tally.lockOutChecks).toBe(invoked.filter(trigger => trigger === 'sentinel').length);
  });

  it('names the lock-out check by its minute and by the liquidation that it follows', async () => {
    const { rig } = await checkOnce(130_000, INVOKED);
    expect(rig.invoked[0]?.correlationId).toMatch(/^liq_20240229_120207_/);
    expect(rig.invoked[0]?.event.reason).toBe(`minute 2 of the lock-out after ${ID}`);
    expect(rig.bots.rows().get('alpha')).toMatchObject({ sentinel_minute: 2, next_check_at_ms: START_MS + 180_000 });
  });

  it('asks the table for nothing in a minute that has its lock-out check', async () => {
    const { rig } = await checkOnce(130_000, { ...INVOKED, sentinel_minute: 2 });
    expect(rig.bots.calls).toEqual([]);
  });

  it('leaves the lock-out check to the watchdog run that claimed it first', async () => {
    const { invoked, again, rig } = await checkOnce(130_000, INVOKED, { stored: { ...INVOKED, sentinel_minute: 2 } });
    expect([invoked, again]).toEqual([[], later(180_000)]);
    expect(rig.logs).toEqual([]);
  });

  it('starts the lock-out check although its claim has no answer, and logs it', async () => {
    const { invoked, rig } = await checkOnce(130_000, INVOKED, { fail: true });
    expect(invoked).toEqual(['sentinel']);
    expect(rig.logs).toMatchObject([
      {
        level: 'WARN',
        message: 'It is not known whether the account check of this minute was claimed; it is called anyway',
        fields: { bot_id: 'alpha', why: expect.stringContaining('change of alpha') },
      },
    ]);
  });

  it('reports that its account cannot be liquidated, even after its lock-out, if its liquidator was never called', async () => {
    const { round, invoked } = await checkOnce(11 * MINUTE, CLAIMED, { known: ['beta'] });
    expect(invoked).toEqual([]);
    expect(round.tally.problems.join()).toContain('BOT_UNKNOWN');
  });
});
