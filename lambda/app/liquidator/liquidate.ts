/**
 * A liquidation under its lock, with its audit log: every covered market in one loop, and one read of the others.
 *
 *   ├─ lock ── first audit record ──┐ at most 300 ms
 *   └─ secret ── first reads ───────┴─▶ loop ── fills ── next attempt ── audit log stored ── lock released ── answer
 *
 * Reads run in parallel with the lock; orders wait for both, but not for long. A caller who names the correlation ID may
 * repeat a call, so there the lock comes first: a replay sends nothing to the exchange.
 *
 * A refused key may be of the other kind of account (portfolio margin has its own API). If it is, the account is liquidated
 * there, and the answer names the wrong setting.
 */

import { type Answer, REPLAY_HOLDS_MS } from '../../contract.ts';
import { marketsOf } from '../../core/exchange/market.ts';
import { stateAtStart } from '../../core/liquidation/state.ts';
import { leftMs } from '../../core/liquidation/timing.ts';
import { type AuditLog, openAuditLog } from '../audit-log.ts';
import { type AccountSession, openSession } from '../exchange/exchange-session.ts';
import { firstWithin } from '../first-within.ts';
import type { LiquidatorPorts } from '../liquidator-ports.ts';
import { type AuditRecorder, createAuditRecorder } from './audit-recorder.ts';
import type { AttemptOutcome } from './build-result.ts';
import { refuseDuplicate } from './duplicate.ts';
import { finish } from './finish.ts';
import { detectKind, type KindDetector } from './kind-of-account.ts';
import { acquire, attemptNameOf, HOLD_MS, type Lease, type LockEntry } from './lock.ts';
import { startUncoveredReading } from './read-uncovered.ts';
import { type EngineLane, type EngineResult, runEngine } from './run-engine.ts';
import { jobOf, type Task } from './task.ts';

export async function liquidate(ports: LiquidatorPorts, task: Task): Promise<Answer> {
  const { request } = task;
  const over = new AbortController();
  const nowMs = ports.clock.nowMs();
  // An attempt that confirms a flat result runs however new the result is.
  const retakeBeforeMs = request.resume?.confirms ? nowMs + 1 : nowMs - REPLAY_HOLDS_MS;
  const acquiring = acquire(ports, task, retakeBeforeMs);
  const opening = openSession(ports, task);
  // Awaited later, where its error is reported; until then a rejection must not count as unhandled.
  opening.catch(() => undefined);
  // A repeated call sends nothing to the exchange, unless the table is slow to say that it is one.
  if (request.correlationId !== undefined) await firstWithin(ports.clock, REPEAT_KNOWN_MS, [acquiring.entry]);

  const { account, markets } = task.settings.exchange;
  const recorders = marketsOf(account, markets).map(createAuditRecorder);
  const started = acquiring.entry.then(entry => startAuditLog(ports, task, entry, recorders));
  const flattening = flattenAccount(ports, task, { opening, started, recorders, signal: over.signal });
  const entry = await acquiring.entry;
  if (entry.kind !== 'mine') {
    // Aborts the reads. `flattening` is not awaited: it may still read the secret, but sends nothing.
    over.abort('not ours');
    return refuseDuplicate(ports, task, entry);
  }
  const outcome = await flattening;
  const auditLog = await started.then(one => one?.auditLog);
  if (auditLog === undefined) throw new Error('a lease without an audit log');
  const late = acquiring.lateLease();
  // The lock came after the run began without it: it is released under its token; the audit log keeps its writer.
  const lease = late
    ? { ...late, writer: entry.lease.writer, carried: entry.lease.carried ?? late.carried }
    : entry.lease;
  const answer = await finish(ports, task, lease, auditLog, outcome);
  over.abort('over');
  return answer;
}

/** Part of the 300 ms for which the lock may delay the first order. */
const REPEAT_KNOWN_MS = 100;

interface Started {
  readonly auditLog: AuditLog;
  readonly lease: Lease;
}

interface FlattenFor {
  readonly opening: Promise<AccountSession>;
  /** Undefined: the run is not ours, and nothing may be sent. */
  readonly started: Promise<Started | undefined>;
  /** One for each covered market. */
  readonly recorders: readonly AuditRecorder[];
  readonly signal: AbortSignal;
}

async function flattenAccount(ports: LiquidatorPorts, task: Task, of: FlattenFor): Promise<AttemptOutcome> {
  try {
    const account = await of.opening;
    const run = new AbortController();
    const kindDetector = detectKind(ports, task, account, of.signal, () => run.abort('the other kind'));
    const first = await runMarkets(ports, task, account, {
      ...of,
      signal: AbortSignal.any([of.signal, run.signal]),
      kindDetector,
    });
    const finding = await kindDetector.result();
    if (finding?.says === 'unknown') return { kind: 'ended', ...first, kindUnknown: finding };
    if (finding?.says !== 'other') return { kind: 'ended', ...first };

    const otherKind = finding.account;
    const { exchange } = task.settings;
    const settings = { ...task.settings, exchange: { ...exchange, account: otherKind } };
    const recorders = marketsOf(otherKind, exchange.markets).map(createAuditRecorder);
    const auditLog = await of.started.then(one => one?.auditLog);
    if (auditLog) for (const recorder of recorders) recorder.openAuditLog(auditLog);
    const other = await openSession(ports, { ...task, settings });
    const second = await runMarkets(ports, { ...task, settings }, other, { ...of, recorders });
    return { kind: 'ended', ...second, requests: [...first.requests, ...second.requests], otherKind };
  } catch (error) {
    return { kind: 'error', error };
  }
}

/** How long a read of a market that is not covered may delay the answer. */
const UNCOVERED_WAIT_MS = 50;

async function runMarkets(
  ports: LiquidatorPorts,
  task: Task,
  account: AccountSession,
  { started, recorders, signal, kindDetector }: Omit<FlattenFor, 'opening'> & { readonly kindDetector?: KindDetector },
): Promise<Omit<Extract<AttemptOutcome, { kind: 'ended' }>, 'kind'>> {
  const ended = new AbortController();
  const lease = started.then(
    one => one?.lease,
    () => undefined,
  );
  const uncoveredReading = startUncoveredReading(ports.clock, account, AbortSignal.any([signal, ended.signal]));
  const lanes = account.covered.map((session, index) => {
    const recorder = recorders[index] ?? createAuditRecorder(session.market);
    const lane: EngineLane = {
      session,
      start: stateAtStart(jobOf(ports, task, session.market)),
      permission: lease.then(
        one => one && { attemptName: attemptNameOf(task.request, one), carried: one.carried?.[session.market.name] },
      ),
      record(before, event, after, trace) {
        recorder.step(before, event, after, trace);
        if (after.flatAtMs !== undefined) uncoveredReading.begin();
        kindDetector?.step(index, after);
      },
    };
    return { ...lane, recorder };
  });
  const results = await runEngine({ clock: ports.clock, lanes, letArrive: ports.letArrive, signal });
  const markets = lanes.map(({ session, recorder }, index) => ({
    ...{ session, recorder },
    result: results[index] as EngineResult,
  }));
  // If every market is stopped or must wait, the others are not read.
  if (results.some(({ end }) => end.kind !== 'stopped' && end.kind !== 'limited')) uncoveredReading.begin();
  const uncovered = await uncoveredReading.seen(UNCOVERED_WAIT_MS);
  ended.abort('ended');
  return { markets, uncovered, requests: account.requests };
}

/** The record "started" is stored, or known not to be, before the first order. Undefined when the run is not ours. */
async function startAuditLog(
  ports: LiquidatorPorts,
  task: Task,
  entry: LockEntry,
  recorders: readonly AuditRecorder[],
): Promise<Started | undefined> {
  if (entry.kind !== 'mine') return undefined;
  const { lease } = entry;
  const auditLog = openAuditLog(ports, { ...lease, botId: task.bot.botId });
  recordStart(auditLog, ports.version, task, lease);
  for (const recorder of recorders) recorder.openAuditLog(auditLog);
  await auditLog.drain(leftMs(task.deadline.startedAtMs + HOLD_MS, ports.clock.nowMs()));
  return { auditLog, lease };
}

function recordStart(
  auditLog: AuditLog,
  version: string | undefined,
  { settings, request, bot, deadline }: Task,
  lease: Lease,
): void {
  const confirms = request.resume?.confirms ?? false;
  if (lease.priorState !== 'idle') {
    auditLog.record({
      type: 'liquidation_resumed',
      operation: 'lock',
      data: { prior_state: lease.priorState, died: lease.priorState === 'in_progress', confirms },
    });
  }
  const { liquidation, exchange } = settings;
  auditLog.record({
    type: 'liquidation_started',
    operation: 'start',
    data: {
      version: version ?? null,
      trigger: request.trigger,
      reason: request.reason ?? null,
      symbols: request.symbols ?? null,
      locked: lease.locked,
      confirms,
      secret: bot.secretName,
      answer_within_ms: Math.round(deadline.answerByMs - deadline.startedAtMs),
      configuration: { ...liquidation, ...exchange },
    },
  });
}
