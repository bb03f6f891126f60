/**
 * One observation of the account: positions, ordinary orders and conditional orders, read at the same time.
 *
 * Positions that are known to be open do not wait for a list of orders that hangs: after a grace the observation is
 * given without it. A proof of flatness has nothing else to wait for, and waits for all three.
 */

import type { Failure } from '../core/failure.ts';
import type { Scope, Snapshot } from '../core/model.ts';
import { inScope } from '../core/plan.ts';
import { REQUESTS } from '../core/request-costs.ts';
import type { RequestTrace } from '../ports.ts';
import { attempt, type Outcome } from './attempt.ts';
import type { Run } from './run.ts';

export interface Observation {
  readonly snapshot: Snapshot;
  readonly failures: readonly Failure[];
  readonly traces: readonly RequestTrace[];
}

const GRACE_MS = 500;

/**
 * Reads all three lists. A list that could not be read is undefined in the snapshot, and its failure is given; of one
 * that was not waited for there is neither. `waitFor: 'all'` when nothing is to be closed, so nothing is urgent.
 */
export async function observe(run: Run, scope: Scope, waitFor: 'enough' | 'all' = 'enough'): Promise<Observation> {
  const { clock } = run.world;
  const startedAtMs = clock.nowMs();
  const lists: {
    positions?: Outcome<Rows<'positions'>>;
    orders?: Outcome<Rows<'orders'>>;
    conditionals?: Outcome<Rows<'conditionals'>>;
  } = {};
  const enough = new AbortController();

  const positions = attempt(run, REQUESTS.positions, (exchange, limits) => exchange.positions(limits)).then(
    async outcome => {
      lists.positions = outcome;
      const open = waitFor === 'enough' && outcome.ok && outcome.value.some(row => inScope(scope, row.symbol));
      if (open) await clock.sleep(GRACE_MS, enough.signal);
      return open;
    },
  );
  const orders = Promise.all([
    attempt(run, REQUESTS.openOrders, (exchange, limits) => exchange.openOrders(limits)).then(outcome => {
      lists.orders = outcome;
    }),
    attempt(run, REQUESTS.openConditionals, (exchange, limits) => exchange.openConditionals(limits)).then(outcome => {
      lists.conditionals = outcome;
    }),
  ]).then(() => enough.abort());
  if (!(await positions)) await orders;

  const read = [lists.positions, lists.orders, lists.conditionals].filter(one => one !== undefined);
  return {
    snapshot: {
      startedAtMs,
      finishedAtMs: clock.nowMs(),
      positions: rowsOf(lists.positions),
      orders: rowsOf(lists.orders),
      conditionals: rowsOf(lists.conditionals),
    },
    failures: read.flatMap(outcome => (outcome.ok ? [] : [outcome.failure])),
    traces: read.flatMap(outcome => outcome.traces),
  };
}

type Rows<K extends 'positions' | 'orders' | 'conditionals'> = NonNullable<Snapshot[K]>;

function rowsOf<T>(outcome: Outcome<T> | undefined): T | undefined {
  return outcome?.ok ? outcome.value : undefined;
}
