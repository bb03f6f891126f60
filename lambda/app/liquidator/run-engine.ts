/**
 * The one loop of a liquidation, over all markets of the account. It holds no decisions and no memory of its own:
 *
 *   wait for the next event ─▶ state = reduce(state, event) ─▶ decide(states, now) ─▶ send ─▶ record
 *        ▲  answers, failures, the repaired key, the instant to wake                            │
 *        └──────────────────────────────────────────────────────────────────────────────────────┘
 *
 * Each market has a state of its own, so a failure in one affects no other; they share the limits and the deadline.
 * Requests go out before anything is recorded, so that no order waits for an audit record of the one before.
 */

import type { Rows } from '../../core/exchange/model.ts';
import type { End } from '../../core/liquidation/decide.ts';
import { decideTogether } from '../../core/liquidation/decide-together.ts';
import type { EngineEvent } from '../../core/liquidation/events.ts';
import { reduce } from '../../core/liquidation/reduce.ts';
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

/** What lets a market act, once the lock and the first audit record are there. */
interface Go {
  readonly attemptName: string;
  readonly carried: EngineState['carried'] | undefined;
}

export interface MarketRun {
  readonly session: ExchangeSession;
  readonly start: EngineState;
  /** Orders and cancels wait for it. Never rejects. */
  readonly mayAct: Promise<Go | undefined>;
  readonly record: Recorder;
}

export interface EngineFor {
  readonly clock: Clock;
  /** One for each market. */
  readonly lanes: readonly MarketRun[];
  /** Lets in what has arrived together, so that one decision serves all of it; nothing where time is virtual. */
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

/** A lane on its way. */
interface Running {
  readonly lane: MarketRun;
  readonly over: AbortController;
  readonly inbox: { readonly event: EngineEvent; readonly trace: RequestTrace | undefined }[];
  readonly steps: Step[];
  state: EngineState;
  end: End | undefined;
}

/**
 * Until flat, until nothing more can be tried, or until the deadline, in each market. Every request is answered or given
 * up by then. The results are in the order of the lanes.
 */
export async function runEngine({ clock, lanes, letArrive, signal }: EngineFor): Promise<readonly EngineResult[]> {
  let wake: AbortController | undefined;
  const running = lanes.map((lane): Running => {
    return { lane, over: new AbortController(), inbox: [], steps: [], state: lane.start, end: undefined };
  });
  const put = (one: Running, event: EngineEvent, trace?: RequestTrace): void => {
    one.inbox.push({ event, trace });
    // A reason of our own: without one, each abort makes a DOMException with a stack.
    wake?.abort('event');
  };
  const endEarly = (): void => wake?.abort('over');
  signal.addEventListener('abort', endEarly);
  for (const one of running) {
    void one.lane.mayAct.then(go => {
      if (go) put(one, { kind: 'may-act', atMs: clock.nowMs(), ...go });
    });
  }
  const hasMail = (): boolean => running.some(one => one.end === undefined && one.inbox.length > 0);

  for (;;) {
    for (const one of running) for (const { event, trace } of one.inbox.splice(0)) step(one, event, trace);
    const active = running.filter(one => one.end === undefined);
    const nowMs = clock.nowMs();
    const decisions = signal.aborted
      ? active.map(() => BROKEN_OFF)
      : decideTogether(
          active.map(one => one.state),
          nowMs,
          roomsOf(lanes, nowMs),
        );
    let wakeAtMs = Number.POSITIVE_INFINITY;
    for (const [index, decision] of decisions.entries()) {
      const one = active[index] as Running;
      if (decision.kind === 'end') {
        one.end = decision.end;
        one.over.abort('over');
        continue;
      }
      wakeAtMs = Math.min(wakeAtMs, decision.wakeAtMs);
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
      return running.map(({ state, end = BROKEN_OFF.end }) => ({ state, end }));
    }
    if (hasMail()) continue;
    wake = new AbortController();
    await clock.sleep(Math.max(0, wakeAtMs - clock.nowMs()), wake.signal);
    wake = undefined;
    if (letArrive && hasMail()) await letArrive();
  }
}

const BROKEN_OFF = { kind: 'end', end: { kind: 'time', seenFlatOnce: false } } as const;

/** All sessions of an account give the same. */
function roomsOf([lane]: readonly MarketRun[], nowMs: number) {
  if (lane === undefined) throw new Error('an account without a market');
  return lane.session.rooms(nowMs);
}

/** A market that has ended ignores further events, so its result does not change. */
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
  requests: readonly Parameters<ExchangeSession['ask']>[0][],
  put: (one: Running, event: EngineEvent, trace?: RequestTrace) => void,
): void {
  const first = one.state.nextId;
  step(one, { kind: 'sent', atMs: clock.nowMs(), requests }, undefined);
  requests.forEach((request, index) => {
    const id = first + index;
    const inPart = (value: Rows<unknown>) => put(one, { kind: 'answered-in-part', atMs: clock.nowMs(), id, value });
    void one.lane.session.ask(request, one.over.signal, inPart).then(reply => {
      const answer = reply.ok
        ? ({ ok: true, value: reply.value } as const)
        : ({ ok: false, failure: reply.failure } as const);
      put(one, { kind: 'answered', atMs: clock.nowMs(), id, answer }, reply.trace);
    });
  });
}
