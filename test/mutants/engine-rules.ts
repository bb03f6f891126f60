/**
 * Deliberate mutations of the rules that the engine is built on, one or more for each: the text that carries the rule, and
 * what stands in its place. `by` names what must notice: rules of test/core/liquidation/model/violations.ts, or an example
 * of model/examples.ts by its first words.
 */

export interface RuleMutation {
  readonly rule: string;
  readonly file: string;
  readonly from: string;
  readonly to: string;
  readonly by: string;
}

const at = (file: string, rule: string, from: string, to: string, by: string): RuleMutation => ({
  ...{ rule, from, to, by },
  file: `lambda/core/${file}.ts`,
});

export const RULE_MUTATIONS: readonly RuleMutation[] = [
  // Facts at the right level
  at(
    'liquidation/plan-close',
    'a close can only reduce (one-way)',
    "reduceOnly: row.positionSide === 'BOTH'",
    'reduceOnly: false',
    'safe',
  ),
  at(
    'liquidation/plan-close',
    'the side comes from positionSide',
    "if (positionSide === 'SHORT') return 'BUY';",
    "if (positionSide === 'SHORT') return 'SELL';",
    'safe',
  ),
  at(
    'liquidation/plan-close',
    'one order tries a smaller size',
    'chunks.slice(0, 1)',
    'chunks',
    'a size that was refused',
  ),
  at(
    'liquidation/plan-close',
    'chunks have no more digits than are needed',
    'Math.min(digits, decimalsOf(plain(quantity)))',
    'digits',
    'chunks have no more digits',
  ),
  at(
    'liquidation/learnt',
    'what was refused outranks the document',
    'isMore(refusedQuantity, documented)) return',
    'true) return',
    'pace',
  ),
  at(
    'liquidation/learnt',
    'refused zeros forbid no digit',
    'decimalsOf(quantity) - 1',
    'Math.max(0, decimalsOf(quantity) - 3)',
    'end',
  ),
  at(
    'liquidation/learnt',
    'a size that needs very many orders is asked to be larger',
    'isLargest !== true && count > MANY_ORDERS',
    'false',
    'a size that was refused wrongly',
  ),
  at(
    'liquidation/learnt',
    'a rest that digits leave is asked for once more',
    "learnt.digitsDoubt === undefined ? { ...learnt, digitsDoubt: 'asked' } : undefined",
    'undefined',
    'digits that were refused wrongly',
  ),
  at(
    'liquidation/cancel-progress',
    'only a sweep that passed is not sent again',
    '    return { ...own, [of.kind]: next };',
    '    return { ...own, [of.kind]: next, swept: true };',
    'a sweep that is refused',
  ),
  at(
    'liquidation/carry',
    'what was learnt travels to the next attempt',
    'learnt.atMs === undefined ? [] : [{ symbol, side, learnt: lessonToCarry(learnt) }]',
    '[]',
    'a size that was refused',
  ),
  at(
    'liquidation/carry',
    'positions of earlier attempts are still held',
    '({ ...own, held: true })',
    'own',
    'a symbol that an earlier attempt',
  ),
  // The view
  at(
    'liquidation/merge-list',
    'an older answer never overwrites a newer one',
    'before.latest.sentAtMs >= sentAtMs',
    'false',
    'a look that is answered late',
  ),
  at(
    'liquidation/merge-list',
    'only what is in scope is acted on',
    'answer.rows.filter(row => inScope(scope, row.symbol))',
    'answer.rows',
    'scope',
  ),
  at('liquidation/proof', 'an unreadable row forbids the proof', 'list.unread.length > 0', 'false', 'flat'),
  // Failures and what follows
  at(
    'exchange/next-step',
    'an order of unknown fate is looked for',
    "'no-answer': row('look'",
    "'no-answer': row('again'",
    'look',
  ),
  at(
    'exchange/next-step',
    'an order on a dead connection is looked for',
    "'stale-connection': row('look'",
    "'stale-connection': row('again'",
    'look',
  ),
  at(
    'liquidation/close-progress',
    'what was taken is looked after',
    'if (!outcome.look) return refused();',
    'return refused();',
    'look',
  ),
  at(
    'liquidation/close-look',
    'only a look that is newer than the answer tells',
    'if (sentAtMs < stage.sinceMs || isLagging',
    'if (isLagging',
    'look',
  ),
  at(
    'liquidation/close-look',
    'silence is waited for',
    'if (sentAtMs - stage.sinceMs < overdueMs(state) * 2 ** Math.min(target.tries, 3)) return seen;',
    '',
    'look',
  ),
  at(
    'liquidation/trouble',
    'one answer does not stop a run',
    'const CONFIRMED_BY = 2;',
    'const CONFIRMED_BY = 1;',
    'one kind of request that is refused',
  ),
  at(
    'liquidation/trouble',
    'the window widens',
    'recvWindowMs * 2',
    'recvWindowMs',
    'an order that waits in the engine',
  ),
  at(
    'liquidation/trouble',
    'a repair is made first',
    "return { repair: { kind: 'wanted', sinceMs: atMs, failures: 0 }, mayGoOn: true };\n    case 'wanted':",
    "return { repair, mayGoOn: false };\n    case 'wanted':",
    'a clock that is refused',
  ),
  // Progress
  at(
    'liquidation/close-look',
    'progress gives back the tries',
    "const fresh: Target = { ...target, tries: 0, waits: 0, stage: { kind: 'idle' } };",
    "const fresh: Target = { ...target, stage: { kind: 'exhausted' } };",
    'a position that shrinks',
  ),
  at(
    'liquidation/work',
    'tries are counted',
    'const tries = work.tries + 1;',
    'const tries = work.tries;',
    'a position that keeps',
  ),
  at(
    'liquidation/work',
    'waits grow',
    "stage: { kind: 'waiting', untilMs: atMs + pauseMs } };",
    'stage: IDLE };',
    'pace',
  ),
  at(
    'liquidation/work',
    'a dead connection is repeated at once a single time',
    'return work.waits === 0',
    'return work.waits >= 0',
    'a cancel on a connection that is dead',
  ),
  at(
    'liquidation/symbols',
    'a cancel of nothing is no progress',
    "return (cancelOrders.doneAtMs ?? 0) > target.triedAtMs && target.tries <= 1 ? 'perhaps' : 'stays';",
    "return (cancelOrders.doneAtMs ?? 0) > target.triedAtMs ? 'cancelled' : 'stays';",
    'pace',
  ),
  // Reads
  at(
    'liquidation/want-reads',
    'slow reads are hedged',
    'if (running.length >= MOST_HEDGES) return [];',
    'return [];',
    'a look that hangs',
  ),
  at(
    'liquidation/want-reads',
    'hedged reads are bounded',
    'const MOST_HEDGES = 3;',
    'const MOST_HEDGES = 3000;',
    'a look that is never answered',
  ),
  at(
    'liquidation/want-reads',
    'order lists are read when needed, not polled',
    "if (name === 'positions') wants.push(...lookAfterCloses(state, latest.sentAtMs, nowMs));",
    'wants.push(...lookAfterCloses(state, latest.sentAtMs, nowMs));',
    'lists',
  ),
  at(
    'liquidation/want-reads',
    'order lists are spaced',
    'if (lastSentMs >= sinceMs) return sinceMs;',
    'return sinceMs;',
    'pace',
  ),
  at(
    'liquidation/want-reads',
    'looks come less often the longer nothing moves',
    'Math.max(POLL_MIN_MS, latencyMs, (nowMs - movedAtMs) / 4)',
    '5',
    'pace',
  ),
  at(
    'liquidation/want-reads',
    'TWAP orders are listed after a cancel only',
    'sinceMs > latest.sentAtMs ? sinceMs : undefined',
    'latest.sentAtMs + 1',
    'pace',
  ),
  // Rates and waits
  {
    file: 'lambda/app/exchange/rate-limiter.ts',
    rule: 'nothing goes out before a told wait is over',
    from: 'host.flows = addressRefused(host.flows, sent, { toldMs, grownMs }, nowMs);\n      host.openAtMs = Math.max(host.openAtMs, openAtMs);',
    to: '',
    by: 'wait',
  },
  at(
    'exchange/flow',
    'after a refusal one request goes out alone',
    'most: 1, refusedAtMs: nowMs',
    'most: 4, refusedAtMs: nowMs',
    'alone',
  ),
  at('exchange/flow', 'what was sent before a refusal shows nothing', 'sent.atMs >= refusedAtMs;', 'true;', 'alone'),
  at(
    'exchange/room',
    'the weight stays within the limit',
    'cost.weight > 0 && room.weightLeft - kept < cost.weight',
    'false',
    'weight',
  ),
  at(
    'liquidation/decide',
    'closes go first',
    '  for (const { target } of closes) {\n    if (!chosen',
    "  chosen.addAll(cancels.others, 'can-wait');\n  for (const { target } of closes) {\n    if (!chosen",
    'closes go out first',
  ),
  at(
    'liquidation/want-closes',
    'the largest close goes first',
    'b.rank - a.rank ||',
    'a.rank - b.rank ||',
    'closes go out first',
  ),
  at(
    'liquidation/want-closes',
    'a close waits for its cancels',
    'return (startedAtMs ?? nowMs) + cancelHoldMs(state);',
    'return nowMs;',
    'an order waits for a cancel',
  ),
  at(
    'liquidation/want-closes',
    'but not for long',
    'Math.min(CANCEL_HOLD_MAX_MS,',
    'Math.max(9_000_000,',
    'an order waits for a cancel',
  ),
  at(
    'liquidation/want-closes',
    'nothing goes out before the lock',
    '!state.mayAct || !state.job.scope.closePositions',
    '!state.job.scope.closePositions',
    'name',
  ),
  at(
    'liquidation/want-closes',
    'positions are left where that is configured',
    '!state.mayAct || !state.job.scope.closePositions',
    '!state.mayAct',
    'scope',
  ),
  at(
    'liquidation/want-cancels',
    'orders are left where that is configured',
    '!state.mayAct || !state.job.scope.cancelOrders',
    '!state.mayAct',
    'scope',
  ),
  // Stops
  at(
    'liquidation/want-cancels',
    'the stops of an open position stay',
    'return isHidden || hasPosition(own);',
    'return false;',
    'stops',
  ),
  at(
    'liquidation/want-cancels',
    'unread positions are not none',
    'return isHidden || hasPosition(own);',
    'return hasPosition(own);',
    'stops',
  ),
  at(
    'liquidation/want-cancels',
    'a row that cannot be read may be a stop',
    '&& !mayHideProtection(state, own)',
    '',
    'beside a row that cannot be read',
  ),
  at(
    'liquidation/entries',
    'an order against its side only reduces',
    "!(positionSide === 'LONG' && side === 'SELL')",
    'true',
    'stops',
  ),
  // Proof
  at(
    'liquidation/proof',
    'two looks, 500 ms apart',
    'export const PROOF_GAP_MS = 500;',
    'export const PROOF_GAP_MS = 5;',
    'the second look of the proof',
  ),
  at(
    'liquidation/proof',
    'FLAT needs positions and orders to be gone',
    'if (!isClear(leftover(state), state.job.scope))',
    'if (false)',
    'flat',
  ),
  at(
    'liquidation/proof',
    'every entry is explained',
    '&& areExplained(state, look.startMs)',
    '',
    'an entry that is not explained',
  ),
  at(
    'liquidation/entry',
    'an entry that filled must be seen, or be old enough',
    'const LAG_MS = 1_500;',
    'const LAG_MS = 0;',
    'an entry that fills before',
  ),
  at(
    'liquidation/entries',
    'an entry that lives is cancelled unseen',
    'forgotten: true } }));',
    'forgotten: false } }));',
    'an entry that lives',
  ),
  at(
    'liquidation/want-cancels',
    'a closed symbol is swept',
    'return (own.held || isBlind) && !own.swept && !mayProtect(state, own);',
    'return false;',
    'a symbol that was closed',
  ),
  at(
    'liquidation/resume',
    'a flat result is looked at again',
    'if (confirmMs === 0) return',
    'if (confirmMs >= 0) return',
    'what is open again',
  ),
  // The end
  at(
    'liquidation/decide',
    'an attempt ends at its deadline',
    "if (nowMs >= workUntilMs) return { kind: 'time'",
    "if (nowMs >= workUntilMs + 500) return { kind: 'time'",
    'idle',
  ),
  at('liquidation/want-closes', 'names follow from the batch', 'target.batches + 1', '1', 'name'),
  at(
    'liquidation/want-closes',
    'names follow from the attempt',
    'const { correlationId, attemptName, market } = state.job;',
    "const { correlationId, market } = state.job;\n  const attemptName = '';",
    'name',
  ),
];
