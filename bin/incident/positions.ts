/** The positions at the first and at the last read, and what happened to each. */

import type { Answer } from '../../lambda/contract.ts';
import type { IncidentEvent } from '../../lambda/core/audit/event.ts';
import { type Fields, fieldsOf, numberOf, rowsOf, textOf } from '../../lambda/core/text/fields.ts';

/** Decimal strings as the exchange wrote them; empty when not recorded. */
export type IncidentPosition = Readonly<ReturnType<typeof readPosition>>;

export type AccountRead = Readonly<ReturnType<typeof parseRead>>;

export type IncidentClose = Readonly<ReturnType<typeof readCloses>[number]>;

export interface IncidentCancel {
  readonly symbol: string;
  readonly orders: number;
  readonly conditionalOrders: number;
  /** Stops that were kept for their position and never cancelled: they go with it, or stay as long as it does. */
  readonly keptProtective: number;
}

const isRead = ({ type }: IncidentEvent): boolean => type === 'liquidation_positions_queried';

/** The first read: what there was to close. */
export function firstRead(events: readonly IncidentEvent[]): AccountRead | undefined {
  const first = events.find(isRead);
  return first && parseRead(first);
}

/** The last recorded read, or the remaining positions of the stored answer. `protectiveOrders` come from the answer. */
export function lastRead(events: readonly IncidentEvent[], answer: Answer | undefined): AccountRead | undefined {
  const last = events.findLast(isRead);
  const left = rowsOf(fieldsOf(answer?.remaining).positions);
  const protectiveOf = (symbol: string, positionSide: string): number | undefined =>
    numberOf(left.find(row => row.symbol === symbol && row.position_side === positionSide)?.protective_orders);
  if (last !== undefined) {
    const read = parseRead(last);
    const positions = read.positions.map(one => ({
      ...one,
      protectiveOrders: protectiveOf(one.symbol, one.positionSide),
    }));
    return { ...read, positions };
  }
  if (answer === undefined) return undefined;
  return {
    atMs: undefined,
    verified: answer.remaining?.verified === true,
    positions: left.map(readPosition),
    orders: numberOf(answer.remaining?.orders),
    conditionalOrders: undefined,
  };
}

function parseRead({ atMs, data }: IncidentEvent) {
  const positions: readonly IncidentPosition[] = rowsOf(data.positions).map(readPosition);
  return {
    atMs,
    /** False: a list could not be read, so there may be more than is shown. */
    verified: data.verified === true,
    positions,
    /** Undefined when that list could not be read. */
    orders: numberOf(data.orders),
    conditionalOrders: numberOf(data.conditional_orders),
  };
}

const readPosition = (row: Fields) => ({
  symbol: textOf(row.symbol) ?? '?',
  positionSide: textOf(row.position_side) ?? '?',
  /** Signed. */
  amount: textOf(row.amount) ?? '',
  notional: textOf(row.notional) ?? '',
  entryPrice: textOf(row.entry_price) ?? '',
  markPrice: textOf(row.mark_price) ?? '',
  unrealizedPnl: textOf(row.unrealized_pnl) ?? '',
  /** Stops and take-profits that protect it; only known for positions left at the end. */
  protectiveOrders: numberOf(row.protective_orders),
});

/** The exchange's own figures, if the attempt had time to request them, are in its final event. */
export function readCloses(events: readonly IncidentEvent[]) {
  return events
    .filter(({ type }) => type === 'liquidation_position_closed')
    .map(event => {
      const { atMs, writer, attempt, data, doubtful } = event;
      const symbol = event.symbol ?? '?';
      const positionSide = textOf(data.position_side) ?? '?';
      const final = events
        .filter(one => one.writer === writer)
        .flatMap(one => rowsOf(one.data.positions))
        .findLast(row => row.symbol === symbol && row.position_side === positionSide && 'realized_pnl' in row);
      const figures = final === undefined || final.pnl_is_estimate === true ? data : final;
      return {
        ...{ atMs, writer, attempt, symbol, positionSide, doubtful },
        /** Signed amount of the position, as first seen. */
        amount: textOf(data.amount) ?? '',
        /** Undefined when it is not known what flatline's orders filled. */
        quantity: textOf(figures.quantity) ?? textOf(data.quantity),
        averagePrice: textOf(figures.average_price) ?? textOf(data.average_price),
        realizedPnl: textOf(figures.realized_pnl) ?? '',
        pnlIsEstimate: figures.pnl_is_estimate !== false,
        /** By asset. */
        commissions: amountsOf(figures.commissions),
      };
    });
}

export const amountsOf = (value: unknown): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(fieldsOf(value)).flatMap(([asset, amount]) =>
      typeof amount === 'string' ? [[asset, amount] as const] : [],
    ),
  );

/** By symbol, in the order of the first cancel of each. */
export function readCancels(events: readonly IncidentEvent[]): readonly IncidentCancel[] {
  const cancels = new Map<string, IncidentCancel>();
  for (const { type, symbol = '?', data } of events) {
    if (type !== 'liquidation_orders_cancelled') continue;
    const before = cancels.get(symbol);
    const conditionals = numberOf(data.conditional_orders) ?? 0;
    const stillKept = (before?.keptProtective ?? 0) - conditionals;
    cancels.set(symbol, {
      symbol,
      orders: (before?.orders ?? 0) + (numberOf(data.orders) ?? 0),
      conditionalOrders: (before?.conditionalOrders ?? 0) + conditionals,
      keptProtective: Math.max(0, stillKept, numberOf(data.kept_protective) ?? 0),
    });
  }
  return [...cancels.values()];
}
