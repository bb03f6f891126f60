/**
 * The state after an event. Pure and total: a late answer is merged even if its work no longer waits for it; an answer to a
 * request that is not pending changes nothing.
 *
 *   sent ────────── each request becomes pending, its work in flight
 *   answered ─┬──── lists are merged (merge-list.ts)
 *             ├──── closes, cancels and order queries advance their work
 *             └──── failures that concern more than one symbol (account-faults.ts)
 */

import type { Failure } from '../exchange/failure.ts';
import type { Rows } from '../exchange/model.ts';
import { nextStep } from '../exchange/next-step.ts';
import { type AnswerOf, COSTS, type ExchangeRequest, type RequestKind } from '../exchange/request.ts';
import { afterFailedCall, afterPassedCall, clockAsked } from './account-faults.ts';
import { afterCancel, afterCancelFailed, cancelSent } from './cancel/cancel-progress.ts';
import { afterOrderQuery, afterOrderQueryFailed, orderQuerySent } from './cancel/entries.ts';
import type { Carried } from './carry/carried.ts';
import { withCarried } from './carry/carry.ts';
import { afterClose, afterCloseFailed, closesSent } from './close/close-progress.ts';
import { otherFormsOrDust } from './close/close-read.ts';
import { afterRules, afterRulesFailed } from './close/rules-progress.ts';
import { afterCrossCheck } from './lists/cross-check.ts';
import { afterListFailed } from './lists/list-failed.ts';
import { isCrossCheck, listNameOf } from './lists/list-view.ts';
import { afterList } from './lists/merge-list.ts';
import { withProof } from './lists/proof.ts';
import type { Pending } from './pending.ts';
import type { EngineState } from './state.ts';

export function reduce(state: EngineState, event: EngineEvent): EngineState {
  switch (event.kind) {
    case 'sent':
      return afterSent(state, event.requests, event.atMs);
    case 'answered':
      return afterAnswer(state, event.id, event.answer, event.atMs);
    case 'answered-in-part':
      return afterPart(state, event.id, event.value, event.atMs);
    case 'may-act': {
      const next = { ...state, mayAct: true, job: { ...state.job, attemptName: event.attemptName } };
      return event.carried ? withCarried(next, event.carried, event.atMs) : next;
    }
    case 'reading-secret':
      return { ...state, faults: { ...state.faults, key: { kind: 'running', sinceMs: event.atMs, failures: 0 } } };
    case 'secret-read':
      return secretRead(state, event.isNew, event.atMs);
  }
}

/** With a new key TWAP and VP orders are read again if the old key was refused. */
function secretRead(state: EngineState, isNew: boolean, atMs: number): EngineState {
  const faults: EngineState['faults'] = { ...state.faults, key: { kind: 'done', atMs, isNewKey: isNew } };
  const { twapOrders } = state.lists;
  if (!isNew || twapOrders.failure?.reason !== 'key') return { ...state, faults };
  const again = { ...twapOrders, failures: 0, notBeforeMs: 0, exhausted: false };
  return { ...state, faults, lists: { ...state.lists, twapOrders: again } };
}

function afterSent(state: EngineState, requests: readonly ExchangeRequest[], atMs: number): EngineState {
  const first = state.nextId;
  const pending = state.pending.withSent(first, requests, atMs);
  const sent = requests.map((request, index) => ({ request, id: first + index }));
  let next: EngineState = { ...state, pending, nextId: first + requests.length };
  next = closesSent(next, sent, atMs);
  for (const { request, id } of sent) {
    if (isCrossCheck(request)) next = { ...next, crossCheck: 'asked' };
    else if (request.kind === 'server-time') next = clockAsked(next, atMs);
    else if (COSTS[request.kind].operation === 'cancel') next = cancelSent(next, request, id, atMs);
    else if (request.kind === 'order' || request.kind === 'conditional-order')
      next = orderQuerySent(next, request, id, atMs);
  }
  return next;
}

function afterAnswer(state: EngineState, id: number, answer: EngineAnswer, atMs: number): EngineState {
  const call = state.pending.get(id);
  if (call === undefined) return state;
  const open = { ...state, pending: state.pending.without(id) };
  if (isCrossCheck(call.request)) return answer.ok ? afterCrossCheck(open, answer.value as never, atMs) : open;
  return answer.ok
    ? afterPassed(open, id, call, answer.value, atMs)
    : afterFailed(open, id, call, answer.failure, atMs);
}

/** A page of conditional orders counts only before they were ever read whole: later those of the other page would look gone. */
function afterPart(state: EngineState, id: number, value: Rows<unknown>, atMs: number): EngineState {
  const call = state.pending.get(id);
  const kind = call?.request.kind;
  if (call === undefined || (kind !== 'positions' && kind !== 'conditional-orders')) return state;
  const { latest } = state.lists[listNameOf(kind)];
  if (kind === 'conditional-orders' && latest !== undefined && !latest.inPart) return state;
  return afterList(state, kind, value as never, { sentAtMs: call.sentAtMs, atMs, inPart: true });
}

function afterPassed(before: EngineState, id: number, call: Pending, value: unknown, atMs: number): EngineState {
  const state = afterPassedCall(before, call, atMs);
  const { request } = call;
  switch (request.kind) {
    case 'positions':
    case 'open-orders':
    case 'conditional-orders':
    case 'twap-orders':
      return afterList(state, request.kind, value as never, {
        ...{ sentAtMs: call.sentAtMs, atMs },
        older: 'older' in request && request.older === true,
      });
    case 'close':
      return afterClose(state, id, request, value as never, atMs);
    case 'cancel-orders':
    case 'cancel-order':
    case 'cancel-conditionals':
    case 'cancel-conditional':
    case 'cancel-twap-order':
      return afterCancel(state, id, request, atMs);
    case 'order':
    case 'conditional-order':
      return withProof(afterOrderQuery(state, request, value as never, atMs));
    case 'rules':
      return otherFormsOrDust(afterRules(state, value as never));
    // Sent outside of the engine, or handled by afterPassedCall.
    case 'server-time':
    case 'fills':
    case 'account-config':
    case 'test-order':
    case 'key-permissions':
    case 'margin-orders':
      return state;
  }
}

function afterFailed(before: EngineState, id: number, call: Pending, failure: Failure, atMs: number): EngineState {
  const { request } = call;
  const wanted = nextStep(COSTS[request.kind].operation, failure);
  const { state, step } = afterFailedCall(before, call, failure, wanted, atMs);
  switch (request.kind) {
    case 'positions':
    case 'open-orders':
    case 'conditional-orders':
    case 'twap-orders':
      return afterListFailed(state, request, step, failure, atMs, id);
    case 'close':
      return afterCloseFailed(state, id, request, step, failure, atMs);
    case 'cancel-orders':
    case 'cancel-order':
    case 'cancel-conditionals':
    case 'cancel-conditional':
    case 'cancel-twap-order':
      return step === 'already-done'
        ? afterCancel(state, id, request, atMs)
        : afterCancelFailed(state, id, request, step, failure, atMs);
    case 'order':
    case 'conditional-order':
      return withProof(afterOrderQueryFailed(state, id, request, step, failure, atMs));
    case 'rules':
      return afterRulesFailed(state, atMs, id);
    case 'server-time':
    case 'fills':
    case 'account-config':
    case 'test-order':
    case 'key-permissions':
    case 'margin-orders':
      return state;
  }
}

/** What can happen in an attempt. Instants are epoch ms of the one clock. */
export type EngineEvent =
  /** The requests of one decision go out, in their order. */
  | { readonly kind: 'sent'; readonly atMs: number; readonly requests: readonly ExchangeRequest[] }
  /** One was answered, or failed. `id` counts the sent requests from 1. */
  | { readonly kind: 'answered'; readonly atMs: number; readonly id: number; readonly answer: EngineAnswer }
  /** One of the pages of a list is there; the answer with all of them still comes. */
  | { readonly kind: 'answered-in-part'; readonly atMs: number; readonly id: number; readonly value: Rows<unknown> }
  /**
   * The lock and the first audit record are there, or took too long. `attemptName`: part of the order names from now on;
   * `carried`: what earlier attempts left.
   */
  | {
      readonly kind: 'may-act';
      readonly atMs: number;
      readonly attemptName: string;
      readonly carried: Carried | undefined;
    }
  /** The secret is being read again. */
  | { readonly kind: 'reading-secret'; readonly atMs: number }
  /** It was: a new key, or none (the same one, or it cannot be read). */
  | { readonly kind: 'secret-read'; readonly atMs: number; readonly isNew: boolean };

export type EngineAnswer =
  | { readonly ok: true; readonly value: AnswerOf[RequestKind] }
  | { readonly ok: false; readonly failure: Failure };
