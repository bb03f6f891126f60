/**
 * Everything that one tick does about one bot, check after check. All bots are checked in parallel. While a bot's row cannot
 * be read the check is repeated until the time is up; then an operator is notified.
 */

import { BOT_ID_PATTERN } from '../../contract.ts';
import { shownJson } from '../../core/config/shown-value.ts';
import type { Observation } from '../../core/heartbeat/read-bot-row.ts';
import { StoreError } from '../../core/invocation/error-codes.ts';
import { check } from './check/check.ts';
import type { NextCheck } from './check/next-check.ts';
import type { ProofNeeds } from './own-health/prove-health.ts';
import { needPings } from './own-health/prove-pings.ts';
import { reportProblem, reportRowProblems } from './report-problem.ts';
import { whyOf } from './retry.ts';
import type { TickContext } from './tick-context.ts';

/** Never rejects. */
export async function watchBot(tick: TickContext, botId: string, proof: ProofNeeds): Promise<void> {
  const { clock } = tick.ports;
  if (!BOT_ID_PATTERN.test(botId)) {
    const problem = `bot_id = ${shownJson(botId)}: is no bot's ID, so nobody can liquidate it; delete the row.`;
    reportRowProblems(tick, { botId }, [problem]);
    return;
  }
  let memory: Observation | undefined;
  try {
    for (let failures = 0; ; ) {
      let next: NextCheck;
      try {
        next = await check(tick, { botId, memory });
        failures = 0;
      } catch (error) {
        failures += 1;
        const atMs = clock.nowMs() + Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (failures - 1));
        if (!(error instanceof StoreError) || atMs > tick.stopAtMs) return giveUp(tick, botId, error);
        next = { kind: 'at', atMs, urgent: true };
      }
      if (next.kind === 'none') return;
      memory = next.memory ?? memory;
      if (next.atMs > (next.urgent ? tick.stopAtMs : tick.horizonMs)) return;
      proof.need(botId, next);
      await clock.sleep(Math.max(0, next.atMs - clock.nowMs()));
    }
  } finally {
    proof.need(botId, {});
    needPings(tick, botId, undefined);
  }
}

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 2_000;

/** The table does not answer, or there is a bug of ours. */
function giveUp(tick: TickContext, botId: string, error: unknown): void {
  if (!(error instanceof StoreError))
    tick.ports.telemetry.log('CRITICAL', 'The watchdog failed unexpectedly', { bot_id: botId, error });
  const message = `The watchdog could not check the bot ${botId}. ${whyOf(error)}`;
  reportProblem(tick, 'CRITICAL', 'BOT_NOT_JUDGED', message, { bot_id: botId });
}
