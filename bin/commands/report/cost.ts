/**
 * What an incident closed, what it cost, and the source of these figures: the answer or the attempts' own sums; without
 * them (it died, or is in progress), the closes in the audit log; or unknown, which is not "0".
 */

import type { Incident } from '../../incident/incident.ts';
import { positionKey, sumOf } from './words.ts';

export type Cost = Readonly<ReturnType<typeof costOf>>;

/** `hasAnswer`: the record has an answer. */
export function costOf(incident: Incident, hasAnswer: boolean) {
  const { totals, closes, cancels, events } = incident;
  const hasSums = hasAnswer || events.some(({ data }) => 'positions_closed' in data);
  const unexplained = unexplainedSymbols(incident);
  const cancelled = cancels.reduce((sum, one) => sum + one.orders + one.conditionalOrders, 0);
  // The answer of an attempt that took over does not count what the dead attempt recorded.
  if (hasSums && totals.positionsClosed >= closes.length) {
    return {
      basis: 'sums',
      closed: totals.positionsClosed,
      failed: totals.positionsFailed,
      ordersCancelled: Math.max(totals.ordersCancelled, cancelled),
      unexplained,
      pnl: totals.realizedPnl,
      isEstimate: totals.pnlIsEstimate,
      commissions: totals.commissions,
    };
  }
  const assets = [...new Set(closes.flatMap(({ commissions }) => Object.keys(commissions)))];
  return {
    basis: closes.length > 0 ? 'closes' : 'unknown',
    closed: closes.length,
    failed: hasSums ? totals.positionsFailed : undefined,
    ordersCancelled: cancelled,
    /** Symbols in the first read and not in the last one, without a close in the audit log: not in these sums. */
    unexplained,
    /** Decimal string; undefined: not known. */
    pnl: closes.length > 0 ? sumOf(closes.map(({ realizedPnl }) => realizedPnl)) : undefined,
    isEstimate: closes.some(({ pnlIsEstimate }) => pnlIsEstimate),
    commissions: Object.fromEntries(
      assets.flatMap(asset => {
        const all = sumOf(closes.flatMap(({ commissions }) => commissions[asset] ?? []));
        return all === undefined ? [] : [[asset, all] as const];
      }),
    ),
  };
}

function unexplainedSymbols({ before, after, closes }: Incident): readonly string[] {
  if (before === undefined || after?.verified !== true) return [];
  const explained = new Set([...after.positions, ...closes].map(positionKey));
  return before.positions.filter(one => !explained.has(positionKey(one))).map(({ symbol }) => symbol);
}
