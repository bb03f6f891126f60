/**
 * A liquidation under its lock, with its audit log.
 *
 *   ├─ lock ── first audit record ──┐ at most 300 ms
 *   └─ secret ── first reads ───────┴─▶ engine ── fills ── audit log stored ── lock released, next attempt ── answer
 *
 * Reads run in parallel with the lock; orders wait for both, but not for long. A caller who names the correlation ID may
 * repeat a call, so there the lock comes first: a replay sends nothing to the exchange.
 */

import { type Answer, REPLAY_HOLDS_MS } from '../../contract.ts';
import { marketsOf } from '../../core/exchange/market.ts';
import { leftMs } from '../../core/liquidation/timing.ts';
import { type AuditLog, openAuditLog } from '../audit-log.ts';
import { openSession } from '../exchange/exchange-session.ts';
import { firstWithin } from '../first-within.ts';
import type { LiquidatorPorts } from '../liquidator-ports.ts';
import { type AuditRecorder, createAuditRecorder } from './audit-recorder.ts';
import { refuseDuplicate } from './duplicate.ts';
import { finish } from './finish.ts';
import { acquire, HOLD_MS, type Lease, type LockEntry } from './lock.ts';
import type { Task } from './task.ts';
import { type Started, work } from './work.ts';

export async function liquidate(ports: LiquidatorPorts, task: Task): Promise<Answer> {
  const { request } = task;
  const over = new AbortController();
  const nowMs = ports.clock.nowMs();
  // An attempt that confirms a flat result runs however new the result is.
  const retakeBeforeMs = request.resume?.confirms ? nowMs + 1 : nowMs - REPLAY_HOLDS_MS;
  const acquiring = acquire(ports, task, retakeBeforeMs);
  const opening = openSession(ports, task);
  // work.ts awaits it later and reports its error; until then a rejection must not count as unhandled.
  opening.catch(() => undefined);
  // A repeated call sends nothing to the exchange, unless the table is slow to say that it is one.
  if (request.correlationId !== undefined) await firstWithin(ports.clock, REPEAT_KNOWN_MS, [acquiring.entry]);

  const { account, markets } = task.settings.exchange;
  const recorders = marketsOf(account, markets).map(createAuditRecorder);
  const started = acquiring.entry.then(entry => startAuditLog(ports, task, entry, recorders));
  const working = work(ports, task, { opening, started, recorders, signal: over.signal });
  const entry = await acquiring.entry;
  if (entry.kind !== 'mine') {
    // Aborts the reads. `working` is not awaited: it may still read the secret, but sends nothing.
    over.abort('not ours');
    return refuseDuplicate(ports, task, entry);
  }
  const outcome = await working;
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
