/**
 * The exchange's rules (exchangeInfo): over a megabyte, so they are read only after a refusal, and must be newer than it.
 * What was refused takes precedence over them.
 */

import type { Failure, Reason } from '../../exchange/failure.ts';
import type { ExchangeRules, SymbolRules } from '../../exchange/model.ts';
import type { EngineState } from '../state.ts';
import type { CloseTarget, SymbolWork } from '../symbols/symbol-work.ts';
import { backoffMs } from '../timing.ts';
import { learnLimitForm } from './learnt.ts';

/** Rules newer than the order that was refused; one read serves all orders of a batch. */
export function wantTradingStatus(state: EngineState, triedAtMs: number, atMs: number): EngineState {
  const newestMs = state.rules.wantedSinceMs ?? state.rules.known?.askedAtMs ?? 0;
  return newestMs >= triedAtMs ? state : wantRules(state, atMs);
}

export const wantRules = (state: EngineState, sinceMs: number): EngineState => ({
  ...state,
  rules: { ...state.rules, wantedSinceMs: Math.max(sinceMs, state.rules.wantedSinceMs ?? 0) },
});

/** A symbol that does not trade takes no order: its refused targets are given up for this attempt. */
export function afterRules(state: EngineState, known: ExchangeRules): EngineState {
  const { wantedSinceMs } = state.rules;
  const isNewEnough = wantedSinceMs !== undefined && known.askedAtMs >= wantedSinceMs;
  const rules = { known, wantedSinceMs: isNewEnough ? undefined : wantedSinceMs, failures: 0, notBeforeMs: 0 };
  const changed = new Map<string, SymbolWork>();
  for (const own of state.symbols.values()) {
    const { symbol } = own;
    if (!own.targets.some(one => one.failure)) continue;
    const status = known.symbols.get(symbol)?.status;
    const isHalted = status !== undefined && status !== 'TRADING';
    changed.set(symbol, {
      ...own,
      targets: own.targets.map(target => (isHalted ? halted(target, status) : sized(target, known))),
    });
  }
  return { ...state, rules, symbols: state.symbols.withAll(changed) };
}

/** Rules requested after the order went out say at once whether the symbol trades. */
export function haltedBy(state: EngineState, target: CloseTarget): CloseTarget {
  const { known } = state.rules;
  const status = known?.symbols.get(target.symbol)?.status;
  if (known === undefined || known.askedAtMs < target.triedAtMs || status === undefined || status === 'TRADING')
    return target;
  return halted(target, status);
}

/** A target that waited for the rules to know the size or the digits goes on. */
const sized = (target: CloseTarget, { symbols, askedAtMs }: ExchangeRules): CloseTarget =>
  target.stage.kind === 'waiting' && target.failure !== undefined && SIZES.has(target.failure.reason)
    ? { ...target, stage: { kind: 'idle' } }
    : byLimit(target, symbols.get(target.symbol), askedAtMs);

const SIZES: ReadonlySet<Reason> = new Set(['too-large', 'too-many-digits']);

/** A target that was refused as too small goes on with a limit order, if the rules allow one for it. */
export function byLimit(target: CloseTarget, rules: SymbolRules | undefined, atMs: number): CloseTarget {
  const { position, learnt, stage, failure } = target;
  const isOver = stage.kind === 'exhausted' || stage.kind === 'waiting';
  if (position === undefined || !isOver || failure?.reason !== 'too-small') return target;
  const next = learnLimitForm(position, learnt, rules, atMs);
  return next === undefined ? target : { ...target, learnt: next, stage: { kind: 'idle' } };
}

function halted(target: CloseTarget, status: string): CloseTarget {
  const { failure: refused, position, stage } = target;
  if (refused === undefined || position === undefined || stage.kind === 'in-flight' || !MAY_BE_HALT.has(refused.reason))
    return target;
  const message = `${target.symbol} is ${status}: the exchange takes no order for it (${refused.message})`;
  const failure: Failure = { ...refused, subject: 'symbol', reason: 'not-trading', message };
  return { ...target, failure, stage: { kind: 'exhausted' } };
}

/** Refusals that a halt explains. An exchange that answers "book too thin" or "too large" trades the symbol. */
const MAY_BE_HALT: ReadonlySet<Reason> = new Set(['not-trading', 'rejected', 'our-bug', 'unexpected']);

export function afterRulesFailed(state: EngineState, atMs: number, id: number): EngineState {
  const failures = state.rules.failures + 1;
  // After a few failures the attempt goes on without the rules.
  const wantedSinceMs = failures > MOST_FAILURES ? undefined : state.rules.wantedSinceMs;
  const pauseMs = backoffMs(state.job.retryDelayMs, failures, (id % 10) / 10);
  return { ...state, rules: { ...state.rules, failures, wantedSinceMs, notBeforeMs: atMs + pauseMs } };
}

const MOST_FAILURES = 3;

export const rulesOf = (state: EngineState, symbol: string): SymbolRules | undefined =>
  state.rules.known?.symbols.get(symbol);
