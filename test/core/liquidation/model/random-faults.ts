/** What goes wrong in a random schedule. Every fault ends by itself, most within the first attempt. */

import type { RequestKind } from '../../../../lambda/core/exchange/request.ts';
import type { Refusal } from './failed.ts';
import type { Fate, Fault, OtherTrade, Says, Schedule } from './schedule.ts';
import type { Dice } from './seeded-numbers.ts';

type Faults = Pick<Schedule, 'faults' | 'trades' | 'twapOrders' | 'key' | 'clockSteps' | 'halts' | 'limits'>;

const NONE: Faults = {
  ...{ faults: [], trades: [], twapOrders: [], key: undefined, clockSteps: [], halts: [], limits: [] },
};

export function randomFaults(
  dice: Dice,
  { hedge, positions }: Pick<Schedule, 'hedge' | 'positions'>,
  symbols: readonly string[],
  most: number,
  step: number,
): Faults {
  let all = NONE;
  const count = dice.chance(0.15) ? 0 : dice.int(1, most);
  const symbol = (): string => (symbols.length === 0 ? 'S0USDT' : dice.pick(symbols));
  for (let index = 0; index < count; index += 1) {
    const side = hedge ? dice.pick(['LONG', 'SHORT'] as const) : 'BOTH';
    const sign = side === 'SHORT' ? -1 : side === 'LONG' ? 1 : dice.pick([1, -1]);
    const roll = dice.int(0, 99);
    if (roll < 72) all = { ...all, faults: [...all.faults, randomFault(dice, symbol)] };
    else if (roll < 78) {
      const reduces = dice.chance(0.5);
      const held = positions.find(one => one.symbol.length > 0 && dice.chance(0.7));
      const delta = (dice.chance(0.3) ? 1_000_000 : dice.int(1, 2_000)) * step;
      const trade: Omit<OtherTrade, 'atMs'> =
        reduces && held
          ? { symbol: held.symbol, side: held.side, delta: -Math.sign(held.amount) * delta, reduceOnly: true }
          : { symbol: symbol(), side, delta: sign * dice.int(1, 2_000) * step, reduceOnly: false };
      all = { ...all, trades: [...all.trades, { ...trade, atMs: dice.int(0, 4_000) }] };
    } else if (roll < 82) {
      const everyMs = dice.int(100, 2_000);
      const untilMs = dice.int(1_000, 30_000);
      const twapOrder = { symbol: symbol(), side: sign > 0 ? 'BUY' : 'SELL', positionSide: side } as const;
      all = {
        ...all,
        twapOrders: [...all.twapOrders, { ...twapOrder, quantity: dice.int(1, 500) * step, everyMs, untilMs }],
      };
    } else if (roll < 86) {
      const atMs = dice.int(-1, 600);
      all = { ...all, key: { atMs, secretAtMs: dice.pick([-1, -1, atMs + dice.int(0, 30_000)]) } };
    } else if (roll < 90) all = { ...all, clockSteps: [...all.clockSteps, dice.int(0, 2_000)] };
    else if (roll < 95) {
      const reason = dice.pick(['not-trading', 'symbol-restricted', 'rejected'] as const);
      all = { ...all, halts: [...all.halts, { symbol: symbol(), untilMs: dice.int(100, 20_000), reason }] };
    } else {
      const reason = dice.pick(['weight-limit', 'weight-limit', 'ip-ban', 'order-limit'] as const);
      const waitMs = dice.pick([300, 1_000, 5_000, 30_000, 90_000]);
      // A ban without a length is taken for the shortest there is.
      const isReported = reason === 'ip-ban' || dice.chance(0.7);
      all = { ...all, limits: [...all.limits, { atMs: dice.int(0, 1_000), reason, waitMs, isReported }] };
    }
  }
  return all;
}

const KINDS: readonly (RequestKind | 'any')[] = [
  ...(['any', 'positions', 'positions', 'positions', 'open-orders', 'conditional-orders', 'twap-orders'] as const),
  ...(['close', 'close', 'close', 'close', 'cancel-orders', 'cancel-orders', 'cancel-conditionals'] as const),
  ...(['cancel-conditional', 'cancel-twap-order', 'order', 'conditional-order', 'rules', 'server-time'] as const),
];

function randomFault(dice: Dice, symbol: () => string): Fault {
  const on = dice.pick(KINDS);
  const hasSymbol = on === 'close' || on === 'cancel-orders' || on === 'cancel-conditionals';
  return {
    on,
    symbol: hasSymbol && dice.chance(0.4) ? symbol() : undefined,
    skip: dice.pick([0, 0, 0, 1, 2, 4]),
    times: dice.pick([1, 1, 1, 2, 5, 1_000]),
    untilMs: dice.pick([500, 3_000, 8_000, 20_000]),
    fate: randomFate(dice, on, symbol),
  };
}

const SAYS: readonly Exclude<Says, 'unreachable'>[] = [
  ...(['silence', 'silence', 'no-answer', 'stale-connection', 'server-error', 'bad-reply'] as const),
];

function randomFate(dice: Dice, on: Fault['on'], symbol: () => string): Fate {
  const isList = on === 'open-orders' || on === 'conditional-orders';
  const roll = dice.int(0, 99);
  if (isList && roll < 25) return { kind: 'hides', symbol: dice.chance(0.5) ? symbol() : undefined };
  if ((isList || on === 'positions') && roll < 40)
    return { kind: 'unread', symbol: dice.chance(0.8) ? symbol() : undefined };
  if (roll < 55) {
    const long = (): number => dice.pick([0, 50, 400, 1_400, 4_000]);
    return { kind: 'slow', thereMs: long(), backMs: long() };
  }
  const afterMs = dice.pick([0, 20, 500, 2_000]);
  if (roll < 66) return { kind: 'lost', says: dice.pick([...SAYS, 'unreachable'] as const), afterMs };
  if (roll < 78) return { kind: 'unanswered', says: dice.pick(SAYS), afterMs };
  if (roll < 81 && on !== 'any') return { kind: 'twice', afterMs: dice.pick([0, 10, 1_000]) };
  if (roll < 91 && (on === 'positions' || on === 'conditional-orders')) {
    const restMs = dice.pick([30, 100, 400, 2_000]);
    return { kind: 'in-part', page: dice.pick([0, 1] as const), restMs, isLost: dice.chance(0.4) };
  }
  return { kind: 'refused', failure: dice.pick(REFUSALS) };
}

const REFUSALS: readonly Refusal[] = [
  { certainty: 'refused', subject: 'request', reason: 'rejected' },
  { certainty: 'refused', subject: 'request', reason: 'our-bug' },
  { certainty: 'refused', subject: 'request', reason: 'unexpected' },
  { certainty: 'refused', subject: 'path', reason: 'no-such-path' },
  { certainty: 'refused', subject: 'address', reason: 'firewall' },
  { certainty: 'refused', subject: 'account', reason: 'account-blocked' },
  { certainty: 'refused', subject: 'key', reason: 'key' },
  { certainty: 'refused', subject: 'request', reason: 'clock' },
  { certainty: 'refused', subject: 'target', reason: 'reduce-only-rejected' },
  { certainty: 'refused', subject: 'target', reason: 'thin-book' },
  { certainty: 'refused', subject: 'target', reason: 'too-many-digits' },
  { certainty: 'refused', subject: 'target', reason: 'too-many-digits' },
  { certainty: 'refused', subject: 'target', reason: 'too-large' },
  { certainty: 'refused', subject: 'target', reason: 'too-small' },
  { certainty: 'refused', subject: 'target', reason: 'mode-mismatch' },
  { certainty: 'refused', subject: 'target', reason: 'window' },
  { certainty: 'refused', subject: 'symbol', reason: 'symbol-restricted' },
  { certainty: 'refused', subject: 'symbol', reason: 'too-many-open' },
  { certainty: 'refused', subject: 'request', reason: 'triggering' },
  { certainty: 'refused', subject: 'request', reason: 'already-sent' },
  { certainty: 'throttled', subject: 'request', reason: 'overloaded' },
  { certainty: 'throttled', subject: 'request', reason: 'overloaded', retryAfterMs: 400 },
  { certainty: 'throttled', subject: 'address', reason: 'weight-limit', retryAfterMs: 1_000 },
  { certainty: 'refused', subject: 'address', reason: 'location' },
];
