/**
 * The function dies in the middle, after its first close and before the others.
 *
 *   first ──── one close executed ── SIGKILL
 *   at once ────────────────────────── in progress: the lease still holds
 *   takeover ──────────────────────────────────────── lease over ── attempt 2 ── flat
 *
 * The orders of the other symbols never arrive, so the function dies at the same point every time.
 */

import { callOf, checkAnswer, checkThat } from './checks.ts';
import {
  auditLogHas,
  closedInFull,
  couldOnlyReduce,
  nothingLeaked,
  nothingLeft,
  ORDER_PATH,
  oneCorrelationId,
  oneFinalEvent,
  onlyReduced,
  whereTablesAnswered,
} from './expectations.ts';
import { openPortfolio } from './portfolio.ts';
import type { Scenario } from './scenario.ts';
import { callAndWait, FIRST_CLOSE_EXECUTED, ORDERS_ACCEPTED_AGAIN } from './steps.ts';

const diedInTheMiddle = checkThat(
  'it was killed in the middle: one position closed, another still open, no answer',
  evidence => {
    const first = callOf(evidence, 'first');
    if (first === undefined) return ['the call "first" was never made'];
    const closed = evidence.after.fills.filter(fill => fill.atMs <= first.endedAtMs).length;
    const all = evidence.before.positions.length;
    return [
      first.answer === undefined || 'it had answered',
      (closed > 0 && closed < all) || `${closed} of ${all} positions were closed by then`,
    ];
  },
);

const refusedAtOnce = checkAnswer(
  'at once',
  'a call at once got "in progress" and did nothing at the exchange',
  ({ state }, _, { exchangeActions }) => [
    ['state', state, 'in_progress'],
    ['orders and cancels at the exchange', exchangeActions, 0],
  ],
);

const takenOver = checkAnswer(
  'takeover',
  'the next call took over after the lease: attempt 2, completed, FLAT',
  ({ state, attempt, success }) => [
    ['state', state, 'completed'],
    ['attempt', attempt, 2],
    ['success', success, true],
  ],
);

const auditLogWhole = whereTablesAnswered(
  checkThat('the audit log is complete: both attempts wrote to it, and the hash chain verifies', ({ incidents }) => {
    const [chain] = incidents.map(one => one.chain);
    const kindOf = (writer: string) => chain?.segments.find(one => one.writer === writer)?.kind;
    return [
      ...(chain?.ok === true ? [] : (chain?.segments ?? []).map(({ sentence }) => sentence)),
      // A killed function cannot seal its part, and the audit log must show that.
      ['the part of attempt 1', kindOf('a1'), 'unsealed'],
      ['the part of attempt 2', kindOf('a2'), 'intact'],
    ];
  }),
);

export const crash: Scenario = {
  name: 'crash',
  title: 'The function is killed between two closes',
  promise:
    'After the liquidator was killed, the next call waits for the end of its lease, and completes the liquidation.',
  positions: { usual: 3, least: 2, most: 40 },
  // Short, because the drill waits for the end of the lease, which lasts three seconds longer.
  settings: { timeoutMs: 10_000 },
  prepare: stage => {
    const [, ...others] = openPortfolio(stage);
    for (const symbol of others) {
      stage.exchange.faults.add({
        on: { method: 'POST', path: ORDER_PATH, symbol },
        times: Number.POSITIVE_INFINITY,
        fault: { kind: 'hang-before' },
      });
    }
  },
  steps: [
    { kind: 'call', call: 'first', id: 'one', on: 'A' },
    FIRST_CLOSE_EXECUTED,
    { kind: 'kill', on: 'A', says: 'SIGKILL: the first close is executed, the others are not' },
    { kind: 'answered', calls: ['first'] },
    ...callAndWait('at once'),
    { kind: 'lease-end', id: 'one' },
    ORDERS_ACCEPTED_AGAIN,
    ...callAndWait('takeover'),
  ],
  checks: [
    diedInTheMiddle,
    whereTablesAnswered(refusedAtOnce),
    whereTablesAnswered(takenOver),
    nothingLeft,
    closedInFull(),
    onlyReduced,
    couldOnlyReduce,
    auditLogHas('liquidation_resumed', 1, 'the audit log says that attempt 2 resumed what attempt 1 began'),
    oneCorrelationId,
    oneFinalEvent('liquidation_completed'),
    auditLogWhole,
    nothingLeaked,
  ],
};
