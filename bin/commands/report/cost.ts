/**
 * What an incident closed and what that cost, and how well it is known: by the answer or the attempts' own sums; where
 * there is none (it died, or is at work), by the closes that the trail tells of; or not at all, which is not "0".
 */

import type { Incident } from '../../../lambda/core/incident/incident.ts';
import { sumOf } from './words.ts';

export interface Cost {
  readonly basis: 'sums' | 'closes' | 'unknown';
  readonly closed: number;
  readonly failed: number | undefined;
  readonly ordersCancelled: number;
  /** Decimal string; undefined: not known. */
  readonly pnl: string | undefined;
  readonly isEstimate: boolean;
  readonly commissions: Readonly<Record<string, string>>;
}

/** `hasAnswer`: the record holds an answer. */
export function costOf(incident: Incident, hasAnswer: boolean): Cost {
  const { totals, closes, cancels, events } = incident;
  if (hasAnswer || events.some(({ data }) => 'positions_closed' in data)) {
    return {
      basis: 'sums',
      closed: totals.positionsClosed,
      failed: totals.positionsFailed,
      ordersCancelled: totals.ordersCancelled,
      pnl: totals.realizedPnl,
      isEstimate: totals.pnlIsEstimate,
      commissions: totals.commissions,
    };
  }
  const assets = [...new Set(closes.flatMap(({ commissions }) => Object.keys(commissions)))];
  return {
    basis: closes.length > 0 ? 'closes' : 'unknown',
    closed: closes.length,
    failed: undefined,
    ordersCancelled: cancels.reduce((sum, one) => sum + one.orders + one.conditionalOrders, 0),
    pnl: closes.length > 0 ? sumOf(closes.map(({ realizedPnl }) => realizedPnl)) : undefined,
    isEstimate: true,
    commissions: Object.fromEntries(
      assets.flatMap(asset => {
        const all = sumOf(closes.flatMap(({ commissions }) => commissions[asset] ?? []));
        return all === undefined ? [] : [[asset, all] as const];
      }),
    ),
  };
}
