/** Whom the repair of the index reads, whom it finds lost from the index, and what it says. */

import { describe, expect, it } from 'vitest';
import { repairIndex } from '../../lambda/app/watchdog/repair-index.ts';
import { openTick } from '../../lambda/app/watchdog/tick-context.ts';
import { defaultBot, SAFE_DEFAULTS } from '../../lambda/core/config/settings.ts';
import type { BotFields } from '../../lambda/core/heartbeat/row-change.ts';
import { START_MS, watchRig } from './watch-rig.ts';

/** Of two hosts. */
const CLOCKS_DIFFER_MS = 5_000;
const PLACED: BotFields = { watch_shard: 8, next_check_at_ms: START_MS };
const LOST: BotFields = { watch_shard: 'eight', next_check_at_ms: START_MS };
const REPORTED: BotFields = { beats: 1, last_beat_at_ms: START_MS };
const ARMED: BotFields = { ...REPORTED, watch_state: 'armed' };
const TRIPPED: BotFields = {
  ...{ ...REPORTED, watch_state: 'tripped', correlation_id: 'liq_20240229_120007_abcdef', tripped_at_ms: START_MS },
  lockout_until_ms: START_MS + 600_000,
};
const INVOKED: BotFields = { ...TRIPPED, invoked_at_ms: START_MS };
const { lockout_until_ms: _until, ...WITHOUT_END } = INVOKED;

function opened(known: readonly string[] = ['alpha']) {
  const rig = watchRig({ latencyMs: 0 });
  const bots = known.map(defaultBot);
  const open = () => openTick(rig.world, { settings: { ...SAFE_DEFAULTS, bots }, isFallback: false }, 110_000);
  return { rig, open };
}

const PUT_BACK =
  'BOT_ROW_INVALID: The bot alpha was not in the index that finds due bots; it was put back. ' +
  'Do not edit watch_shard or next_check_at_ms.';

const at = (ms: number): BotFields => ({ watch_shard: 8, next_check_at_ms: START_MS + ms });

describe('the repair of the index', () => {
  it.each<[string, boolean, BotFields]>([
    ['an armed bot in its place', false, { ...ARMED, ...PLACED }],
    ['an armed bot that is due in five minutes', false, { ...ARMED, ...at(300_000 + CLOCKS_DIFFER_MS) }],
    ['an armed bot that is due later', true, { ...ARMED, ...at(300_001 + CLOCKS_DIFFER_MS) }],
    ['an armed bot in no shard', true, { ...ARMED, ...LOST }],
    ['an armed bot without a next check', true, { ...ARMED, watch_shard: 8 }],
    [
      'a snoozed bot that is due when its snooze ends',
      true,
      { ...ARMED, snoozed_until_ms: START_MS + 600_000, ...at(600_000) },
    ],
    ['a bot that never reported', false, { watch_state: 'armed' }],
    ['a bot that never beat and reported its failure', true, { watch_state: 'armed', failed_at_ms: START_MS }],
    ['a disarmed bot', false, { ...REPORTED, watch_state: 'disarmed' }],
    ['a tripped bot that is due in its minute', false, { ...INVOKED, ...at(75_000 + CLOCKS_DIFFER_MS) }],
    ['a tripped bot that is due later', true, { ...INVOKED, ...at(75_001 + CLOCKS_DIFFER_MS) }],
    ['a tripped bot in its lock-out', true, INVOKED],
    ['a tripped bot after its lock-out', false, { ...INVOKED, lockout_until_ms: START_MS }],
    ['a tripped bot without a lock-out', false, WITHOUT_END],
    ['a tripped bot whose liquidator was never called', true, { ...TRIPPED, lockout_until_ms: START_MS - 1 }],
    ['a bot tripped by hand', false, { ...INVOKED, correlation_id: 'x' }],
  ])('repairs %s: %s', async (_which, isLost, fields) => {
    const { rig, open } = opened();
    rig.bots.edit('alpha', fields);
    const tick = open();
    await repairIndex(tick);
    expect(tick.tally.problems).toEqual(isLost ? [PUT_BACK] : []);
    expect(rig.bots.rows().get('alpha')).toEqual(isLost ? { ...fields, watch_shard: 8, next_check_at_ms: 0 } : fields);
    expect(rig.logs).toMatchObject(isLost ? [{ level: 'ERROR', fields: { bot_id: 'alpha' } }] : []);
  });

  it.each([
    // The start is seven seconds after a full minute.
    ['of an even minute', 0, 'alpha'],
    ['of an even minute, at its end', 52_999, 'alpha'],
    ['of an odd minute', 53_000, 'beta'],
    ['of the next one', 113_000, 'alpha'],
  ])('reads, of two bots, in a watchdog run %s', async (_which, ms, botId) => {
    const { rig, open } = opened(['alpha', 'beta']);
    await rig.until(ms);
    await repairIndex(open());
    expect(rig.bots.calls.map(({ operation, target }) => [operation, target])).toEqual([['read', botId]]);
    expect(rig.logs).toEqual([]);
  });

  it('reads no bot where none is configured', async () => {
    const { rig, open } = opened([]);
    await repairIndex(open());
    expect([rig.bots.calls, rig.logs]).toEqual([[], []]);
  });

  it('reports nothing if the bot was put back by another writer', async () => {
    const { rig, open } = opened();
    rig.bots.edit('alpha', { ...ARMED, ...LOST });
    rig.bots.injectFaults(({ operation }) => {
      if (operation === 'change') rig.bots.edit('alpha', { ...ARMED, ...PLACED });
      return undefined;
    });
    const tick = open();
    await repairIndex(tick);
    expect([tick.tally.problems, rig.logs]).toEqual([[], []]);
  });

  it('leaves a bot that cannot be read to its next turn', async () => {
    const { rig, open } = opened();
    rig.bots.injectFaults(() => 'refuse');
    const tick = open();
    await repairIndex(tick);
    expect(tick.tally.problems).toEqual([]);
    expect(rig.logs).toMatchObject([
      {
        level: 'WARN',
        message: 'The index of a bot could not be checked',
        fields: { bot_id: 'alpha', why: expect.stringContaining('read of alpha') },
      },
    ]);
  });
});
