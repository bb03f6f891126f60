/**
 * Every write to a bot's row, whole: what it requires, sets and removes. Bots, operators and ticks write to the same row at
 * the same time, and each attribute that is required or left out decides who wins.
 */

import { describe, expect, it } from 'vitest';
import { armChange, disarmChange, rearmChange, snoozeChange } from '../../../lambda/core/heartbeat/operator-changes.ts';
import { readBotRow } from '../../../lambda/core/heartbeat/read-bot-row.ts';
import type { BotFields, RowChange } from '../../../lambda/core/heartbeat/row-change.ts';
import {
  backInIndexChange,
  changeNotifiedChange,
  failureOutdatedChange,
  invokedChange,
  lateNotifiedChange,
  lockOutCheckChange,
  nextCheckAt,
  notifiedChange,
  scheduleChange,
  tripChange,
  tripRestoredChange,
} from '../../../lambda/core/heartbeat/watch-changes.ts';

const AT = Date.UTC(2026, 10, 21, 12, 0, 0);
const action = { botId: 'alpha', atMs: AT + 0.7, by: 'ops', reason: 'why' };

/** 518, the sum of the letters, modulo the ten shards. */
const HEAD = { watch_shard: 8, next_check_at_ms: 0 };
const by = (last_change: string, changed_by: string) => ({ last_change, changed_at_ms: AT, changed_by });
const noneOf = (...values: string[]) => ({ kind: 'none-of', attribute: 'watch_state', values });
const same = (attribute: string, value: unknown) => ({ kind: 'same', attribute, value });
const NO_TRIP = same('tripped_at_ms', undefined);
const PAST = [
  ...['snoozed_until_ms', 'failed_at_ms', 'failed_reason', 'failed_call_id', 'unproven_starts'],
  ...['seen_beat', 'seen_at_ms', 'seen_after_ms', 'late_told_for'],
  ...['tripped_at_ms', 'tripped_by', 'tripped_deadline_ms', 'correlation_id', 'lockout_until_ms', 'invoked_at_ms'],
  ...['sentinel_minute', 'refused_beat_at_ms', 'refused_run_id'],
];
const REARMED = {
  ...{ watch_state: 'armed', waiting_since_ms: AT, armed_at_ms: AT, beats: 0, ...HEAD },
  ...{ ...by('rearmed', 'ops'), change_reason: 'why' },
};

it.each([
  ['soon', AT + 60_000, AT + 60_000],
  ['in exactly five minutes', AT + 300_000, AT + 300_000],
  ['in a day', AT + 86_400_000, AT + 300_000],
])('a bot that needs a check %s is checked in five minutes at the latest', (_when, wantedMs, atMs) => {
  expect(nextCheckAt(wantedMs, AT)).toBe(atMs);
});

describe('of operators', () => {
  it.each<[string, () => RowChange, object]>([
    [
      'arming by hand',
      () => armChange(action),
      {
        ...{ doing: 'arm', requires: [noneOf('armed', 'tripped'), NO_TRIP], remove: PAST },
        set: {
          watch_state: 'armed',
          waiting_since_ms: AT,
          armed_at_ms: AT,
          beats: 0,
          ...HEAD,
          ...by('armed', 'ops'),
          change_reason: 'why',
        },
      },
    ],
    [
      're-arming',
      () => rearmChange(action),
      {
        ...{ doing: 're-arm', requires: [same('watch_state', 'tripped')], remove: PAST },
        set: REARMED,
      },
    ],
    [
      'disarming by hand',
      () => disarmChange(action),
      {
        ...{ doing: 'disarm', requires: [{ kind: 'exists' }, noneOf('tripped', 'disarmed'), NO_TRIP] },
        set: { watch_state: 'disarmed', ...HEAD, ...by('disarmed', 'ops'), change_reason: 'why' },
        remove: [
          ...['snoozed_until_ms', 'failed_at_ms', 'failed_reason', 'failed_call_id', 'late_told_for'],
          ...['waiting_since_ms', 'unproven_starts'],
        ],
      },
    ],
    [
      'a snooze',
      () => snoozeChange(action, AT + 60_000.9),
      {
        ...{ doing: 'snooze', requires: [{ kind: 'exists' }, noneOf('tripped', 'disarmed'), NO_TRIP] },
        set: { snoozed_until_ms: AT + 60_000, ...HEAD, ...by('snoozed', 'ops'), change_reason: 'why' },
      },
    ],
    [
      're-arming of a trip that was read',
      () => rearmChange(action, 'liq_20261121_120000_abcdef'),
      {
        ...{ doing: 're-arm', remove: PAST },
        requires: [same('watch_state', 'tripped'), same('correlation_id', 'liq_20261121_120000_abcdef')],
        set: REARMED,
      },
    ],
  ])('%s', (_what, change, expected) => {
    expect(change()).toEqual({ botId: 'alpha', ...expected });
  });

  it('an action without a reason says that none was given', () => {
    const { reason: _, ...bare } = action;
    expect(armChange(bare).set.change_reason).toBe('no reason given');
  });
});

describe('of the watchdog', () => {
  const fields: BotFields = {
    ...{
      run_id: 'run-1',
      watch_state: 'armed',
      beats: 7,
      last_beat_at_ms: AT,
      failed_at_ms: AT + 1,
      snoozed_until_ms: AT + 2,
    },
    ...{
      tripped_at_ms: AT + 3,
      correlation_id: 'liq_20261121_120000_abcdef',
      watch_shard: 3,
      next_check_at_ms: AT + 4,
    },
    ...{ last_change: 'armed', changed_at_ms: AT + 5, late_told_for: 'x' },
  };
  // A trip that stands counts whatever watch_state says; every change but that of a trip is made of what was read.
  const row = readBotRow('alpha', fields);
  const observation = { beat: `7@${AT}`, firstSeenAtMs: AT + 6, notBeforeMs: AT + 5 };
  const JUDGED_ON = [
    ...[same('watch_state', 'armed'), same('beats', 7), same('last_beat_at_ms', AT), same('run_id', 'run-1')],
    ...[same('worked_at_ms', undefined), same('waiting_since_ms', undefined)],
    ...[same('failed_at_ms', AT + 1), same('tripped_at_ms', AT + 3), same('snoozed_until_ms', AT + 2)],
    ...[same('snooze_every', undefined), same('snooze_every_for_ms', undefined)],
  ];
  const SAME_TRIP = [same('tripped_at_ms', AT + 3), same('correlation_id', 'liq_20261121_120000_abcdef')];
  const UNMOVED = [
    ...[same('watch_state', 'armed'), same('next_check_at_ms', AT + 4), same('failed_at_ms', AT + 1)],
    ...[same('snoozed_until_ms', AT + 2), same('tripped_at_ms', AT + 3), same('changed_at_ms', AT + 5)],
  ];
  const NEXT = { watch_shard: 3, next_check_at_ms: AT + 61 };
  const MEMORY = { seen_beat: `7@${AT}`, seen_at_ms: AT + 6, seen_after_ms: AT + 5 };

  it.each<[string, () => RowChange, object]>([
    [
      'a trip',
      () =>
        tripChange(row, { tickId: 't', correlationId: 'c', deadlineMs: AT + 1.5, nowMs: AT + 2.5, lockoutMs: 60_000 }),
      {
        ...{
          doing: 'trip',
          requires: JUDGED_ON,
          remove: ['invoked_at_ms', 'sentinel_minute', 'refused_beat_at_ms', 'refused_run_id'],
        },
        set: {
          ...{ watch_state: 'tripped', tripped_at_ms: AT + 2, tripped_by: 't', tripped_deadline_ms: AT + 1 },
          ...{ correlation_id: 'c', lockout_until_ms: AT + 60_002, watch_shard: 3, next_check_at_ms: AT + 15_002 },
        },
      },
    ],
    [
      'the restored state of a trip',
      () => tripRestoredChange(row),
      {
        ...{ doing: 'restore the trip of', set: { watch_state: 'tripped' } },
        requires: [same('watch_state', 'armed'), same('tripped_at_ms', AT + 3)],
      },
    ],
    [
      'an invocation',
      () => invokedChange(row, AT + 2.5, AT + 60.2),
      { doing: 'note the invocation for', requires: SAME_TRIP, set: { invoked_at_ms: AT + 2, ...NEXT } },
    ],
    [
      'a lock-out check',
      () => lockOutCheckChange(row, 9, AT + 60.2),
      {
        ...{ doing: 'claim the lock-out check of', set: { sentinel_minute: 9, ...NEXT } },
        requires: [...SAME_TRIP, { kind: 'below', attribute: 'sentinel_minute', value: 9 }],
      },
    ],
    [
      'a lateness',
      () => lateNotifiedChange(row, observation, AT + 60.2),
      {
        ...{ doing: 'note the lateness of', set: { ...MEMORY, late_told_for: `7@${AT}`, ...NEXT } },
        requires: [...JUDGED_ON, { kind: 'none-of', attribute: 'late_told_for', values: [`7@${AT}`] }],
      },
    ],
    [
      'the next check',
      () => scheduleChange(row, { nextCheckAtMs: AT + 60.2 }),
      { doing: 'schedule the next check of', requires: UNMOVED, set: NEXT },
    ],
    [
      'the next check, with what was seen',
      () => scheduleChange(row, { nextCheckAtMs: AT + 60.2, observation }),
      { doing: 'schedule the next check of', requires: UNMOVED, set: { ...MEMORY, ...NEXT } },
    ],
    [
      'the next check, and a shorter snooze',
      () => scheduleChange(row, { nextCheckAtMs: AT + 60.2, snoozedUntilMs: AT + 9.9 }),
      { doing: 'schedule the next check of', requires: UNMOVED, set: { snoozed_until_ms: AT + 9, ...NEXT } },
    ],
    [
      'the next check at one that is back',
      () => scheduleChange(row, { nextCheckAtMs: AT + 60.2, isBack: true }),
      {
        ...{ doing: 'schedule the next check of', set: NEXT, remove: ['late_told_for'] },
        requires: [...UNMOVED, same('late_told_for', 'x')],
      },
    ],
    [
      'no next check',
      () => scheduleChange(row, { nextCheckAtMs: undefined }),
      {
        ...{ doing: 'schedule the next check of', requires: UNMOVED, set: {} },
        remove: ['watch_shard', 'next_check_at_ms'],
      },
    ],
    [
      'the next check of one that became exclusive',
      () => scheduleChange(row, { nextCheckAtMs: AT + 60.2, exclusive: true }),
      { doing: 'schedule the next check of', requires: UNMOVED, set: { is_exclusive: 1, ...NEXT } },
    ],
    [
      'the next check of one that is no longer exclusive',
      () =>
        scheduleChange(readBotRow('alpha', { ...fields, is_exclusive: 1 }), {
          nextCheckAtMs: AT + 60.2,
          exclusive: false,
        }),
      { doing: 'schedule the next check of', requires: UNMOVED, set: NEXT, remove: ['is_exclusive'] },
    ],
    [
      'restarts that people know of',
      () => notifiedChange(row, 'told_restarts_for', 'restarts@1'),
      {
        doing: 'note what people know of',
        requires: [
          same('watch_state', 'armed'),
          { kind: 'none-of', attribute: 'told_restarts_for', values: ['restarts@1'] },
        ],
        set: { told_restarts_for: 'restarts@1' },
      },
    ],
    [
      'a failure that is over',
      () => failureOutdatedChange(row),
      {
        doing: 'take back the failure of',
        requires: [same('watch_state', 'armed'), same('failed_at_ms', AT + 1), same('failed_call_id', undefined)],
        set: { told_failure_at_ms: AT + 1 },
        remove: ['failed_at_ms', 'failed_reason', 'failed_call_id'],
      },
    ],
    [
      'a change that the audit log has',
      () => changeNotifiedChange(row),
      {
        doing: 'note that the audit log has the change of',
        requires: [same('last_change', 'armed'), same('changed_at_ms', AT + 5), same('told_change_at_ms', undefined)],
        set: { told_change_at_ms: AT + 5 },
      },
    ],
    [
      'a return to the index',
      () => backInIndexChange(row),
      {
        doing: 'put back into the index',
        requires: [same('watch_state', 'armed'), same('watch_shard', 3), same('next_check_at_ms', AT + 4)],
        set: HEAD,
      },
    ],
  ])('%s', (_what, change, expected) => {
    expect(change()).toEqual({ botId: 'alpha', ...expected });
  });

  it.each([
    ['one that ticks ask', 0, 0],
    ['the last of them', 9, 9],
    ['one beyond them', 10, 8],
    ['one before them', -1, 8],
    ['half a one', 0.5, 8],
    ['a text', '3', 8],
    ['none', undefined, 8],
  ])('a bot in %s is put into a shard that watchdog runs read', (_what, shard, put) => {
    const { watch_shard: _, ...rest } = fields;
    const placed = readBotRow('alpha', shard === undefined ? rest : { ...rest, watch_shard: shard });
    expect(scheduleChange(placed, { nextCheckAtMs: AT }).set.watch_shard).toBe(put);
  });
});
