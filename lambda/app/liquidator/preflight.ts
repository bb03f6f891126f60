/**
 * Everything that a liquidation needs is tested, and nothing is changed (T12). A rule runs it daily.
 *
 *   configuration
 *   secret ─┬─ exchange and clock ─┬─ key and account ─ positions and orders ─ test order
 *           └─ egress address      └─ key's permissions
 *   stores ── audit record and lock table written ── the result noted
 */

import { METRICS, type PlannedAction, type PreflightAnswer, type PreflightCheck } from '../../contract.ts';
import type { EffectiveSettings } from '../../core/config/effective-settings.ts';
import { isoMicros } from '../../core/invocation/identity.ts';
import { noteOf } from '../../core/invocation/readiness.ts';
import { leftMs } from '../../core/liquidation/timing.ts';
import type { LogEvent } from '../../events.ts';
import { openAuditLog } from '../audit-log.ts';
import { openSession } from '../exchange/exchange-session.ts';
import type { LiquidatorPorts } from '../liquidator-ports.ts';
import { type Checked, checkExchange, failed, ok } from './preflight-checks.ts';
import type { PreflightTask } from './task.ts';

const EGRESS_MS = 2_000;
const STORE_MS = 2_000;

export async function preflight(ports: LiquidatorPorts, task: PreflightTask): Promise<PreflightAnswer> {
  const { correlationId, bot } = task;
  const [account, egress] = await Promise.all([
    checkAccount(ports, task),
    timed(ports, 'egress address', () => egressCheck(ports, task)),
  ]);
  const configuration = { name: 'configuration', ...configurationCheck(task.config), duration_ms: 0 };
  const before = [configuration, ...account.checks, egress];

  const writer = `p-${ports.random.hex(8)}`;
  const auditLog = openAuditLog(ports, { correlationId, botId: bot.botId, writer });
  const ready = before.every(check => check.status !== 'failed');
  auditLog.record({
    type: ready ? 'preflight_passed' : 'preflight_failed',
    operation: 'preflight',
    data: { checks: before },
    level: ready ? 'INFO' : 'ERROR',
  });
  const stores = await timed(ports, 'DynamoDB', async () => {
    const lost = await auditLog.drain(STORE_MS);
    if (lost > 0) return failed('the audit table could not be written', 'Missing audit records');
    await ports.locks.seal(correlationId, auditLog.seal(), ports.clock.nowMs(), STORE_MS);
    return ok('audit and liquidations tables are writable');
  });
  const checks = [...before, stores];
  return noted(ports, answerOf(ports, task, checks, account.plan));
}

/** A result that could not be stored is only a warning: the bot is as ready as before. */
async function noted(ports: LiquidatorPorts, answer: PreflightAnswer): Promise<PreflightAnswer> {
  try {
    const before = await ports.locks.notePreflight(noteOf(answer), STORE_MS);
    if (before === 'NOT READY' && answer.ready) {
      ports.telemetry.log('INFO', 'READY again: the previous preflight failed', {
        event: 'preflight_recovered',
        bot_id: answer.bot_id,
      } satisfies LogEvent<'preflight_recovered'>);
    }
    return answer;
  } catch (error) {
    ports.telemetry.log('WARN', 'The preflight result could not be stored', { bot_id: answer.bot_id, error });
    const why = error instanceof Error ? error.message : 'The table could not be written.';
    const detail = `audit and liquidations tables are writable, but this result could not be noted, so an older one will be shown. ${why}`;
    const warning = { status: 'warning', detail, heading: 'The lock was not available' } as const;
    const checks = answer.checks.map(check =>
      check.name === 'DynamoDB' && check.status === 'ok' ? { ...check, ...warning } : check,
    );
    return { ...answer, headline: headlineOf(checks), checks };
  }
}

function answerOf(
  ports: LiquidatorPorts,
  { correlationId, bot, deadline: { startedAtMs } }: PreflightTask,
  checks: readonly PreflightCheck[],
  plan: readonly PlannedAction[],
): PreflightAnswer {
  const ready = checks.every(check => check.status !== 'failed');
  ports.telemetry.metric(ready ? METRICS.preflightPassed : METRICS.preflightFailed, 1, 'Count');
  if (!ready) {
    ports.telemetry.log('CRITICAL', 'NOT READY: a liquidation would fail now', {
      event: 'preflight_not_ready',
      bot_id: bot.botId,
      checks,
    } satisfies LogEvent<'preflight_not_ready'>);
  }
  const finishedAtMs = ports.clock.nowMs();
  return {
    headline: headlineOf(checks),
    ready,
    correlation_id: correlationId,
    bot_id: bot.botId,
    checks,
    plan,
    times: { heartbeat_ms: bot.heartbeatMs, late_after_ms: bot.lateAfterMs, dead_after_ms: bot.deadAfterMs },
    duration_seconds: Math.round(finishedAtMs - startedAtMs) / 1_000,
    started_at: isoMicros(startedAtMs),
    finished_at: isoMicros(finishedAtMs),
  };
}

function headlineOf(checks: readonly PreflightCheck[]): PreflightAnswer['headline'] {
  if (checks.some(check => check.status === 'failed')) return 'NOT READY';
  return checks.some(check => check.status === 'warning') ? 'READY, WITH WARNINGS' : 'READY';
}

/** NOT READY if liquidation is switched off. */
function configurationCheck({ settings, disabledByEnvironment, isFallback }: EffectiveSettings): Checked {
  if (disabledByEnvironment) {
    const detail =
      'liquidation is switched off by EMERGENCY_LIQUIDATION_DISABLED in the environment of the version in service';
    return failed(detail, 'Liquidation is switched off');
  }
  if (!settings.liquidation.emergencyLiquidation) {
    return failed('liquidation is switched off by emergency_liquidation = false', 'Liquidation is switched off');
  }
  if (isFallback)
    return failed('the configuration cannot be used, so the safe defaults apply; deploy again', 'Configuration error');
  return ok('valid, and liquidation is switched on');
}

async function checkAccount(
  ports: LiquidatorPorts,
  task: PreflightTask,
): Promise<{ readonly checks: readonly PreflightCheck[]; readonly plan: readonly PlannedAction[] }> {
  const startedAtMs = ports.clock.nowMs();
  const opening = await openSession(ports, { ...task, freshSecret: true }).catch((error: unknown) => ({ error }));
  const duration_ms = Math.round(ports.clock.nowMs() - startedAtMs);
  if ('error' in opening) {
    const detail = opening.error instanceof Error ? opening.error.message : 'could not be read';
    return { checks: [{ name: 'secret', ...failed(detail, 'The secret cannot be read'), duration_ms }], plan: [] };
  }
  const secret = { name: 'secret', ...ok(`${task.bot.secretName} is readable and well formed`), duration_ms };
  const { checks, plan } = await checkExchange(ports, task, opening);
  return { checks: [secret, ...checks], plan };
}

async function egressCheck(ports: LiquidatorPorts, { settings, deadline }: PreflightTask): Promise<Checked> {
  const { hostname } = new URL(settings.exchange.baseUrl);
  if (hostname === 'localhost' || hostname.startsWith('127.') || hostname === '[::1]') {
    return { status: 'skipped', detail: 'the exchange is on this machine' };
  }
  const timeoutMs = Math.min(EGRESS_MS, leftMs(deadline.workUntilMs, ports.clock.nowMs()));
  return ok(`requests come from ${await ports.egress.address(timeoutMs)}: an IP-restricted key must allow it`);
}

/** A check that throws gives a warning, except of the tables. */
async function timed(ports: LiquidatorPorts, name: string, check: () => Promise<Checked>): Promise<PreflightCheck> {
  const startedAtMs = ports.clock.nowMs();
  const result = await check().catch((error: unknown): Checked => {
    const detail = error instanceof Error ? error.message : 'could not be learnt';
    return name === 'DynamoDB' ? failed(detail, 'The lock was not available') : { status: 'warning', detail };
  });
  return { name, ...result, duration_ms: Math.round(ports.clock.nowMs() - startedAtMs) };
}
