/**
 * The heartbeats of a bot in the background, as long as the bot proves that it works; each change of their result is one
 * event. Each start is a new run; no path sends a heartbeat before a start, or after a rest.
 *
 *   start ─ first write arms ─┬─ heartbeats ──────────┬─ not stored: repeated sooner
 *                             │                       ├─ tripped, disarmed: event, and repeated (an operator may re-arm)
 *                             │                       ├─ replaced, or only one run may be active: event, no more heartbeats
 *                             │                       └─ no proof of work: no heartbeats until the next proof
 *                             └─ rest (stop, or a liquidation that is not known to have ended flat): no heartbeats
 */

import { type BeatResult, type HeartbeatState, hungSentence, refusalSentence } from './beat-result.ts';
import { deploymentFlags } from './deployment-flags.ts';
import type { Events } from './events.ts';
import type { ClientSettings } from './options.ts';
import { isRefusal } from './problem.ts';
import type { MarkResult, Run } from './run.ts';
import { createRunState, type RunState } from './run-state.ts';
import { sendBeat } from './send-beat.ts';
import type { Times } from './times.ts';
import type { HeartbeatClock } from './timing.ts';
import { type Instant, type TradeGate, tradeGate } from './trade-gate.ts';

interface HeartbeatSender {
  /** Starts a new run, unless one is active; arms by its first write, and sends heartbeats from then on. */
  start(): Promise<BeatResult>;
  alive(): void;
  /** Proof of work, and a heartbeat at once. */
  beat(): Promise<BeatResult>;
  /** A heartbeat at once, without proof of work, to learn the state of the watch. */
  ask(): Promise<BeatResult>;
  /** No heartbeats from now on; waits for the one that was sent. `flat-unknown`: the gate says so. */
  rest(why: 'stop' | 'flat-unknown'): Promise<void>;
  /** The run that was started last; undefined before the first start. */
  run(): Run | undefined;
  /** This bot is not watched, whatever its row says: no more heartbeats of this run. */
  giveUp(): void;
  /** The result of the last heartbeat of this run; undefined before there was one. */
  last(): BeatResult | undefined;
  /** The interval has changed: the next heartbeat is due by the new one. */
  wake(): void;
  /** Marks the run as failed; starts it first if no start was stored yet. */
  mark(reason: string, callId: string): Promise<MarkResult>;
  state(): HeartbeatState;
  gate(): TradeGate;
  /** Of this run, stored so far. */
  beats(): number;
}

interface HeartbeatSenderOptions {
  readonly newRun: () => Run;
  readonly clock: HeartbeatClock;
  readonly events: Events;
  readonly settings: Pick<ClientSettings, 'botId' | 'liquidator' | 'times' | 'provenWithinMs'>;
  /** A heartbeat returned the times of the deployed configuration. */
  readonly onTimes?: (asked: Times) => void;
}

const FIRST_RETRY_MS = 500;
/** The Date header has whole seconds, so a smaller change is ignored. */
const WRONG_BY_MS = 1_500;

export function createHeartbeatSender({
  newRun,
  clock,
  events,
  settings,
  onTimes,
}: HeartbeatSenderOptions): HeartbeatSender {
  const { botId, liquidator, provenWithinMs } = settings;
  let current: RunState | undefined;
  let isResting = false;
  let state: HeartbeatState = 'idle';
  let failing: string | undefined;

  const isOn = (one: RunState | undefined): one is RunState => one !== undefined && !one.ends.signal.aborted;

  function beatNow(): Promise<BeatResult> {
    if (isOn(current)) return oneAtATime(current);
    return Promise.resolve({ kind: isResting ? 'resting' : 'not-started' });
  }

  /** A second caller gets the heartbeat that was sent. */
  function oneAtATime(one: RunState): Promise<BeatResult> {
    one.onItsWay ??= send(one).finally(() => {
      one.onItsWay = undefined;
    });
    return one.onItsWay;
  }

  /** A heartbeat that shows that the clock is wrong has the wrong time: one with the right time follows at once. */
  async function send(one: RunState, isSecond = false): Promise<BeatResult> {
    const { result, sent } = await sendBeat(one, { clock, events, settings });
    one.last = result;
    note(one, result, sent.at);
    const correctionMs = clock.nowMs() - sent.atMs - (clock.monotonicMs() - sent.at.monotonicMs);
    const wasWrong = result.kind === 'taken' && Math.abs(correctionMs) > WRONG_BY_MS;
    return wasWrong && !isSecond && isOn(one) ? send(one, true) : result;
  }

  function note(one: RunState, result: BeatResult, sentAt: Instant): void {
    if (one !== current) return;
    if (result.kind === 'failed') {
      one.failures += 1;
      // What is known of a trip or a disarming stays known.
      if (state === 'armed') state = 'unreached';
      const { problem } = result;
      if (failing !== problem.code) events.emit(isRefusal(problem) ? 'refused' : 'unreached', problem.sentence);
      failing = problem.code;
      return;
    }
    const says = result.kind !== 'not-started' && result.kind !== 'resting' && result.kind !== 'not-watched';
    if (!says || state === 'not-watched') return;
    one.failures = 0;
    if (failing !== undefined && result.kind === 'taken')
      events.emit('reached', `Heartbeats for ${botId} are stored again.`);
    failing = undefined;
    const before = state;
    if (result.kind === 'taken') {
      one.stored += 1;
      one.storedAt = sentAt;
      one.startedAt ??= sentAt;
      one.isStarted = true;
      if (result.asked !== undefined) onTimes?.(result.asked);
      state = 'armed';
      if (before !== 'armed' && before !== 'unreached') events.emit('armed', `${botId} is watched from now on.`);
      return;
    }
    one.storedAt = undefined;
    if (result.kind === 'tripped' || result.kind === 'disarmed') one.isStarted = true;
    else one.ends.abort();
    state = result.kind;
    const id = result.kind === 'tripped' ? result.correlationId : undefined;
    if (before !== state) events.emit(result.kind, refusalSentence(botId, result, deploymentFlags(liquidator)), id);
  }

  const staleInMs = (one: RunState): number =>
    provenWithinMs === undefined ? Number.POSITIVE_INFINITY : one.provenAtMs + provenWithinMs - clock.monotonicMs();

  async function beatOn(one: RunState): Promise<void> {
    const { signal } = one.ends;
    let beganAtMs = clock.monotonicMs();
    while (!signal.aborted) {
      const dueAtMs = beganAtMs + pauseMs(one);
      const leftMs = dueAtMs - clock.monotonicMs();
      const sleepEnds = AbortSignal.any([signal, one.wakes.signal]);
      await clock.sleep(Math.max(0, one.isHung ? leftMs : Math.min(leftMs, staleInMs(one))), sleepEnds);
      if (signal.aborted) return;
      if (one.wakes.signal.aborted) {
        one.wakes = new AbortController();
        continue;
      }
      if (staleInMs(one) <= 0) reportHung(one);
      if (clock.monotonicMs() < dueAtMs) continue;
      beganAtMs = clock.monotonicMs();
      if (!one.isHung) await oneAtATime(one);
    }
  }

  const pauseMs = ({ failures }: RunState): number =>
    failures === 0
      ? settings.times.heartbeatMs
      : Math.min(settings.times.heartbeatMs, FIRST_RETRY_MS * 2 ** Math.min(failures - 1, 10));

  function reportHung(one: RunState): void {
    if (one.isHung) return;
    one.isHung = true;
    events.emit('hung', hungSentence(botId, provenWithinMs ?? 0));
  }

  function alive(): void {
    if (current === undefined) return;
    current.provenAtMs = clock.monotonicMs();
    current.hasProven = true;
    if (!current.isHung) return;
    current.isHung = false;
    if (!isOn(current)) return;
    events.emit('working', `${botId} works again: its heartbeats continue.`);
    void oneAtATime(current);
  }

  return {
    alive,
    start: async () => {
      // A bot that was disarmed by hand is armed again by a new run only.
      if (isOn(current) && state !== 'disarmed') return oneAtATime(current);
      current?.ends.abort();
      const one = createRunState(newRun(), clock.monotonicMs());
      current = one;
      isResting = false;
      if (state !== 'tripped') state = 'idle';
      const first = await oneAtATime(one);
      // From here on the bot works; the wait for another run does not count.
      if (!one.hasProven) one.provenAtMs = clock.monotonicMs();
      // Nothing in `beatOn` rejects: the run's methods do not.
      void beatOn(one);
      return first;
    },
    beat: () => {
      alive();
      return beatNow();
    },
    ask: beatNow,
    rest: async why => {
      isResting = why === 'flat-unknown';
      const one = current;
      one?.ends.abort();
      await one?.onItsWay;
      // Unless it has been started again meanwhile.
      if (one === current && (state === 'armed' || state === 'unreached')) state = 'idle';
    },
    run: () => current?.run,
    last: () => current?.last,
    wake: () => current?.wakes.abort(),
    giveUp: () => {
      current?.ends.abort();
      state = 'not-watched';
    },
    mark: async (reason, callId) => {
      if (current === undefined) return { kind: 'not-watched' };
      if (!current.isStarted) {
        const started = await oneAtATime(current);
        if (started.kind === 'failed' || started.kind === 'tripped' || started.kind === 'replaced') return started;
      }
      return current.run.fail(reason, callId);
    },
    state: () => state,
    gate: () => {
      const { deadAfterMs } = settings.times;
      const facts = { isStarted: isOn(current), isResting, state, storedAt: current?.storedAt, deadAfterMs };
      return tradeGate(facts, { monotonicMs: clock.monotonicMs(), wallMs: clock.wallMs() });
    },
    beats: () => current?.stored ?? 0,
  };
}
