/** A schedule from a seed: most are small, few things go wrong in each, and some go wrong together. */

import type { PositionSide, Side } from '../../../../lambda/core/exchange/model.ts';
import { randomFaults } from './random-faults.ts';
import type { ExchangeWays, HeldPosition, JobWays, RestingOrder, Schedule, WaitingOrder } from './schedule.ts';
import { type Dice, diceOf } from './seeded-numbers.ts';

export interface Size {
  readonly positions: number;
  /** At most so many things go wrong. */
  readonly faults: number;
}

export const SMALL: Size = { positions: 3, faults: 3 };

export function randomSchedule(seed: number, size: Size = SMALL): Schedule {
  const dice = diceOf(seed);
  const hedge = dice.chance(0.4);
  const takenDigits = dice.pick([3, 3, 2, 1, 0]);
  const symbols = Array.from({ length: dice.int(0, size.positions) }, (_, index) => `S${index}USDT`);
  const positions = symbols.flatMap(symbol => heldOf(dice, symbol, hedge, takenDigits));
  const others = dice.chance(0.2) ? ['EUSDT'] : [];
  const orders = [...symbols, ...others].flatMap(symbol => ordersOf(dice, symbol, hedge, takenDigits));
  const conditionals = [...symbols, ...others].flatMap(symbol => conditionalsOf(dice, symbol, hedge, takenDigits));
  const exchange = exchangeOf(dice, takenDigits);
  const job = jobOf(dice, symbols, exchange);
  const step = 10 ** (3 - takenDigits);
  const base = {
    ...{ seed, hedge, positions, orders, conditionals },
    exchange,
    job,
  };
  const faults = randomFaults(dice, base, [...symbols, ...others], size.faults, step);
  return withSmallest(dice, { ...base, ...faults });
}

/** At the model's price of 10 it is worth 100 USD, the most that MIN_NOTIONAL ever was (exchangeInfo). */
const MOST_LEAST = 10_000;

/** Only where nobody but us makes a position smaller than the smallest order: what cannot be closed is no fault of ours. */
function withSmallest(dice: Dice, schedule: Schedule): Schedule {
  const { hedge, positions, orders, conditionals, twapOrders, trades, exchange } = schedule;
  const others = [orders, conditionals, twapOrders, trades].some(list => list.length > 0);
  const { thinBook, largestQuantity, documentedLargest } = exchange;
  // A split close of which one part finds an empty book can leave any rest.
  const isHalved = [thinBook, largestQuantity, documentedLargest].some(limit => limit !== undefined);
  if (!hedge || others || isHalved || positions.length === 0 || dice.chance(0.3)) return schedule;
  const smallest = Math.min(...positions.map(({ amount }) => Math.abs(amount)));
  return { ...schedule, exchange: { ...exchange, leastQuantity: dice.int(1, Math.min(smallest, MOST_LEAST)) } };
}

const quantityOf = (dice: Dice, takenDigits: number): number => dice.int(1, 4_000) * 10 ** (3 - takenDigits);

function heldOf(dice: Dice, symbol: string, hedge: boolean, takenDigits: number): readonly HeldPosition[] {
  if (dice.chance(0.1)) return [];
  const amount = quantityOf(dice, takenDigits);
  if (!hedge) return [{ symbol, side: 'BOTH', amount: dice.chance(0.5) ? amount : -amount }];
  const long = { symbol, side: 'LONG', amount } as const;
  const short = { symbol, side: 'SHORT', amount: -quantityOf(dice, takenDigits) } as const;
  return dice.pick([[long], [short], [long, short]]);
}

const sidesOf = (dice: Dice, hedge: boolean): PositionSide => (hedge ? dice.pick(['LONG', 'SHORT'] as const) : 'BOTH');

function ordersOf(dice: Dice, symbol: string, hedge: boolean, takenDigits: number): readonly RestingOrder[] {
  if (dice.chance(0.6)) return [];
  return Array.from({ length: dice.int(1, 2) }, () => ({
    symbol,
    side: dice.pick<Side>(['BUY', 'SELL']),
    positionSide: sidesOf(dice, hedge),
    quantity: quantityOf(dice, takenDigits),
    reduceOnly: !hedge && dice.chance(0.4),
    fillsAtMs: dice.chance(0.2) ? dice.int(0, 1_500) : undefined,
    fillsOnCancel: dice.chance(0.08),
  }));
}

function conditionalsOf(dice: Dice, symbol: string, hedge: boolean, takenDigits: number): readonly WaitingOrder[] {
  if (dice.chance(0.6)) return [];
  return Array.from({ length: dice.int(1, 2) }, () => {
    const closePosition = dice.chance(0.5);
    const positionSide = sidesOf(dice, hedge);
    const closing: Side =
      positionSide === 'LONG' ? 'SELL' : positionSide === 'SHORT' ? 'BUY' : dice.pick(['BUY', 'SELL']);
    return {
      ...{ symbol, positionSide, closePosition },
      side: closePosition ? closing : dice.pick<Side>(['BUY', 'SELL']),
      quantity: closePosition ? 0 : quantityOf(dice, takenDigits),
      reduceOnly: !hedge && !closePosition && dice.chance(0.3),
      triggersAtMs: dice.chance(0.15) ? dice.int(0, 1_500) : undefined,
    };
  });
}

function exchangeOf(dice: Dice, takenDigits: number): ExchangeWays {
  const isLagging = dice.chance(0.25);
  const isThin = dice.chance(0.12);
  const largestQuantity = dice.chance(0.12) ? dice.int(200, 3_000) * 10 ** (3 - takenDigits) : undefined;
  const isQueued = dice.chance(0.06);
  const wireMs = dice.pick([1, 5, 20, 20, 100, 400]);
  return {
    wireMs,
    spreadMs: dice.pick([0, 3, 30, 200]),
    positionLagMs: isLagging ? dice.pick([50, 200, 600, 1_200]) : 0,
    listLagMs: isLagging ? dice.pick([0, 100, 400]) : 0,
    lagsUntilMs: isLagging ? dice.int(500, 8_000) : 0,
    thinBook: isThin ? dice.int(100, 2_000) * 10 ** (3 - takenDigits) : undefined,
    emptyUntilMs: dice.chance(0.05) ? dice.int(50, 4_000) : 0,
    largestQuantity,
    documentedLargest: dice.pick([undefined, largestQuantity, largestQuantity, 2_000_000, 100_000]),
    leastQuantity: 0,
    takenDigits,
    writtenDigits: dice.pick([3, 3, 8]),
    queueMs: isQueued ? dice.pick([100, 2_500, 7_000]) : 0,
    queueUntilMs: isQueued ? dice.int(1_000, 20_000) : 0,
    reservedBy: dice.pick(['reduce-only', 'all-same-side'] as const),
    oversize: dice.pick(['trim', 'reject'] as const),
    receipts: dice.pick(['full', 'full', 'full', 'full', 'new', 'bare'] as const),
    emptyCancel: dice.pick(['ok', 'unknown-order'] as const),
    weightUsed: dice.chance(0.05) ? dice.int(2_000, 2_390) : 0,
  };
}

function jobOf(dice: Dice, symbols: readonly string[], { wireMs, spreadMs }: ExchangeWays): JobWays {
  // What does not fit eight answers into its time can learn nothing in it.
  const leastMs = 8 * 2 * (wireMs + spreadMs);
  return {
    timeoutMs: Math.max(leastMs, dice.pick([1_000, 2_000, 5_000, 5_000, 12_000])),
    maxRetries: dice.int(0, 4),
    retryDelayMs: dice.pick([100, 500]),
    jitter: dice.int(0, 99) / 100,
    recvWindowMs: dice.pick([1_500, 5_000, 5_000]),
    hasWallet: dice.chance(0.7),
    closePositions: !dice.chance(0.04),
    cancelOrders: !dice.chance(0.04),
    symbols: dice.chance(0.06) ? symbols.slice(0, 2) : undefined,
    mayActAfterMs: dice.pick([0, 10, 300]),
    confirmMs: 10_000,
  };
}
