/**
 * What operators do to a bot's watch. Each change sets `next_check_at_ms` to 0: the next tick checks the bot, schedules it by
 * its own clock, and records the change. The current run stays the current run.
 */

import type { BotAttribute, WatchChange } from '../../bot-row.ts';
import type { Requirement, RowChange, Values } from './row-change.ts';
import { changed, FAILURE, headOfIndex, IS_ARMED, TRIP } from './row-values.ts';
import type { SnoozePlan } from './snooze-plan.ts';

export interface OperatorAction {
  readonly botId: string;
  readonly atMs: number;
  readonly by: string;
  readonly reason?: string;
}

/** The bot has its full time from now, and waits for its first heartbeat. The last real heartbeat stays in the row. */
export const armChange = (action: OperatorAction): RowChange => ({
  ...freshlyArmed(action, 'armed'),
  requires: [{ kind: 'none-of', attribute: 'watch_state', values: ['armed', 'tripped'] }, HAS_NO_TRIP],
});

/** Like armChange, for a tripped bot. `correlationId`: only if it is still this trip. */
export const rearmChange = (action: OperatorAction, correlationId?: string): RowChange => ({
  ...freshlyArmed(action, 'rearmed'),
  requires: [
    { kind: 'same', attribute: 'watch_state', value: 'tripped' },
    ...(correlationId === undefined
      ? []
      : [{ kind: 'same', attribute: 'correlation_id', value: correlationId } as const]),
  ],
});

export const disarmChange = (action: OperatorAction): RowChange => ({
  botId: action.botId,
  doing: 'disarm',
  requires: WATCHED,
  set: { watch_state: 'disarmed', ...signed('disarmed', action) },
  remove: ['snoozed_until_ms', ...FAILURE, 'late_told_for', 'waiting_since_ms', 'unproven_starts'],
});

/** Not watched until `untilMs`; then the bot has its full time. An instant in the past ends a snooze. */
export const snoozeChange = (action: OperatorAction, untilMs: number): RowChange => ({
  botId: action.botId,
  doing: 'snooze',
  requires: WATCHED,
  set: { snoozed_until_ms: Math.floor(untilMs), ...signed('snoozed', action) },
});

/** A weekly snooze; undefined ends it. Independent of the bot's state. */
export const planChange = (action: OperatorAction, plan: SnoozePlan | undefined): RowChange => ({
  botId: action.botId,
  doing: 'plan the snoozes of',
  requires: [{ kind: 'exists' }],
  set: {
    ...(plan === undefined ? {} : { snooze_every: plan.every, snooze_every_for_ms: Math.floor(plan.forMs) }),
    ...signed('planned', action),
  },
  ...(plan === undefined ? { remove: ['snooze_every', 'snooze_every_for_ms'] } : {}),
});

/** An operator works on it. Stores only who, when and why. */
export const acknowledgeChange = (action: OperatorAction): RowChange => ({
  botId: action.botId,
  doing: 'acknowledge the alerts of',
  requires: [{ kind: 'exists' }],
  set: signed('acknowledged', action),
});

function freshlyArmed(action: OperatorAction, change: WatchChange): Omit<RowChange, 'requires'> {
  const { botId, atMs } = action;
  return {
    botId,
    doing: change === 'rearmed' ? 're-arm' : 'arm',
    set: {
      ...{ watch_state: 'armed', waiting_since_ms: Math.floor(atMs), armed_at_ms: Math.floor(atMs), beats: 0 },
      ...signed(change, action),
    },
    remove: PAST,
  };
}

/** Attributes of an earlier watch. */
const PAST: readonly BotAttribute[] = [
  'snoozed_until_ms',
  ...FAILURE,
  'unproven_starts',
  'seen_beat',
  'seen_at_ms',
  'seen_after_ms',
  'late_told_for',
  ...TRIP,
  'refused_beat_at_ms',
  'refused_run_id',
];

/** Whatever `watch_state` is: a bot may write that, but not this. */
const HAS_NO_TRIP: Requirement = { kind: 'same', attribute: 'tripped_at_ms', value: undefined };

const WATCHED: readonly Requirement[] = [{ kind: 'exists' }, IS_ARMED, HAS_NO_TRIP];

const signed = (change: WatchChange, action: OperatorAction): Values => ({
  ...headOfIndex(action.botId),
  ...changed(change, action),
  change_reason: action.reason ?? 'no reason given',
});
