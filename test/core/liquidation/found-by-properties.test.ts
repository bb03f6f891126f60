/** Faults that random schedules found (properties.test.ts), each as the smallest schedule that shows it. */

import { describe, expect, test } from 'vitest';
import type { RequestKind } from '../../../lambda/core/exchange/request.ts';
import { type Changes, calmSchedule } from './model/calm-schedule.ts';
import { type Played, play } from './model/play.ts';
import type { Fault, HeldPosition, RestingOrder, RunningTwap } from './model/schedule.ts';

const LONG: HeldPosition = { symbol: 'AUSDT', side: 'BOTH', amount: 2_999 };
const ENTRY: RestingOrder = {
  ...{ symbol: 'AUSDT', side: 'SELL', positionSide: 'BOTH', quantity: 1_000, reduceOnly: false },
  ...{ fillsAtMs: undefined, fillsOnCancel: false },
};
const always = (on: RequestKind, fate: Fault['fate'], untilMs = 3_000): Fault => ({
  ...{ on, symbol: undefined, skip: 0, times: Number.POSITIVE_INFINITY, untilMs, fate },
});

function played(changes: Changes): Played {
  const run = play(calmSchedule(changes));
  expect(run.violations).toEqual([]);
  return run;
}

const quantities = (run: Played): readonly string[] =>
  run.watch.sent.flatMap(({ request }) => (request.kind === 'close' ? [request.order.quantity] : []));

/** How often a kind of request went out within the first attempt. */
const countOf = (run: Played, kind: RequestKind): number => {
  const [first] = run.attempts;
  const untilMs = first?.endedAtMs ?? 0;
  return run.watch.sent.filter(({ request, atMs }) => request.kind === kind && atMs <= untilMs).length;
};

describe('digits that the exchange refuses', () => {
  test('chunks have no more digits than the position needs', () => {
    const run = played({
      positions: [{ ...LONG, amount: 517_000 }],
      exchange: { writtenDigits: 8, takenDigits: 0, largestQuantity: 100_000, documentedLargest: 100_000 },
    });
    const [first, ...others] = quantities(run);
    expect(first).toBe('517.00000000');
    expect(others.filter(quantity => quantity.includes('.'))).toEqual([]);
    expect(run.attempts[0]?.end.kind).toBe('flat');
  });
});

test('an order of 2.999 is halved until it is taken, also where a half is written without digits', () => {
  const run = played({ positions: [LONG], exchange: { largestQuantity: 844 } });
  expect(run.attempts[0]?.end.kind).toBe('flat');
});

describe('a TWAP order that runs', () => {
  const twapOrders: readonly RunningTwap[] = [
    { symbol: 'AUSDT', side: 'BUY', positionSide: 'BOTH', quantity: 5, everyMs: 30, untilMs: 90_000 },
  ];
  test('is cancelled once, and listed once more after that, however long orders must wait', () => {
    const run = played({ twapOrders, job: { mayActAfterMs: 300 } });
    expect(countOf(run, 'twap-orders')).toBe(2);
    expect(countOf(run, 'cancel-twap-order')).toBe(1);
    expect(run.attempts[0]?.end.kind).toBe('flat');
  });

  test('whose cancel fails is cancelled again after a pause', () => {
    const fate = {
      kind: 'refused',
      failure: { certainty: 'refused', subject: 'request', reason: 'rejected' },
    } as const;
    const run = played({ twapOrders, faults: [{ ...always('cancel-twap-order', fate), times: 1 }] });
    expect(countOf(run, 'cancel-twap-order')).toBe(2);
    expect(run.attempts[0]?.end.kind).toBe('flat');
  });
});

describe('requests without an answer, with nothing else in flight,', () => {
  const silent = { kind: 'lost', says: 'silence', afterMs: 0 } as const;
  test('are sent again: the cancel of a TWAP order', () => {
    const run = played({
      twapOrders: [
        { symbol: 'AUSDT', side: 'BUY', positionSide: 'BOTH', quantity: 5, everyMs: 90_000, untilMs: 95_000 },
      ],
      faults: [{ ...always('cancel-twap-order', silent), times: 1 }],
    });
    expect(run.attempts[0]?.end.kind).toBe('flat');
  });

  test('are sent again: the reads of the proof', () => {
    const kinds = ['positions', 'open-orders', 'conditional-orders'] as const;
    const run = played({ faults: kinds.map(on => ({ ...always(on, silent), skip: 1, times: 1 })) });
    expect(run.attempts[0]?.end.kind).toBe('flat');
    expect((run.attempts[0]?.endedAtMs ?? 0) - (run.attempts[0]?.startedAtMs ?? 0)).toBeLessThan(1_000);
  });
});

describe('a close that is refused for orders (-2022, -4118)', () => {
  const REFUSED = {
    ...{ kind: 'refused' as const },
    failure: { certainty: 'refused', subject: 'target', reason: 'reduce-only-rejected' } as const,
  };
  test('which no list shows is tried again at once a single time, then after pauses', () => {
    const run = played({ positions: [LONG], faults: [always('close', REFUSED, 60_000)] });
    expect(countOf(run, 'close')).toBeLessThanOrEqual(1 + 1 + 3);
    expect(countOf(run, 'cancel-orders')).toBeLessThanOrEqual(1 + 1 + 3);
    expect(run.attempts.at(-1)?.end.kind).toBe('flat');
  });

  test('is tried again at once after the cancel of those that a list shows, with no retries left', () => {
    const [hidden, shown] = [1, 1_000];
    const hides: Fault = { ...always('open-orders', { kind: 'hides', symbol: undefined }), times: hidden };
    const run = played({ positions: [LONG], orders: [ENTRY], faults: [hides], job: { maxRetries: 0 } });
    expect(run.attempts[0]?.end.kind).toBe('flat');
    expect((run.attempts[0]?.endedAtMs ?? 0) - (run.attempts[0]?.startedAtMs ?? 0)).toBeLessThan(shown);
  });

  test('on 100 positions makes a few reads of the lists, not hundreds', () => {
    const positions = Array.from({ length: 100 }, (_, index) => ({ ...LONG, symbol: `A${index}USDT` }));
    const run = played({
      ...{ positions, exchange: { spreadMs: 200 } },
      faults: [always('close', REFUSED, 400)],
    });
    expect(countOf(run, 'open-orders')).toBeLessThan(16);
    expect(run.attempts.at(-1)?.end.kind).toBe('flat');
  });
});

test('a row that cannot be read may be a stop: entries beside it are cancelled one by one', () => {
  const sell = { symbol: 'AUSDT', side: 'SELL', positionSide: 'BOTH', triggersAtMs: undefined } as const;
  const stop = { ...sell, quantity: 0, reduceOnly: false, closePosition: true };
  const entry = { ...sell, quantity: 500, reduceOnly: false, closePosition: false };
  const unread = { ...always('conditional-orders', { kind: 'unread', symbol: undefined }), times: 1 };
  const halt = { symbol: 'AUSDT', untilMs: 1_000, reason: 'rejected' } as const;
  const run = played({ positions: [LONG], conditionals: [stop, entry], faults: [unread], halts: [halt] });
  expect(countOf(run, 'cancel-conditional')).toBe(1);
});

describe('a connection that is dead each time', () => {
  const DEAD = { kind: 'lost', says: 'stale-connection', afterMs: 20 } as const;
  test('under a list of orders: the list is asked for again at once a single time', () => {
    const run = played({ positions: [LONG], faults: [always('open-orders', DEAD)] });
    expect(countOf(run, 'open-orders')).toBeLessThan(12);
  });

  test('under a cancel: the cancel is sent again at once a single time', () => {
    const run = played({ orders: [ENTRY], faults: [always('cancel-orders', DEAD)] });
    expect(countOf(run, 'cancel-orders')).toBeLessThan(8);
    expect(run.attempts.at(-1)?.end.kind).toBe('flat');
  });
});

test('an order that is refused for its window although the window is the widest uses up tries', () => {
  const TOO_LATE = {
    kind: 'refused',
    failure: { certainty: 'refused', subject: 'target', reason: 'window' },
  } as const;
  const run = played({ positions: [LONG], faults: [always('close', TOO_LATE)] });
  expect(countOf(run, 'close')).toBeLessThan(12);
  expect(run.attempts.at(-1)?.end.kind).toBe('flat');
});

test('the exchange rules are read once for many refusals of an attempt', () => {
  const positions = Array.from({ length: 20 }, (_, index) => ({ ...LONG, symbol: `A${index}USDT` }));
  const run = played({ positions, exchange: { spreadMs: 100, writtenDigits: 8 } });
  expect(countOf(run, 'rules')).toBe(1);
});

test('an order whose answer comes after it was given up is followed by a read at once', () => {
  const late = { ...always('close', { kind: 'slow', thereMs: 0, backMs: 2_600 }), times: 1 } as const;
  const run = played({
    ...{ positions: [LONG], exchange: { thinBook: 1_500 }, job: { maxRetries: 0 } },
    faults: [late, { ...always('close', { kind: 'lost', says: 'silence', afterMs: 0 }), skip: 1, times: 1 }],
  });
  expect(run.attempts.at(-1)?.end.kind).toBe('flat');
});

test('reads that overtake one another are no reason for another order', () => {
  const run = played({
    ...{ seed: 14_942, exchange: { spreadMs: 200 }, job: { mayActAfterMs: 0, recvWindowMs: 1_500 } },
    positions: [
      { ...LONG, symbol: 'S0USDT', amount: 147 },
      { ...LONG, symbol: 'S1USDT', amount: -2_000 },
      { ...LONG, symbol: 'S2USDT', amount: 1_266 },
    ],
    orders: [
      { ...ENTRY, symbol: 'S0USDT', quantity: 3_087 },
      { ...ENTRY, symbol: 'S2USDT', quantity: 2_232 },
    ],
  });
  expect(countOf(run, 'close')).toBe(3);
});

test('a change between the two reads of the proof is read, and the proof continues', () => {
  // The cancel of a TWAP order is answered between them.
  const late = { ...always('cancel-twap-order', { kind: 'slow', thereMs: 0, backMs: 700 }), times: 1 };
  const run = played({
    twapOrders: [{ symbol: 'AUSDT', side: 'BUY', positionSide: 'BOTH', quantity: 5, everyMs: 90_000, untilMs: 95_000 }],
    conditionals: [
      {
        ...{ symbol: 'AUSDT', side: 'BUY', positionSide: 'BOTH', quantity: 500, reduceOnly: false },
        ...{ closePosition: false, triggersAtMs: undefined },
      },
    ],
    faults: [late, { ...always('cancel-conditionals', { kind: 'slow', thereMs: 0, backMs: 900 }), times: 1 }],
  });
  expect(run.attempts[0]?.end.kind).toBe('flat');
});

test('an entry that only a late list shows is asked for, and cancelled where it lives', () => {
  const run = played({
    ...{ orders: [ENTRY], job: { mayActAfterMs: 0 } },
    faults: [
      { ...always('open-orders', { kind: 'slow', thereMs: 0, backMs: 400 }), times: 1 },
      always('open-orders', { kind: 'hides', symbol: ENTRY.symbol }, 20_000),
    ],
  });
  expect(run.attempts[0]?.end.kind).toBe('flat');
  expect(run.model.books.orders.map(order => order.status)).toEqual(['CANCELED']);
});

test('while the clock is being set nothing that it refused is asked again', () => {
  const skewed = { kind: 'refused', failure: { certainty: 'refused', subject: 'request', reason: 'clock' } } as const;
  const slow = { kind: 'slow', thereMs: 0, backMs: 4_000 } as const;
  const run = played({
    orders: [ENTRY],
    faults: [always('order', skewed, 8_000), { ...always('server-time', slow, 20_000), times: 2 }],
  });
  expect(countOf(run, 'order')).toBeLessThan(6);
});

test('a clock that only the host of the wallet refuses is set as well', () => {
  const skewed = { kind: 'refused', failure: { certainty: 'refused', subject: 'request', reason: 'clock' } } as const;
  const run = played({
    twapOrders: [{ symbol: 'AUSDT', side: 'BUY', positionSide: 'BOTH', quantity: 5, everyMs: 30, untilMs: 90_000 }],
    faults: [{ ...always('cancel-twap-order', skewed), times: 1 }],
  });
  expect(countOf(run, 'server-time')).toBe(1);
  expect(countOf(run, 'cancel-twap-order')).toBe(2);
});

test('while the clock is being set the cancel of a TWAP order waits for it', () => {
  const slow = { kind: 'slow', thereMs: 400, backMs: 0 } as const;
  const run = played({
    twapOrders: [{ symbol: 'AUSDT', side: 'BUY', positionSide: 'BOTH', quantity: 5, everyMs: 30, untilMs: 90_000 }],
    faults: [{ ...always('server-time', slow), times: 1 }],
    ...{ clockSteps: [35], job: { mayActAfterMs: 300 } },
  });
  expect(countOf(run, 'cancel-twap-order')).toBe(2);
});

test('while the key is being read again the cancel of a TWAP order causes no further decision', () => {
  const run = played({
    ...{ seed: 406_064_263, hedge: true, key: { atMs: 358, secretAtMs: -1 } },
    twapOrders: [
      { symbol: 'S0USDT', side: 'BUY', positionSide: 'LONG', quantity: 228_000, everyMs: 1_631, untilMs: 9_375 },
    ],
    exchange: { wireMs: 20, spreadMs: 200 },
    job: { maxRetries: 1, retryDelayMs: 100, jitter: 0.13, mayActAfterMs: 300 },
  });
  expect(run.attempts.at(-1)?.end.kind).toBe('flat');
});

test('several orders of one batch whose symbol is halted read the rules once', () => {
  const run = played({
    ...{ seed: 1_260_019_670, hedge: true },
    positions: [
      { symbol: 'AUSDT', side: 'LONG', amount: 98_200 },
      { symbol: 'AUSDT', side: 'SHORT', amount: -73_000 },
    ],
    orders: [{ ...ENTRY, positionSide: 'SHORT', quantity: 229_500, fillsOnCancel: true }],
    exchange: { documentedLargest: 100_000, wireMs: 20, spreadMs: 30 },
    halts: [{ symbol: 'AUSDT', untilMs: 4_414, reason: 'not-trading' }],
    job: { timeoutMs: 2_000, maxRetries: 2, retryDelayMs: 100, jitter: 0.03 },
  });
  const batches = (run.attempts[0]?.state.symbols.values() ?? []).flatMap(own => own.targets.map(one => one.batches));
  expect(countOf(run, 'rules')).toBeLessThanOrEqual(batches.reduce((sum, one) => sum + one, 0));
});

test('a limit order that is too large, and cannot be made smaller, is not sent in a hot loop', () => {
  const run = played({
    positions: [{ symbol: 'AUSDT', side: 'BOTH', amount: 1_000 }],
    exchange: { emptyUntilMs: 2_893, largestQuantity: 761, writtenDigits: 8 },
    job: { maxRetries: 4, retryDelayMs: 100, timeoutMs: 5_000 },
  });
  expect(quantities(run).filter(one => one === '1').length).toBeLessThanOrEqual(3);
  expect(run.attempts[0]?.end.kind).toBe('flat');
});

test('orders that a lagging list shows again after their cancel are no reason for closes in a hot loop', () => {
  const run = played({
    ...{ seed: 406_055_883, hedge: true, clockSteps: [772] },
    positions: [{ symbol: 'S1USDT', side: 'LONG', amount: 2_561 }],
    orders: [{ ...ENTRY, symbol: 'S1USDT', side: 'BUY', positionSide: 'LONG', quantity: 3_083, fillsAtMs: 1_400 }],
    exchange: {
      ...{ wireMs: 1, positionLagMs: 1_200, listLagMs: 400, lagsUntilMs: 3_086 },
      ...{ receipts: 'new', reservedBy: 'reduce-only' },
    },
    job: { timeoutMs: 12_000, maxRetries: 4, retryDelayMs: 100, jitter: 0.59, mayActAfterMs: 0 },
  });
  expect(countOf(run, 'close')).toBeLessThanOrEqual(10);
  expect(run.attempts[0]?.end.kind).toBe('flat');
});

test('a whole amount of a symbol without rules, of which one unit is too large, goes out in fractions', () => {
  const run = played({
    seed: 1_850_233_123,
    trades: [{ symbol: 'EUSDT', side: 'BOTH', delta: -2_000, reduceOnly: false, atMs: 1_443 }],
    exchange: { largestQuantity: 342, takenDigits: 3, writtenDigits: 8, wireMs: 10 },
    job: { timeoutMs: 5_000, maxRetries: 4, retryDelayMs: 500, jitter: 0.3, mayActAfterMs: 0, confirmMs: 10_000 },
  });
  expect(quantities(run).slice(0, 6)).toEqual(['2.00000000', '2', '1', '0.5', '0.25', '0.25']);
});

test('a position that the older endpoint shows at the instant of the last read takes the proof back', () => {
  const run = played({
    ...{ seed: 803_076_282, hedge: true },
    positions: [],
    trades: [{ symbol: 'S0USDT', side: 'LONG', delta: 186_300, reduceOnly: false, atMs: 3_508 }],
    exchange: { wireMs: 10, weightUsed: 2_235 },
    job: { timeoutMs: 5_000, maxRetries: 4, retryDelayMs: 100, jitter: 0.73, mayActAfterMs: 0, confirmMs: 10_000 },
  });
  expect(countOf(run, 'close')).toBeGreaterThan(0);
  expect(run.attempts.at(-1)?.end.kind).toBe('flat');
});
