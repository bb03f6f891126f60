/**
 * One liquidation with a fault, and its result by the exchange's own records: positions, fills, journal. What flatline
 * reports is compared with them.
 */

import Big from 'big.js';
import { expect } from 'vitest';
import type { Answer } from '../../lambda/contract.ts';
import type { JournalEntry } from '../../simulator/exchange.ts';
import { type LiquidationRig, liquidationRig, type RigOptions, type RunChanges } from './liquidation-rig.ts';

export interface Day {
  readonly rig: LiquidationRig;
  readonly answer: Answer;
  readonly startedAtMs: number;
  readonly answeredAfterMs: number;
}

/** Runs one liquidation; from here on the exchange watches for orders that open, enlarge or flip a position. */
export async function liquidated(rig: LiquidationRig, event: object = {}, changes: RunChanges = {}): Promise<Day> {
  rig.account.watch();
  const startedAtMs = rig.clock.nowMs();
  const answer = await rig.run(event, changes);
  return { rig, answer, startedAtMs, answeredAfterMs: rig.clock.nowMs() - startedAtMs };
}

/** Set-up, then the fault, then the liquidation. */
export async function dayOf(
  options: RigOptions,
  setUp: (rig: LiquidationRig) => void,
  spoil: (rig: LiquidationRig) => void = () => undefined,
  changes: RunChanges = {},
): Promise<Day> {
  const rig = liquidationRig(options);
  setUp(rig);
  spoil(rig);
  return liquidated(rig, {}, changes);
}

/** When the exchange had nothing open of these symbols, or of any, in ms from the call; undefined while it has. */
export function flatAfterMs({ rig, startedAtMs }: Day, ...symbols: readonly string[]): number | undefined {
  const isMeant = ({ symbol }: { readonly symbol: string }): boolean =>
    symbols.length === 0 || symbols.includes(symbol);
  if (rig.account.truth().positions.some(isMeant)) return undefined;
  const last = rig.account.moves.filter(isMeant).at(-1);
  return last === undefined ? 0 : last.atMs - startedAtMs;
}

/** Close orders in the order of their arrival, with their results. */
export function closesOf({ rig, startedAtMs }: Day, symbol?: string): readonly JournalEntry[] {
  return requestsOf({ rig, startedAtMs }, 'POST', '/fapi/v1/order').filter(
    ({ params }) => symbol === undefined || params.symbol === symbol,
  );
}

export function requestsOf(
  { rig, startedAtMs }: Pick<Day, 'rig' | 'startedAtMs'>,
  method: string,
  path: string,
): readonly JournalEntry[] {
  return rig.exchange.journal.filter(
    entry => entry.method === method && entry.path === path && entry.receivedAtMs >= startedAtMs,
  );
}

/** The errors and warnings of one symbol, by code. */
export const codesOf = ({ answer }: Day, symbol?: string): readonly string[] =>
  [...answer.errors, ...answer.warnings].filter(one => one.symbol === symbol).map(({ code }) => code);

/** Invocations that Lambda accepted and that were not run yet, one after the other, with those that they start. */
export async function playInvocations(
  rig: LiquidationRig,
  changes: RunChanges = {},
  most = 50,
): Promise<readonly Answer[]> {
  const answers: Answer[] = [];
  for (let event = takeInvocation(rig); event !== undefined && answers.length < most; event = takeInvocation(rig)) {
    answers.push(await rig.run({}, { ...changes, rawEvent: event }));
  }
  return answers;
}

const taken = new WeakMap<LiquidationRig, number>();

function takeInvocation(rig: LiquidationRig): Readonly<Record<string, unknown>> | undefined {
  const next = taken.get(rig) ?? 0;
  const event = rig.invoked[next];
  if (event !== undefined) taken.set(rig, next + 1);
  return event;
}

/** What must hold with every fault. Profit and counts are those of the exchange if no other client traded. */
export function expectSound({ rig, answer, startedAtMs }: Day, options: { readonly othersTrade?: boolean } = {}): void {
  const { account } = rig;
  expect(account.violations).toEqual([]);
  const truth = account.truth();
  if (answer.state === 'completed') {
    expect({ positions: truth.positions, orders: truth.orders, conditionals: truth.conditionals }).toEqual({
      positions: [],
      orders: [],
      conditionals: [],
    });
  }
  if (options.othersTrade === true) return;
  const before = account.positionsAt(startedAtMs);
  const gone = before.filter(
    one =>
      !truth.positions.some(({ symbol, positionSide }) => symbol === one.symbol && positionSide === one.positionSide),
  );
  expect(answer.positions_closed).toBeLessThanOrEqual(gone.length);
  if (answer.state !== 'completed') return;
  expect(answer.positions_closed).toBe(gone.length);
  expect(answer.positions_failed).toBe(0);
  if (!answer.pnl_is_estimate && answer.total_realized_pnl !== null) {
    const booked = truth.fills
      .filter(fill => fill.atMs >= startedAtMs)
      .reduce((sum, fill) => sum.plus(fill.realizedPnl), new Big(0));
    expect(new Big(answer.total_realized_pnl).toFixed()).toBe(booked.toFixed());
  }
}

/** Everything that is open at the exchange, TWAP orders included. */
export function leftIn({ account }: LiquidationRig) {
  const { positions, orders, conditionals } = account.truth();
  return { positions, orders, conditionals, twaps: account.workingTwaps() };
}
export const NOTHING = { positions: [], orders: [], conditionals: [], twaps: [] } as const;

/** The confirming read, and what it starts; at its end the account is empty. */
export async function confirmed(day: Day): Promise<readonly Answer[]> {
  const answers = await playInvocations(day.rig);
  expect(answers.length).toBeGreaterThanOrEqual(1);
  expect(answers.at(-1)?.state).toBe('completed');
  expect(leftIn(day.rig)).toEqual(NOTHING);
  expect(day.rig.account.violations).toEqual([]);
  expect(new Set(answers.map(one => one.correlation_id))).toEqual(new Set([day.answer.correlation_id]));
  return answers;
}

/** SYM001USDT and so on, each of the same size. */
export const manyPositions = ({ account, exchange }: LiquidationRig, count: number): void => {
  exchange.addManySymbols(count);
  for (let index = 1; index <= count; index += 1) account.open(`SYM${String(index).padStart(3, '0')}USDT`, '25');
};
