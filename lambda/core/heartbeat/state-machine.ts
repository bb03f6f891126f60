/**
 * The dead man's switch as one table: for each state of a bot's row and each event, the state that follows, the write
 * that makes it so, and the event that people are notified of. Exhaustive by type; docs/operations.md draws it, and a
 * test plays every interleaving of two runs, an operator and the watchdog against it.
 *
 * A late bot and a snoozed one are `armed`: lateness and snoozes are instants in the row, not states of it.
 */

import type { BotWrite } from '../../bot-row.ts';
import type { AuditEventType } from '../../contract.ts';
import type { BotRow } from './read-bot-row.ts';

const ROW_STATES = ['unknown', 'waiting', 'armed', 'failed', 'disarmed', 'tripped'] as const;
/**
 * unknown: there is no row. waiting: armed by an operator, no beat since. armed: a run beats, or did. failed: as armed, and
 * the run has reported its own failure.
 */
export type RowState = (typeof ROW_STATES)[number];

const ROW_EVENTS = [
  'run-starts',
  'run-beats',
  'run-says-goodbye',
  'run-reports-failure',
  'failure-withdrawn',
  'replaced-run-writes',
  'operator-arms',
  'operator-disarms',
  'operator-rearms',
  'operator-snoozes',
  'operator-plans-snoozes',
  'operator-acknowledges',
  'silent-past-deadline',
  'failure-found',
  'outdated-failure-found',
] as const;
/**
 * `run-…`: of the current run, but `run-starts`, which is of a new one. `replaced-run-writes`: a beat, a goodbye or a mark
 * of another run. `silent-past-deadline`: the watchdog has proof. `failure-found`: the watchdog sees the mark.
 * `outdated-…`: beats came over ten minutes after it.
 */
export type RowEvent = (typeof ROW_EVENTS)[number];

/** A write of an operator's tool, or of the watchdog. */
type OwnWrite =
  | 'armChange'
  | 'disarmChange'
  | 'rearmChange'
  | 'snoozeChange'
  | 'planChange'
  | 'acknowledgeChange'
  | 'tripChange'
  | 'failureOutdatedChange';

export type Transition =
  | {
      readonly kind: 'to';
      readonly state: RowState;
      readonly write: BotWrite | OwnWrite;
      /** What people and the audit log are notified of; null: nothing that is news. */
      readonly notifies: AuditEventType | null;
    }
  /** Nothing in the row changes but the note that the run still lives. `because` is what the writer is answered. */
  | { readonly kind: 'refused'; readonly because: Refusal }
  /** Cannot happen in this state: the watchdog does not look for it. */
  | { readonly kind: 'not-checked' };

/** `not-watched`: no bot of this ID is armed. `not-tripped`: there is nothing to re-arm. `armed`: it is armed already. */
type Refusal = 'tripped' | 'disarmed' | 'replaced' | 'not-watched' | 'not-tripped' | 'armed' | 'no-mark';

const to = (state: RowState, write: BotWrite | OwnWrite, notifies: AuditEventType | null = null): Transition => ({
  ...{ kind: 'to', state, write, notifies },
});
const refused = (because: Refusal): Transition => ({ kind: 'refused', because });
const NOT_CHECKED: Transition = { kind: 'not-checked' };

export const STATE_MACHINE: Readonly<Record<RowState, Readonly<Record<RowEvent, Transition>>>> = {
  unknown: {
    'run-starts': to('armed', 'start', 'bot_armed'),
    'run-beats': refused('not-watched'),
    'run-says-goodbye': refused('not-watched'),
    'run-reports-failure': refused('not-watched'),
    'failure-withdrawn': refused('no-mark'),
    'replaced-run-writes': refused('not-watched'),
    'operator-arms': to('waiting', 'armChange', 'bot_armed'),
    'operator-disarms': refused('not-watched'),
    'operator-rearms': refused('not-tripped'),
    'operator-snoozes': refused('not-watched'),
    'operator-plans-snoozes': refused('not-watched'),
    'operator-acknowledges': refused('not-watched'),
    'silent-past-deadline': NOT_CHECKED,
    'failure-found': NOT_CHECKED,
    'outdated-failure-found': NOT_CHECKED,
  },
  waiting: {
    'run-starts': to('armed', 'takeOver'),
    'run-beats': to('armed', 'beat'),
    'run-says-goodbye': to('disarmed', 'disarm', 'bot_disarmed'),
    'run-reports-failure': to('failed', 'fail'),
    'failure-withdrawn': refused('no-mark'),
    'replaced-run-writes': refused('replaced'),
    'operator-arms': refused('armed'),
    'operator-disarms': to('disarmed', 'disarmChange', 'bot_disarmed'),
    'operator-rearms': refused('not-tripped'),
    'operator-snoozes': to('waiting', 'snoozeChange', 'bot_snoozed'),
    'operator-plans-snoozes': to('waiting', 'planChange', 'bot_snooze_planned'),
    'operator-acknowledges': to('waiting', 'acknowledgeChange', 'bot_acknowledged'),
    'silent-past-deadline': to('tripped', 'tripChange', 'bot_dead'),
    'failure-found': NOT_CHECKED,
    'outdated-failure-found': NOT_CHECKED,
  },
  armed: {
    'run-starts': to('armed', 'takeOver'),
    'run-beats': to('armed', 'beat'),
    'run-says-goodbye': to('disarmed', 'disarm', 'bot_disarmed'),
    'run-reports-failure': to('failed', 'fail'),
    'failure-withdrawn': refused('no-mark'),
    'replaced-run-writes': refused('replaced'),
    'operator-arms': refused('armed'),
    'operator-disarms': to('disarmed', 'disarmChange', 'bot_disarmed'),
    'operator-rearms': refused('not-tripped'),
    'operator-snoozes': to('armed', 'snoozeChange', 'bot_snoozed'),
    'operator-plans-snoozes': to('armed', 'planChange', 'bot_snooze_planned'),
    'operator-acknowledges': to('armed', 'acknowledgeChange', 'bot_acknowledged'),
    'silent-past-deadline': to('tripped', 'tripChange', 'bot_dead'),
    'failure-found': NOT_CHECKED,
    'outdated-failure-found': NOT_CHECKED,
  },
  failed: {
    'run-starts': to('failed', 'takeOver'),
    'run-beats': to('failed', 'beat'),
    'run-says-goodbye': to('disarmed', 'disarm', 'bot_disarmed'),
    'run-reports-failure': to('failed', 'fail'),
    'failure-withdrawn': to('armed', 'withdraw'),
    'replaced-run-writes': refused('replaced'),
    'operator-arms': refused('armed'),
    'operator-disarms': to('disarmed', 'disarmChange', 'bot_disarmed'),
    'operator-rearms': refused('not-tripped'),
    'operator-snoozes': to('failed', 'snoozeChange', 'bot_snoozed'),
    'operator-plans-snoozes': to('failed', 'planChange', 'bot_snooze_planned'),
    'operator-acknowledges': to('failed', 'acknowledgeChange', 'bot_acknowledged'),
    'silent-past-deadline': to('tripped', 'tripChange', 'bot_dead'),
    'failure-found': to('tripped', 'tripChange', 'bot_dead'),
    'outdated-failure-found': to('armed', 'failureOutdatedChange'),
  },
  disarmed: {
    'run-starts': to('armed', 'start', 'bot_armed'),
    'run-beats': refused('disarmed'),
    'run-says-goodbye': refused('disarmed'),
    'run-reports-failure': refused('disarmed'),
    'failure-withdrawn': refused('disarmed'),
    'replaced-run-writes': refused('disarmed'),
    'operator-arms': to('waiting', 'armChange', 'bot_armed'),
    'operator-disarms': refused('disarmed'),
    'operator-rearms': refused('not-tripped'),
    'operator-snoozes': refused('disarmed'),
    'operator-plans-snoozes': to('disarmed', 'planChange', 'bot_snooze_planned'),
    'operator-acknowledges': to('disarmed', 'acknowledgeChange', 'bot_acknowledged'),
    'silent-past-deadline': NOT_CHECKED,
    'failure-found': NOT_CHECKED,
    'outdated-failure-found': NOT_CHECKED,
  },
  tripped: {
    'run-starts': to('tripped', 'wait'),
    'run-beats': refused('tripped'),
    'run-says-goodbye': refused('tripped'),
    'run-reports-failure': refused('tripped'),
    'failure-withdrawn': refused('tripped'),
    'replaced-run-writes': refused('tripped'),
    'operator-arms': refused('tripped'),
    'operator-disarms': refused('tripped'),
    'operator-rearms': to('waiting', 'rearmChange', 'bot_rearmed'),
    'operator-snoozes': refused('tripped'),
    'operator-plans-snoozes': to('tripped', 'planChange', 'bot_snooze_planned'),
    'operator-acknowledges': to('tripped', 'acknowledgeChange', 'bot_acknowledged'),
    'silent-past-deadline': NOT_CHECKED,
    'failure-found': NOT_CHECKED,
    'outdated-failure-found': NOT_CHECKED,
  },
};

/** The state of a row; undefined: there is none. */
export function rowStateOf(row: Pick<BotRow, 'state' | 'waitingSinceMs' | 'failure'> | undefined): RowState {
  if (row === undefined) return 'unknown';
  if (row.state !== 'armed') return row.state;
  if (row.failure !== undefined) return 'failed';
  return row.waitingSinceMs === undefined ? 'armed' : 'waiting';
}

/** The table as a state diagram in the language of Mermaid; what is refused is not drawn. */
export function drawStateMachine(): string {
  const arrows = ROW_STATES.flatMap(state =>
    ROW_EVENTS.flatMap(event => {
      const transition = STATE_MACHINE[state][event];
      return transition.kind === 'to' ? [{ from: state, to: transition.state, event }] : [];
    }),
  );
  const groups = Map.groupBy(arrows, ({ from, to: next }) => `${from} --> ${next}`);
  const lines = [...groups].map(([arrow, all]) => `    ${arrow}: ${all.map(({ event }) => event).join(', ')}`);
  return ['stateDiagram-v2', '    [*] --> unknown', ...lines].join('\n');
}
