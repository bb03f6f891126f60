/**
 * The one loop of a liquidation. It holds no decisions and no memory of its own:
 *
 *   wait for the next event ─▶ state = reduce(state, event) ─▶ decide(state, now) ─▶ send ─▶ record
 *        ▲  answers, failures, the repaired key, the instant to wake                           │
 *        └─────────────────────────────────────────────────────────────────────────────────────┘
 *
 * Requests go out before anything is recorded, so that no order waits for an audit record of the one before.
 */

import { decide, type End } from '../../core/liquidation/decide.ts';
import type { EngineEvent } from '../../core/liquidation/events.ts';
import { reduce } from '../../core/liquidation/reduce.ts';
import type { State } from '../../core/liquidation/state.ts';
import type { Clock, RequestTrace } from '../../ports.ts';
import type { ExchangeSession } from '../exchange/exchange-session.ts';

/** Told of each step after its requests went out. */
export type Recorder = (before: State, event: EngineEvent, after: State, trace: RequestTrace | undefined) => void;

export interface EngineFor {
  readonly clock: Clock;
  readonly session: ExchangeSession;
  readonly start: State;
  /** Orders and cancels wait for it: the lock and the first audit record. Gives the name of the attempt. Never rejects. */
  readonly mayAct: Promise<
    { readonly attemptName: string; readonly carried: State['carried'] | undefined } | undefined
  >;
  readonly record: Recorder;
  /** Lets in what has arrived together, so that one decision serves all of it; nothing where time is virtual. */
  readonly letArrive?: (() => Promise<void>) | undefined;
  /** Ends the run from outside. */
  readonly signal: AbortSignal;
}

export interface EngineResult {
  readonly state: State;
  readonly end: End;
}

/** Until flat, until nothing more can be tried, or until the deadline. Every request is answered or given up by then. */
export async function runEngine({
  clock,
  session,
  start,
  mayAct,
  record,
  letArrive,
  signal,
}: EngineFor): Promise<EngineResult> {
  const inbox: { readonly event: EngineEvent; readonly trace: RequestTrace | undefined }[] = [];
  let wake: AbortController | undefined;
  let state = start;
  const over = new AbortController();
  const put = (event: EngineEvent, trace?: RequestTrace): void => {
    inbox.push({ event, trace });
    // A reason of our own: without one, each abort makes a DOMException with a stack.
    wake?.abort('event');
  };
  const endEarly = (): void => wake?.abort('over');
  signal.addEventListener('abort', endEarly);
  void mayAct.then(go => {
    if (go) put({ kind: 'may-act', atMs: clock.nowMs(), ...go });
  });
  const steps: {
    readonly before: State;
    readonly event: EngineEvent;
    readonly after: State;
    readonly trace: RequestTrace | undefined;
  }[] = [];
  const step = (event: EngineEvent, trace?: RequestTrace): void => {
    const before = state;
    state = reduce(state, event);
    steps.push({ before, event, after: state, trace });
  };
  const recordSteps = (): void => {
    for (const { before, event, after, trace } of steps.splice(0)) record(before, event, after, trace);
  };

  const send = (requests: readonly Parameters<ExchangeSession['ask']>[0][]): void => {
    const first = state.nextId;
    step({ kind: 'sent', atMs: clock.nowMs(), requests });
    requests.forEach((request, index) => {
      void session.ask(request, over.signal).then(reply => {
        const answer = reply.ok
          ? ({ ok: true, value: reply.value } as const)
          : ({ ok: false, failure: reply.failure } as const);
        put({ kind: 'answered', atMs: clock.nowMs(), id: first + index, answer }, reply.trace);
      });
    });
  };

  for (;;) {
    for (const { event, trace } of inbox.splice(0)) step(event, trace);
    const nowMs = clock.nowMs();
    const decision = signal.aborted
      ? ({ kind: 'end', end: { kind: 'time', seenFlatOnce: false } } as const)
      : decide(state, nowMs, session.rooms(nowMs));
    if (decision.kind === 'end') {
      over.abort('over');
      signal.removeEventListener('abort', endEarly);
      recordSteps();
      return { state, end: decision.end };
    }
    if (decision.requests.length > 0) send(decision.requests);
    if (decision.readSecret) {
      step({ kind: 'reading-secret', atMs: clock.nowMs() });
      void session.readSecretAgain().then(isNew => put({ kind: 'secret-read', atMs: clock.nowMs(), isNew }));
    }
    recordSteps();
    if (inbox.length > 0) continue;
    wake = new AbortController();
    await clock.sleep(Math.max(0, decision.wakeAtMs - clock.nowMs()), wake.signal);
    wake = undefined;
    if (letArrive && inbox.length > 0) await letArrive();
  }
}
