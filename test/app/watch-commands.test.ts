/** What beats and operators’ actions are answered, in each state of the bot's watch. */

import { describe, expect, it } from 'vitest';
import { acknowledge, arm, disarm, snooze } from '../../lambda/app/operator/operator-commands.ts';
import { botStanding } from '../../lambda/core/heartbeat/bot-standing.ts';
import type { BotFields } from '../../lambda/core/heartbeat/row-change.ts';
import type { BotStore } from '../../lambda/ports.ts';
import { createMemoryBotStore } from '../../simulator/stores/bot-store.ts';
import { createVirtualClock } from '../adapters/binance/virtual-clock.ts';
import { beat, fail, rearm } from '../support/bot-actions.ts';
import { START_MS, TIMES } from './watch-rig.ts';

const ID = 'liq_20240229_120007_abcdef';
const REPORTED: BotFields = { beats: 1, last_beat_at_ms: START_MS - 10_000, watch_shard: 8, next_check_at_ms: 0 };
const ROWS = {
  unknown: undefined,
  armed: { ...REPORTED, watch_state: 'armed', run_id: 'run-of-alpha' },
  disarmed: { ...REPORTED, watch_state: 'disarmed' },
  tripped: { ...REPORTED, watch_state: 'tripped', correlation_id: ID },
} as const satisfies Record<string, BotFields | undefined>;
type State = keyof typeof ROWS;

function opened(state: State) {
  const bots = createMemoryBotStore(createVirtualClock(START_MS));
  bots.edit('alpha', ROWS[state]);
  return bots;
}

const ACTION = { botId: 'alpha', atMs: START_MS, by: 'ops', reason: 'test' };
const LONGEST_MS = 86_400_000;

describe('a heartbeat', () => {
  const sign = { botId: 'alpha', atMs: START_MS, count: 2, by: 'bot', times: TIMES };
  it.each<[string, State, boolean, object, string]>([
    ['the first of a run, of a new bot', 'unknown', true, { kind: 'taken' }, 'armed'],
    ['the first of a run, of an armed bot', 'armed', true, { kind: 'taken' }, 'armed'],
    ['the first of a run, of a bot that stopped cleanly', 'disarmed', true, { kind: 'taken' }, 'armed'],
    ['a later one, of a bot that stopped cleanly', 'disarmed', false, { kind: 'disarmed' }, 'disarmed'],
    ['the first of a run, of a tripped bot', 'tripped', true, { kind: 'tripped', correlationId: ID }, 'tripped'],
    ['a later one, of a tripped bot', 'tripped', false, { kind: 'tripped', correlationId: ID }, 'tripped'],
  ])('%s', async (_which, state, arms, answer, then) => {
    const bots = opened(state);
    if (!arms) await beat(bots, { ...sign, arms: true }, 1_000);
    if (state === 'disarmed' && !arms) await disarm(bots, ACTION, 1_000);
    expect(await beat(bots, { ...sign, arms }, 1_000)).toEqual(answer);
    expect(bots.rows().get('alpha')?.watch_state).toBe(then);
  });
});

describe('an operator’s action', () => {
  const snoozed = (bots: BotStore) => snooze(bots, ACTION, START_MS + 60_000, 1_000);
  const actions = { arm, disarm, rearm, fail };
  const give = (name: keyof typeof actions) => (bots: BotStore) => actions[name](bots, ACTION, 1_000);

  it.each<[string, (bots: BotStore) => Promise<object>, State]>([
    ['to arm a new bot', give('arm'), 'unknown'],
    ['to arm a disarmed bot', give('arm'), 'disarmed'],
    ['to disarm an armed bot', give('disarm'), 'armed'],
    ['to re-arm a tripped bot', give('rearm'), 'tripped'],
    ['to snooze an armed bot', snoozed, 'armed'],
    ['to note the failure of an armed bot', give('fail'), 'armed'],
  ])('%s is done', async (_what, command, state) => {
    expect(await command(opened(state))).toEqual({ kind: 'done' });
  });

  it.each<[string, (bots: BotStore) => Promise<object>, State, string]>([
    [
      'disarm a bot nobody knows',
      give('disarm'),
      'unknown',
      'Could not disarm alpha: it has never reported. Check the ID, or start the bot.',
    ],
    ['arm an armed bot', give('arm'), 'armed', 'Could not arm alpha: it is armed. Nothing to do, or disarm it first.'],
    [
      'snooze a disarmed bot',
      snoozed,
      'disarmed',
      'Could not snooze alpha: it is disarmed. Its next start arms it, or use flatline arm --bot alpha.',
    ],
    [
      'disarm a tripped bot',
      give('disarm'),
      'tripped',
      'Could not disarm alpha: it is tripped. Look at its account, then use flatline rearm --bot alpha.',
    ],
  ])('to %s is refused with a remedy', async (_what, command, state, sentence) => {
    const bots = opened(state);
    expect(await command(bots)).toEqual({ kind: 'refused', state, sentence });
    expect(bots.rows().get('alpha')).toEqual(ROWS[state]);
  });

  it('to snooze for a day is done, and for a millisecond more an error', async () => {
    const bots = opened('armed');
    expect(await snooze(bots, ACTION, START_MS + LONGEST_MS, 1_000)).toEqual({ kind: 'done' });
    const calls = bots.calls.length;
    for (const untilMs of [START_MS + LONGEST_MS + 1, Number.NaN]) {
      await expect(snooze(bots, ACTION, untilMs, 1_000)).rejects.toThrow(
        new RangeError('A snooze lasts at most 24 hours; snooze again tomorrow, or disarm the bot.'),
      );
    }
    expect(bots.calls).toHaveLength(calls);
  });

  const later = { ...ACTION, atMs: START_MS + 60_000 };
  const standing = (bots: ReturnType<typeof opened>, atMs: number) =>
    botStanding('alpha', bots.rows().get('alpha'), atMs, TIMES, 0);

  it.each<[string, State, (bots: BotStore) => Promise<unknown>]>([
    ['re-arming a tripped bot', 'tripped', bots => rearm(bots, later, 1_000)],
    ['arming a disarmed bot', 'disarmed', bots => arm(bots, later, 1_000)],
    [
      'ending a snooze before its time',
      'armed',
      async bots => {
        await snooze(bots, ACTION, START_MS + 600_000, 1_000);
        // Its end is a snooze until now.
        await snooze(bots, later, later.atMs, 1_000);
      },
    ],
  ])('%s makes up no heartbeat: the bot waits for one, and its last true one is shown', async (_what, state, act) => {
    const bots = opened(state);
    await act(bots);
    expect(standing(bots, later.atMs)).toMatchObject({
      condition: 'waiting',
      lastBeatAtMs: REPORTED.last_beat_at_ms,
      deadAtMs: later.atMs + TIMES.deadAfterMs,
    });
  });

  it('acknowledging a bot leaves its last heartbeat and its deadline as they were', async () => {
    const bots = opened('armed');
    const before = standing(bots, later.atMs);
    await acknowledge(bots, later, 1_000);
    const { condition, lastBeatAtMs, deadAtMs } = standing(bots, later.atMs);
    expect({ condition, lastBeatAtMs, deadAtMs }).toEqual({
      condition: before.condition,
      lastBeatAtMs: before.lastBeatAtMs,
      deadAtMs: before.deadAtMs,
    });
  });
});
