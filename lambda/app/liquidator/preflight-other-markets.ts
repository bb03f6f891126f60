/** The preflight's check of what is not covered: other markets, and spot margin orders. */

import type { PreflightCheck } from '../../contract.ts';
import { OTHER_MARKETS } from '../../core/invocation/readiness.ts';
import { warningsOfAll } from '../../core/liquidation/answer/market-ends.ts';
import type { AccountSession } from '../exchange/exchange-session.ts';
import type { LiquidatorPorts } from '../liquidator-ports.ts';
import { startUncoveredReading } from './read-uncovered.ts';
import type { PreflightTask } from './task.ts';

const PATIENCE_MS = 3_000;

/** One check of the other markets, unless there are none at this address; one of spot margin orders, if there are any. */
export async function readElsewhere(
  { clock }: LiquidatorPorts,
  { settings }: PreflightTask,
  account: AccountSession,
): Promise<readonly PreflightCheck[]> {
  const startedAtMs = clock.nowMs();
  const over = new AbortController();
  const uncoveredReading = startUncoveredReading(clock, account, over.signal);
  uncoveredReading.begin();
  const uncovered = await uncoveredReading.seen(PATIENCE_MS);
  over.abort('over');
  const duration_ms = Math.round(clock.nowMs() - startedAtMs);
  const name = OTHER_MARKETS;
  const warnings = warningsOfAll([], uncovered, settings);
  const margin = warnings
    .filter(({ code }) => code === 'MARGIN_ORDERS_OPEN')
    .map(({ message: detail, heading }) => ({
      ...{ name: 'spot margin orders', status: 'warning' as const, detail, heading, duration_ms },
    }));
  const [warning] = warnings.filter(({ code }) => code !== 'MARGIN_ORDERS_OPEN');
  if (warning === undefined) {
    const seen = uncovered.filter(one => one.positions !== undefined);
    if (seen.length === 0) return margin;
    const nothing = seen.every(one => one.ordersIn !== undefined)
      ? 'positions and orders that need margin'
      : 'positions';
    const detail = `not covered, and without ${nothing}: ${seen.map(one => one.market.title).join(', ')}`;
    return [{ name, status: 'ok', detail, duration_ms }, ...margin];
  }
  const { message: detail, heading } = warning;
  const status = warning.code === 'MARKET_NOT_COVERED' ? 'warning' : 'skipped';
  return [{ name, status, detail, heading, duration_ms }, ...margin];
}
