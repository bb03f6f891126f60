/**
 * While a bot that pings is silent and its deadline is near, the watchdog pings each second, at the same URL, to prove that
 * pings are accepted. A ping that is throttled or fails restarts the span, so no bot is tripped for pings that were refused.
 */

import { PROBE_EVERY_MS } from '../../../core/heartbeat/watchdog-health.ts';
import { messageOf } from '../../../core/invocation/answer-error.ts';
import { reportProblem } from '../report-problem.ts';
import type { TickContext } from '../tick-context.ts';

const PROBE_MS = 2_000;

/** From when proof is needed for a bot; undefined: no longer. */
export function needPings(tick: TickContext, botId: string, fromMs: number | undefined): void {
  const { pings } = tick;
  if (fromMs === undefined) pings.needs.delete(botId);
  else pings.needs.set(botId, fromMs);
  if (pings.running || pings.needs.size === 0) return;
  pings.running = true;
  void prove(tick);
}

/** Never rejects. */
async function prove(tick: TickContext): Promise<void> {
  const { pings, ports, stopAtMs } = tick;
  const { clock } = ports;
  while (pings.needs.size > 0 && clock.nowMs() < stopAtMs) {
    if (Math.min(...pings.needs.values()) <= clock.nowMs()) await probe(tick);
    await clock.sleep(PROBE_EVERY_MS);
  }
  pings.running = false;
}

async function probe(tick: TickContext): Promise<void> {
  const { pings, ports, tally } = tick;
  const fromMs = ports.clock.nowMs();
  try {
    if (ports.pings === undefined) throw new Error('there is no ping URL; set ping_url = true and deploy.');
    await ports.pings.probe(PROBE_MS);
    pings.taken(fromMs);
  } catch (error) {
    pings.refused();
    if (tally.reported.has(PINGS_REFUSED)) return;
    tally.reported.add(PINGS_REFUSED);
    const message = `Pings are not accepted: ${messageOf(error)}`;
    reportProblem(tick, 'CRITICAL', 'PINGS_REFUSED', message);
  }
}

const PINGS_REFUSED = 'pings refused';
