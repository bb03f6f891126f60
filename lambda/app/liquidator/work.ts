/**
 * The work of one attempt: every covered market in one loop, and one read of the others.
 *
 * A refused key may be of the other kind of account (portfolio margin has its own API). If it is, the account is liquidated
 * there, and the answer names the wrong setting.
 */

import { type AccountKind, marketsOf } from '../../core/exchange/market.ts';
import type { UncoveredRead } from '../../core/liquidation/answer/market-ends.ts';
import { stateAtStart } from '../../core/liquidation/state.ts';
import type { AuditLog } from '../audit-log.ts';
import {
  type AccountSession,
  type ExchangeSession,
  type NamedTrace,
  openSession,
} from '../exchange/exchange-session.ts';
import type { LiquidatorPorts } from '../liquidator-ports.ts';
import { type AuditRecorder, createAuditRecorder } from './audit-recorder.ts';
import type { KindFinding } from './kind-of-account.ts';
import { attemptNameOf, type Lease } from './lock.ts';
import { startUncoveredReading } from './read-uncovered.ts';
import { type EngineResult, type MarketRun, runEngine } from './run-engine.ts';
import { jobOf, type Task } from './task.ts';
import { type KindWatch, watchKind } from './watch-kind.ts';

export interface MarketOutcome {
  readonly session: ExchangeSession;
  readonly result: EngineResult;
  readonly recorder: AuditRecorder;
}

/** The work ended by itself, or broke off with an unexpected error. */
export type AttemptOutcome =
  | {
      readonly kind: 'ended';
      readonly markets: readonly MarketOutcome[];
      readonly uncovered: readonly UncoveredRead[];
      /** Every request that ended. */
      readonly requests: readonly NamedTrace[];
      /** The account is of another kind than configured, and was cleared as that. */
      readonly otherKind?: AccountKind;
      /** The key is refused, and it is not known whether the account is of the other kind. */
      readonly kindUnknown?: Extract<KindFinding, { says: 'unknown' }>;
    }
  | { readonly kind: 'broken'; readonly error: unknown };
export interface Started {
  readonly auditLog: AuditLog;
  readonly lease: Lease;
}

interface WorkOf {
  readonly opening: Promise<AccountSession>;
  /** Undefined: the run is not ours, and nothing may be sent. */
  readonly started: Promise<Started | undefined>;
  /** One for each covered market. */
  readonly recorders: readonly AuditRecorder[];
  readonly signal: AbortSignal;
}

export async function work(ports: LiquidatorPorts, task: Task, of: WorkOf): Promise<AttemptOutcome> {
  try {
    const account = await of.opening;
    const run = new AbortController();
    const watch = watchKind(ports, task, account, of.signal, () => run.abort('the other kind'));
    const first = await clear(ports, task, account, { ...of, signal: AbortSignal.any([of.signal, run.signal]), watch });
    const finding = await watch.result();
    if (finding?.says === 'unknown') return { kind: 'ended', ...first, kindUnknown: finding };
    if (finding?.says !== 'other') return { kind: 'ended', ...first };

    const otherKind = finding.account;
    const { exchange } = task.settings;
    const settings = { ...task.settings, exchange: { ...exchange, account: otherKind } };
    const recorders = marketsOf(otherKind, exchange.markets).map(createAuditRecorder);
    const auditLog = await of.started.then(one => one?.auditLog);
    if (auditLog) for (const recorder of recorders) recorder.openAuditLog(auditLog);
    const other = await openSession(ports, { ...task, settings });
    const second = await clear(ports, { ...task, settings }, other, { ...of, recorders });
    return { kind: 'ended', ...second, requests: [...first.requests, ...second.requests], otherKind };
  } catch (error) {
    return { kind: 'broken', error };
  }
}

/** How long a read of a market that is not covered may delay the answer. */
const UNCOVERED_WAIT_MS = 50;

async function clear(
  ports: LiquidatorPorts,
  task: Task,
  account: AccountSession,
  { started, recorders, signal, watch }: Omit<WorkOf, 'opening'> & { readonly watch?: KindWatch },
): Promise<Omit<Extract<AttemptOutcome, { kind: 'ended' }>, 'kind'>> {
  const ended = new AbortController();
  const lease = started.then(
    one => one?.lease,
    () => undefined,
  );
  const uncoveredReading = startUncoveredReading(ports.clock, account, AbortSignal.any([signal, ended.signal]));
  const recorderOf = (index: number): AuditRecorder => recorders[index] ?? createAuditRecorder();
  const lanes = account.covered.map(
    (session, index): MarketRun => ({
      session,
      start: stateAtStart(jobOf(ports, task, session.market)),
      mayAct: lease.then(
        one => one && { attemptName: attemptNameOf(task.request, one), carried: one.carried?.[session.market.name] },
      ),
      record(before, event, after, trace) {
        recorderOf(index).step(before, event, after, trace);
        if (after.flatAtMs !== undefined) uncoveredReading.begin();
        watch?.step(index, after);
      },
    }),
  );
  const results = await runEngine({ clock: ports.clock, lanes, letArrive: ports.letArrive, signal });
  const markets = results.map((result, index): MarketOutcome => {
    const { session } = lanes[index] as MarketRun;
    return { session, result, recorder: recorderOf(index) };
  });
  // If every market is stopped or must wait, the others are not read.
  if (results.some(({ end }) => end.kind !== 'stopped' && end.kind !== 'limited')) uncoveredReading.begin();
  const uncovered = await uncoveredReading.seen(UNCOVERED_WAIT_MS);
  ended.abort('ended');
  return { markets, uncovered, requests: account.requests };
}
