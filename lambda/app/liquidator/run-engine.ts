/**
 * The loop of a liquidation, over all markets of the account. It decides nothing itself.
 *
 *   wait for the next event ─▶ state = reduce(state, event) ─▶ decide(states, now) ─▶ send ─▶ record
 *        ▲  answers, failures, the repaired key, the next deadline                              │
 *        └──────────────────────────────────────────────────────────────────────────────────────┘
 *
 * Each market has its own state, so a failure in one affects no other; they share the limits and the deadline. Requests go
 * out before anything is recorded: no order waits for an audit record.
 */

import type { Rows } from '../../core/exchange/model.ts';
import { decideTogether, type End } from '../../core/liquidation/decide.ts';
import { type EngineEvent, reduce } from '../../core/liquidation/reduce.ts';
import type { EngineState } from '../../core/liquidation/state.ts';
import type { Clock, RequestTrace } from '../../ports.ts';
import type { ExchangeSession } from '../exchange/exchange-session.ts';

/** Called for each step after its requests went out. */
export type Recorder = (
  before: EngineState,
  event: EngineEvent,
  after: EngineState,
  trace: RequestTrace | undefined,
) => void;

/** Lets a market act, once the lock and the first audit record are there. */
interface Go {
  readonly attemptName: string;
  readonly carried: EngineState['carried'] | undefined;
}

export interface EngineLane {
  readonly session: ExchangeSession;
  readonly start: EngineState;
  /** Orders and cancels wait for it. Never rejects. */
  readonly permission: Promise<Go | undefined>;
  readonly record: Recorder;
}

interface EngineFor {
  readonly clock: Clock;
  /** One for each market. */
  readonly lanes: readonly EngineLane[];
  /** Resolves when everything that has arrived is read, so that one decision serves all of it; undefined in virtual time. */
  readonly letArrive?: (() => Promise<void>) | undefined;
  /** Ends the run from outside. */
  readonly signal: AbortSignal;
}

export interface EngineResult {
  readonly state: EngineState;
  readonly end: End;
}

interface Step {
  readonly before: EngineState;
  readonly event: EngineEvent;
  readonly after: EngineState;
  readonly trace: RequestTrace | undefined;
}

/** A lane while it runs. */
interface Running {
  readonly lane: EngineLane;
  readonly over: AbortController;
  readonly inbox: { readonly event: EngineEvent; readonly trace: RequestTrace | undefined }[];
  readonly steps: Step[];
  state: EngineState;
  end: End | undefined;
}

/** Until each market is flat, or nothing more can be tried, or the deadline. The results are in the order of the lanes. */
export async function runEngine({ clock, lanes, letArrive, signal }: EngineFor): Promise<readonly EngineResult[]> {
  let sleeping: AbortController | undefined;
  const running = lanes.map((lane): Running => {
    return { lane, over: new AbortController(), inbox: [], steps: [], state: lane.start, end: undefined };
  });
  const put = (one: Running, event: EngineEvent, trace?: RequestTrace): void => {
    one.inbox.push({ event, trace });
    // Without a reason each abort makes a DOMException with a stack.
    sleeping?.abort('event');
  };
  const endEarly = (): void => sleeping?.abort('over');
  signal.addEventListener('abort', endEarly);
  for (const one of running) {
    void one.lane.permission.then(go => {
      if (go) put(one, { kind: 'may-act', atMs: clock.nowMs(), ...go });
    });
  }
  const hasEvents = (): boolean => running.some(one => one.end === undefined && one.inbox.length > 0);

  for (;;) {
    for (const one of running) for (const { event, trace } of one.inbox.splice(0)) step(one, event, trace);
    const active = running.filter(one => one.end === undefined);
    const nowMs = clock.nowMs();
    const states = active.map(one => one.state);
    const decisions = signal.aborted ? active.map(() => ABORTED) : decideTogether(states, nowMs, roomsOf(lanes, nowMs));
    let timerAtMs = Number.POSITIVE_INFINITY;
    for (const [index, decision] of decisions.entries()) {
      const one = active[index] as Running;
      if (decision.kind === 'end') {
        one.end = decision.end;
        one.over.abort('over');
        continue;
      }
      timerAtMs = Math.min(timerAtMs, decision.timerAtMs);
      if (decision.requests.length > 0) send(clock, one, decision.requests, put);
      if (decision.readSecret) {
        step(one, { kind: 'reading-secret', atMs: clock.nowMs() }, undefined);
        void one.lane.session
          .readSecretAgain()
          .then(isNew => put(one, { kind: 'secret-read', atMs: clock.nowMs(), isNew }));
      }
    }
    for (const one of running) recordSteps(one);
    if (running.every(one => one.end !== undefined)) {
      signal.removeEventListener('abort', endEarly);
      return running.map(({ state, end = ABORTED.end }) => ({ state, end }));
    }
    if (hasEvents()) continue;
    sleeping = new AbortController();
    await clock.sleep(Math.max(0, timerAtMs - clock.nowMs()), sleeping.signal);
    sleeping = undefined;
    if (letArrive && hasEvents()) await letArrive();
  }
}

/** The run was ended from outside: as at the deadline. */
const ABORTED = { kind: 'end', end: { kind: 'time', seenFlatOnce: false } } as const;

/** The same for all sessions of an account. */
function roomsOf([lane]: readonly EngineLane[], nowMs: number) {
  if (lane === undefined) throw new Error('an account without a market');
  return lane.session.rooms(nowMs);
}

/** A market that has ended ignores further events. */
function step(one: Running, event: EngineEvent, trace: RequestTrace | undefined): void {
  if (one.end !== undefined) return;
  const before = one.state;
  one.state = reduce(before, event);
  one.steps.push({ before, event, after: one.state, trace });
}

function recordSteps({ lane, steps }: Running): void {
  for (const { before, event, after, trace } of steps.splice(0)) lane.record(before, event, after, trace);
}

function send(
  clock: Clock,
  one: Running,
  requests: readonly Parameters<ExchangeSession['send']>[0][],
  put: (one: Running, event: EngineEvent, trace?: RequestTrace) => void,
): void {
  const first = one.state.nextId;
  step(one, { kind: 'sent', atMs: clock.nowMs(), requests }, undefined);
  requests.forEach((request, index) => {
    const id = first + index;
    const inPart = (value: Rows<unknown>) => put(one, { kind: 'answered-in-part', atMs: clock.nowMs(), id, value });
    void one.lane.session
      .send(request, one.over.signal, inPart)
      .then(reply => put(one, { kind: 'answered', atMs: clock.nowMs(), id, answer: reply }, reply.trace));
  });
}
