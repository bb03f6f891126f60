/** Reads and plans. Sends no order and takes no lock (it must never block a liquidation). */

import { type Answer, HEADLINES } from '../../contract.ts';
import { answerError, errorOfThrown } from '../../core/invocation/answer-error.ts';
import { answerOf } from '../../core/liquidation/answer/answer.ts';
import { describePlan } from '../../core/liquidation/answer/describe-plan.ts';
import {
  errorsOfAll,
  marketEndOf,
  marketsOfAnswer,
  remainingOfAll,
  warningsOfAll,
} from '../../core/liquidation/answer/market-ends.ts';
import { openAuditLog } from '../audit-log.ts';
import { type AccountSession, openSession } from '../exchange/exchange-session.ts';
import type { LiquidatorPorts } from '../liquidator-ports.ts';
import { createAuditRecorder } from './audit-recorder.ts';
import { detectKind, kindMessage, kindUnknownErrors } from './kind-of-account.ts';
import { readAccount } from './read-account.ts';
import { startUncoveredReading } from './read-uncovered.ts';
import type { Task } from './task.ts';

const STORE_MS = 300;

export async function dryRun(ports: LiquidatorPorts, task: Task): Promise<Answer> {
  const { asked, bot, correlationId, request } = task;
  const writer = `y-${ports.random.hex(8)}`;
  const auditLog = openAuditLog(ports, { correlationId, botId: bot.botId, writer });
  auditLog.record({
    type: 'liquidation_started',
    operation: 'start',
    data: { trigger: request.trigger, reason: request.reason ?? null, symbols: request.symbols ?? null, dry_run: true },
  });
  const end = async (parts: Parameters<typeof answerOf>[2]): Promise<Answer> => {
    const failed = parts.state === 'failed';
    auditLog.record({
      type: failed ? 'liquidation_failed' : 'liquidation_skipped',
      operation: 'end',
      data: { trigger: request.trigger, dry_run: true, plan: parts.plan ?? null },
      ...(parts.errors?.[0] ? { error: { ...parts.errors[0] } } : {}),
    });
    await auditLog.drain(STORE_MS);
    return answerOf(asked, ports.clock.nowMs(), parts);
  };

  let account: AccountSession;
  try {
    account = await openSession(ports, task);
  } catch (error) {
    return end({ headline: HEADLINES.dryRun, state: 'failed', errors: [errorOfThrown(error)] });
  }
  const recorders = account.covered.map(({ market }) => createAuditRecorder(market));
  for (const recorder of recorders) recorder.openAuditLog(auditLog);
  const over = new AbortController();
  const uncoveredReading = startUncoveredReading(ports.clock, account, over.signal);
  uncoveredReading.begin();
  const kindDetector = detectKind(ports, task, account, over.signal, () => undefined);
  const results = await readAccount(ports, task, account, index => (before, event, after, trace) => {
    recorders[index]?.step(before, event, after, trace);
    kindDetector.step(index, after);
  });
  const uncovered = await uncoveredReading.seen(UNCOVERED_WAIT_MS);
  const finding = await kindDetector.result();
  over.abort('over');
  for (const [index, { state }] of results.entries()) recorders[index]?.end({ ...state, stays: [] }, () => undefined);
  const ends = results.map(marketEndOf);
  const remaining = remainingOfAll(ends);
  // ATTEMPTS_EXHAUSTED is the normal end of a dry run; only an unread list is a failure.
  const errors =
    finding?.says === 'other'
      ? [answerError('WRONG_ACCOUNT', kindMessage(finding.account))]
      : kindUnknownErrors(
          errorsOfAll(ends, task.settings).filter(({ code }) => code !== 'ATTEMPTS_EXHAUSTED'),
          finding?.says === 'unknown' ? finding : undefined,
        );
  return end({
    headline: HEADLINES.dryRun,
    state: remaining.verified ? 'skipped' : 'failed',
    success: remaining.verified,
    rounds: Math.max(...recorders.map(recorder => recorder.reads())),
    plan: results.flatMap(({ state }) => describePlan(state)),
    remaining,
    markets: marketsOfAnswer(ends, uncovered).map(one => ({ ...one, flat: null })),
    errors: remaining.verified ? [] : errors,
    warnings: warningsOfAll(ends, uncovered, task.settings),
  });
}

/** Longer than in liquidate.ts: a dry run is no emergency. */
const UNCOVERED_WAIT_MS = 500;
