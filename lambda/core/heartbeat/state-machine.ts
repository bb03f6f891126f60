/**
 * The watch of a bot as one table: for each state of its row and each event, the next state, the write that makes it, and
 * what people are notified of. docs/operations.md draws it; a test plays every interleaving of two runs, an operator and the
 * watchdog against it. A late or snoozed bot is `armed`.
 */

import type { BotWrite } from '../../bot-row.ts';
import type { AuditEventType } from '../../contract.ts';
import type { BotRow } from './read-bot-row.ts';

const ROW_STATES = ['unknown', 'waiting', 'armed', 'failed', 'disarmed', 'tripped'] as const;
/** unknown: no row. waiting: armed by an operator, no heartbeat since. failed: armed, and the run reported its own failure. */
export type RowState = (typeof ROW_STATES)[number];

const ROW_EVENTS = [
  'run-starts',
  'run-beats',
  'run-stops',
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
 * `run-…`: of the current run; `run-starts`: of a new one. `replaced-run-writes`: any write of another run.
 * `silent-past-deadline`: the watchdog has proof. `outdated-…`: heartbeats came over ten minutes after the failure.
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

type Transition =
  | {
      readonly kind: 'to';
      readonly state: RowState;
      readonly write: BotWrite | OwnWrite;
      /** The record that people are notified of, if any. */
      readonly notifies: AuditEventType | null;
    }
  /** Changes nothing but the note that the run still lives. `because`: the answer to the writer. */
  | { readonly kind: 'refused'; readonly because: Refusal }
  /** The watchdog does not check for it in this state. */
  | { readonly kind: 'not-checked' };

/** `not-watched`: no bot of this ID is armed. `not-tripped`: there is nothing to re-arm. `armed`: it is armed already. */
type Refusal = 'tripped' | 'disarmed' | 'replaced' | 'not-watched' | 'not-tripped' | 'armed' | 'no-mark';

const to = (state: RowState, write: BotWrite | OwnWrite, notifies: AuditEventType | null = null): Transition => ({
  ...{ kind: 'to', state, write, notifies },
});
const refused = (because: Refusal): Transition => ({ kind: 'refused', because });

type Transitions = Readonly<Record<RowEvent, Transition>>;

const NOTHING_TO_FIND = {
  'silent-past-deadline': { kind: 'not-checked' },
  'failure-found': { kind: 'not-checked' },
  'outdated-failure-found': { kind: 'not-checked' },
} as const;

/** A bot that is not watched; `because` is the answer to its runs. */
const unwatched = (because: Refusal) => ({
  'run-beats': refused(because),
  'run-stops': refused(because),
  'run-reports-failure': refused(because),
  'failure-withdrawn': refused(because),
  'replaced-run-writes': refused(because),
  'operator-disarms': refused(because),
  'operator-snoozes': refused(because),
  ...NOTHING_TO_FIND,
});

/** Changes of an operator that leave the state as it is. */
const planned = (state: RowState) => ({
  'operator-plans-snoozes': to(state, 'planChange', 'bot_snooze_planned'),
  'operator-acknowledges': to(state, 'acknowledgeChange', 'bot_acknowledged'),
});

/** A bot that is watched, in one of the three states of that. */
const watched = (state: 'waiting' | 'armed' | 'failed'): Transitions => ({
  'run-starts': to(state === 'failed' ? 'failed' : 'armed', 'takeOver'),
  'run-beats': to(state === 'failed' ? 'failed' : 'armed', 'beat'),
  'run-stops': to('disarmed', 'disarm', 'bot_disarmed'),
  'run-reports-failure': to('failed', 'fail'),
  'failure-withdrawn': refused('no-mark'),
  'replaced-run-writes': refused('replaced'),
  'operator-arms': refused('armed'),
  'operator-disarms': to('disarmed', 'disarmChange', 'bot_disarmed'),
  'operator-rearms': refused('not-tripped'),
  'operator-snoozes': to(state, 'snoozeChange', 'bot_snoozed'),
  ...planned(state),
  ...NOTHING_TO_FIND,
  'silent-past-deadline': to('tripped', 'tripChange', 'bot_dead'),
});

export const STATE_MACHINE: Readonly<Record<RowState, Transitions>> = {
  unknown: {
    ...unwatched('not-watched'),
    'run-starts': to('armed', 'start', 'bot_armed'),
    'failure-withdrawn': refused('no-mark'),
    'operator-arms': to('waiting', 'armChange', 'bot_armed'),
    'operator-rearms': refused('not-tripped'),
    'operator-plans-snoozes': refused('not-watched'),
    'operator-acknowledges': refused('not-watched'),
  },
  waiting: watched('waiting'),
  armed: watched('armed'),
  failed: {
    ...watched('failed'),
    'failure-withdrawn': to('armed', 'withdraw'),
    'failure-found': to('tripped', 'tripChange', 'bot_dead'),
    'outdated-failure-found': to('armed', 'failureOutdatedChange'),
  },
  disarmed: {
    ...unwatched('disarmed'),
    'run-starts': to('armed', 'start', 'bot_armed'),
    'operator-arms': to('waiting', 'armChange', 'bot_armed'),
    'operator-rearms': refused('not-tripped'),
    ...planned('disarmed'),
  },
  tripped: {
    ...unwatched('tripped'),
    'run-starts': to('tripped', 'wait'),
    'operator-arms': refused('tripped'),
    'operator-rearms': to('waiting', 'rearmChange', 'bot_rearmed'),
    ...planned('tripped'),
  },
};

/** The state of a row; undefined: there is none. */
export function rowStateOf(row: Pick<BotRow, 'state' | 'waitingSinceMs' | 'failure'> | undefined): RowState {
  if (row === undefined) return 'unknown';
  if (row.state !== 'armed') return row.state;
  if (row.failure !== undefined) return 'failed';
  return row.waitingSinceMs === undefined ? 'armed' : 'waiting';
}

/** The table as a Mermaid state diagram, without refusals. */
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
