/**
 * Plays a schedule: decide → requests → model → events → reduce, in virtual time, attempt after attempt with what each
 * leaves to the next, until the run is over. No promises, no timers.
 */

import { createRateLimiters, type RateLimiters } from '../../../../lambda/app/exchange/rate-limiter.ts';
import type { SentRequest } from '../../../../lambda/core/exchange/flow.ts';
import { MARKETS } from '../../../../lambda/core/exchange/market.ts';
import type { Rows } from '../../../../lambda/core/exchange/model.ts';
import { COSTS } from '../../../../lambda/core/exchange/request.ts';
import { isLimit, windowToCarry } from '../../../../lambda/core/liquidation/account-faults.ts';
import { stateOf } from '../../../../lambda/core/liquidation/answer/answer.ts';
import { type Carried, NOTHING_CARRIED } from '../../../../lambda/core/liquidation/carry/carried.ts';
import {
  learnedLimitsOf,
  ordersLeftBy,
  readCarriedMarkets,
  writeCarriedMarkets,
} from '../../../../lambda/core/liquidation/carry/carry.ts';
import { type NextAttempt, whatFollows } from '../../../../lambda/core/liquidation/carry/resume.ts';
import { decide, type End } from '../../../../lambda/core/liquidation/decide.ts';
import { hasMoved } from '../../../../lambda/core/liquidation/lists/stays.ts';
import { type EngineEvent, reduce } from '../../../../lambda/core/liquidation/reduce.ts';
import { type EngineState, type Job, stateAtStart } from '../../../../lambda/core/liquidation/state.ts';
import { deadlineFor } from '../../../../lambda/core/liquidation/timing.ts';
import { elsewhere, isCold } from './containers.ts';
import { checkFlat, leftInBooks } from './flatness.ts';
import { ModelExchange, type OnReply } from './model-exchange.ts';
import { calmFromMs, canEndFlat, type Schedule } from './schedule.ts';
import type { Violation } from './violations.ts';
import { Watch } from './watch.ts';

export interface Attempt {
  readonly start: EngineState;
  readonly state: EngineState;
  readonly end: End;
  readonly events: readonly EngineEvent[];
  readonly confirms: boolean;
  readonly startedAtMs: number;
  readonly endedAtMs: number;
}

export interface Played {
  readonly schedule: Schedule;
  readonly model: ModelExchange;
  readonly watch: Watch;
  readonly attempts: readonly Attempt[];
  /** How the run ended: flat and confirmed, or given up. */
  readonly last: 'over' | 'gave-up' | 'goes-on';
  readonly violations: readonly Violation[];
}

/** Within a window of a minute, but not at its edge. */
const START_MS = 1_700_000_000_000;
const RESUME_MS = 120 * 60_000;
const MOST_ATTEMPTS = 300;
/** Enough to see what a run does that cannot end flat. */
const FEW_ATTEMPTS = 5;
/** Decisions in a row without an event and without time moving. */
const MOST_IDLE_DECISIONS = 3;
/** What breaks a rule so often need not be played to its end. */
const MOST_VIOLATIONS = 100;

export function play(schedule: Schedule): Played {
  const startMs = START_MS + (schedule.seed % 60_000);
  const model = new ModelExchange(schedule, startMs);
  const watch = new Watch(model);
  let limiters = createRateLimiters();
  const attempts: Attempt[] = [];
  const untilMs = startMs + RESUME_MS;
  let carried: Carried = NOTHING_CARRIED;
  let next: NextAttempt = { resumeAtMs: startMs, untilMs, hop: 1, bySelf: true, confirms: false };
  let last: Played['last'] = 'goes-on';
  const most = canEndFlat(schedule) ? MOST_ATTEMPTS : FEW_ATTEMPTS;
  while (attempts.length < most && model.books.violations.length + watch.violations.length <= MOST_VIOLATIONS) {
    advance(model, next.resumeAtMs);
    const attempt = playAttempt(model, watch, limiters, { schedule, next, carried });
    if (isCold(schedule)) limiters = elsewhere(limiters, model.nowMs);
    attempts.push(attempt);
    carried = leave(attempt, schedule.seed % 8 === 0);
    const { end, endedAtMs, confirms } = attempt;
    checkFlat(model, watch, attempt);
    const flat = end.kind === 'flat' ? 'proven' : end.kind === 'time' && end.seenFlatOnce ? 'seen-once' : 'not';
    const follows = whatFollows({
      state: stateOf(flat, { positions: carried.closed, orders: carried.ordersCancelled }, attempt.state.job.scope),
      ...{
        end,
        hop: next.hop,
        nowMs: endedAtMs,
        untilMs,
        locked: true,
        mayHold: true,
        moved: hasMoved(attempt.state.stays, attempt.state.carried.stays),
      },
      confirmMs: confirms ? 0 : schedule.job.confirmMs,
    });
    if (follows.kind !== 'next') {
      last = follows.kind;
      break;
    }
    if (follows.next.confirms && attempt.end.kind !== 'flat') throw new Error('only a flat result is confirmed');
    next = follows.next;
  }
  for (const used of model.limits.overspent) watch.say('weight', used);
  if (canEndFlat(schedule)) checkEnd(model, watch, attempts.at(-1), last);
  return { schedule, model, watch, attempts, last, violations: [...model.books.violations, ...watch.violations] };
}

/** If every fault ends, the account becomes flat, and nothing is left. */
function checkEnd(model: ModelExchange, watch: Watch, attempt: Attempt | undefined, last: Played['last']): void {
  if (last !== 'over') watch.say('end', `the run did not end flat: ${last}`);
  else if (attempt && attempt.startedAtMs - model.startMs > calmFromMs(model.schedule)) {
    for (const left of leftInBooks(model, attempt.state)) watch.say('end', `${left} is left`);
  }
}

/** Lets everything happen until that instant. */
function advance(model: ModelExchange, toMs: number): void {
  const { timeline } = model;
  while (timeline.nextAtMs() <= toMs) {
    model.nowMs = Math.max(model.nowMs, timeline.nextAtMs());
    timeline.step();
  }
  model.nowMs = Math.max(model.nowMs, toMs);
}

/** Failures of which nothing was heard from the exchange. */
const WIRE: ReadonlySet<string> = new Set(['not-sent', 'unreachable', 'no-answer', 'stale-connection']);

interface AttemptFor {
  readonly schedule: Schedule;
  readonly next: NextAttempt;
  readonly carried: Carried;
}

function playAttempt(
  model: ModelExchange,
  watch: Watch,
  container: RateLimiters,
  { schedule, next, carried }: AttemptFor,
): Attempt {
  const startedAtMs = model.nowMs;
  const start = stateAtStart(jobOf(schedule, startedAtMs));
  const limiters = { futures: container.of('fapi', ''), wallet: container.of('wallet', '') };
  const events: EngineEvent[] = [];
  let isOver = false;
  let state = start;
  let isNew = false;
  const waiting = new Set<SentRequest>();
  const step = (event: EngineEvent): void => {
    events.push(event);
    state = reduce(state, event);
    isNew = true;
  };
  watch.attemptBegins();
  model.timeline.put(model.nowMs + schedule.job.mayActAfterMs, () => {
    if (!isOver) step({ kind: 'may-act', atMs: model.nowMs, attemptName: `${next.hop}`, carried });
  });

  const send = (requests: Parameters<ModelExchange['send']>[0][]): void => {
    const first = state.nextId;
    const atMs = model.nowMs;
    watch.sending(state, requests, atMs);
    step({ kind: 'sent', atMs, requests });
    requests.forEach((request, index) => {
      const limiter = limiters[COSTS[request.kind].host];
      const sent = limiter.sent(COSTS[request.kind], atMs);
      waiting.add(sent);
      const inPart = (value: Rows<unknown>): void => {
        if (isOver) return;
        watch.answered(request, atMs, { ok: true, value: value as never }, model.nowMs);
        step({ kind: 'answered-in-part', atMs: model.nowMs, id: first + index, value });
      };
      const onReply: OnReply = (answer, usage) => {
        // Given up with the attempt: nobody hears of it.
        if (isOver) return;
        waiting.delete(sent);
        if (!answer.ok && WIRE.has(answer.failure.reason)) limiter.lost(sent, model.nowMs);
        else if (!answer.ok && isLimit(answer.failure)) limiter.refused(sent, usage, answer.failure, model.nowMs);
        else limiter.answered(sent, usage, model.nowMs);
        watch.answered(request, atMs, answer, model.nowMs);
        step({ kind: 'answered', atMs: model.nowMs, id: first + index, answer });
      };
      model.send(request, onReply, inPart);
    });
  };

  let idle = 0;
  for (;;) {
    const nowMs = model.nowMs;
    idle = isNew ? 0 : idle + 1;
    isNew = false;
    const rooms = { futures: limiters.futures.room(nowMs), wallet: limiters.wallet.room(nowMs) };
    const decision = decide(state, nowMs, rooms);
    const isHopeless = model.books.violations.length + watch.violations.length > MOST_VIOLATIONS;
    if (decision.kind === 'end' || isHopeless) {
      isOver = true;
      for (const sent of waiting) limiters[sent.cost.host].lost(sent, nowMs);
      if (nowMs > state.job.deadline.workUntilMs) watch.say('deadline', 'the attempt ended after it');
      const end: End = decision.kind === 'end' ? decision.end : { kind: 'attempts' };
      return { start, state, end, events, confirms: next.confirms, startedAtMs, endedAtMs: nowMs };
    }
    if (decision.requests.length > 0) send([...decision.requests]);
    if (decision.readSecret) {
      step({ kind: 'reading-secret', atMs: nowMs });
      model.timeline.put(nowMs + 20, () => {
        if (!isOver) step({ kind: 'secret-read', atMs: model.nowMs, isNew: model.readSecret() });
      });
    }
    const { timerAtMs } = decision;
    if (!(timerAtMs <= state.job.deadline.workUntilMs)) watch.say('deadline', `timers at ${timerAtMs}, after it`);
    if (timerAtMs <= nowMs && idle > MOST_IDLE_DECISIONS) {
      watch.say('idle', `${idle} decisions at one instant without an event`);
      const end = { kind: 'attempts' } as const;
      return { start, state, end, events, confirms: next.confirms, startedAtMs, endedAtMs: nowMs };
    }
    advance(model, Math.max(nowMs, Math.min(timerAtMs, model.timeline.nextAtMs())));
  }
}

function jobOf({ seed, job }: Schedule, startedAtMs: number): Job {
  const { timeoutMs, maxRetries, retryDelayMs, jitter, recvWindowMs, hasWallet } = job;
  return {
    scope: { closePositions: job.closePositions, cancelOrders: job.cancelOrders, symbols: job.symbols },
    correlationId: `liq_20231114_221320_${seed.toString(16).padStart(6, '0')}`,
    attemptName: '',
    deadline: deadlineFor(startedAtMs, timeoutMs, timeoutMs + 60_000),
    ...{ maxRetries, retryDelayMs, jitter, recvWindowMs, hasWallet, market: MARKETS.usdm },
  };
}

/** What an attempt leaves to the next one, as the use case makes it; `asText`: through the text that is stored. */
function leave({ state }: Attempt, asText: boolean): Carried {
  const gone = state.stays.filter(stay => stay.goneAtMs !== undefined);
  const carried: Carried = {
    ...state.carried,
    closed: state.carried.closed + gone.length,
    ordersCancelled: state.carried.ordersCancelled + state.counts.ordersCancelled,
    stays: state.stays.filter(stay => stay.goneAtMs === undefined),
    learnt: learnedLimitsOf(state),
    recvWindowMs: windowToCarry(state),
    orders: ordersLeftBy(state),
  };
  if (!asText) return carried;
  const read = readCarriedMarkets(writeCarriedMarkets({ usdm: carried }))?.usdm;
  if (read === undefined) throw new Error('what an attempt left cannot be read');
  return read;
}
