/** Markets that share limits: what each decides for itself goes out together in the order of need. */

import { describe, expect, test } from 'vitest';
import { createRateLimiters } from '../../../lambda/app/exchange/rate-limiter.ts';
import { type Api, MARKETS, type MarketId } from '../../../lambda/core/exchange/market.ts';
import type { Position } from '../../../lambda/core/exchange/model.ts';
import type { ApiRooms, Room } from '../../../lambda/core/exchange/room.ts';
import { decideTogether } from '../../../lambda/core/liquidation/decide.ts';
import { reduce } from '../../../lambda/core/liquidation/reduce.ts';
import { type EngineState, stateAtStart } from '../../../lambda/core/liquidation/state.ts';

const T0 = 1_000_000;
const limiters = createRateLimiters();
const roomOf = (api: Api, changes: Partial<Room> = {}): Room => ({
  ...limiters.of(api, 'a').room(T0),
  ...changes,
});
const roomsWith = (changes: Partial<Room>): ApiRooms => ({
  ...{ fapi: roomOf('fapi', changes), dapi: roomOf('dapi', changes), papi: roomOf('papi'), wallet: roomOf('wallet') },
});

const start = (id: MarketId): EngineState =>
  stateAtStart({
    market: MARKETS[id],
    scope: { closePositions: true, cancelOrders: true, symbols: undefined },
    ...{ correlationId: 'liq_20240229_120007_abc123', attemptName: '1', maxRetries: 3, retryDelayMs: 500, jitter: 0.5 },
    ...{ recvWindowMs: 5_000, hasWallet: false },
    deadline: { startedAtMs: T0, workUntilMs: T0 + 5_000, answerByMs: T0 + 5_500 },
  });

const position = (symbol: string, notional: string): Position => ({
  ...{ symbol, positionSide: 'BOTH', amount: '10', entryPrice: '1', markPrice: '1', notional, unrealizedPnl: '0' },
  ...{ marginAsset: 'X', updatedAtMs: T0 },
});

/** All lists read: these positions, no orders. */
function seen(id: MarketId, ...rows: readonly Position[]): EngineState {
  const requests = [{ kind: 'positions' }, { kind: 'open-orders' }, { kind: 'conditional-orders' }] as const;
  let state = reduce(start(id), { kind: 'sent', atMs: T0, requests });
  for (const [index, list] of [rows, [], []].entries()) {
    const answer = { ok: true, value: { rows: list, unread: [] } } as const;
    state = reduce(state, { kind: 'answered', atMs: T0, id: index + 1, answer: answer as never });
  }
  return reduce(state, { kind: 'may-act', atMs: T0, attemptName: '1', carried: undefined });
}

/** As `seen`, and then a read that shows none of them any more. */
function emptied(id: MarketId, ...rows: readonly Position[]): EngineState {
  const before = seen(id, ...rows);
  const sent = reduce(before, { kind: 'sent', atMs: T0 + 1, requests: [{ kind: 'positions' }] });
  const answer = { ok: true, value: { rows: [], unread: [] } } as const;
  return reduce(sent, { kind: 'answered', atMs: T0 + 2, id: before.nextId, answer: answer as never });
}

/** No position, and an order that could open one. */
function withEntry(id: MarketId, symbol: string): EngineState {
  const entry = {
    ...{ symbol, orderId: '7', clientOrderId: 'x', side: 'BUY', positionSide: 'BOTH', quantity: '1' },
    ...{ executedQuantity: '0', reduceOnly: false },
  };
  const before = seen(id);
  const sent = reduce(before, { kind: 'sent', atMs: T0 + 1, requests: [{ kind: 'open-orders' }] });
  const answer = { ok: true, value: { rows: [entry], unread: [] } } as const;
  return reduce(sent, { kind: 'answered', atMs: T0 + 2, id: before.nextId, answer: answer as never });
}

const sentBy = (states: readonly EngineState[], rooms: ApiRooms) =>
  decideTogether(states, T0, rooms).map(one =>
    one.kind === 'end'
      ? []
      : one.requests.map(request => (request.kind === 'close' ? request.order.symbol : request.kind)),
  );

describe('two markets', () => {
  test('close the largest positions of either first, where the orders are short', () => {
    const states = [
      seen('usdm', position('AUSDT', '500'), position('BUSDT', '30')),
      seen('coinm', position('CUSD_PERP', '200'), position('DUSD_PERP', '10')),
    ];
    expect(sentBy(states, roomsWith({ ordersLeft: 2 }))).toEqual([['AUSDT'], ['CUSD_PERP']]);
    expect(sentBy(states, roomsWith({ ordersLeft: 3 }))).toEqual([['AUSDT', 'BUSDT'], ['CUSD_PERP']]);
  });

  test('read positions of the one before lists of the other, where the weight is short', () => {
    const [usdm = [], coinm = []] = sentBy(
      [start('usdm'), start('coinm')],
      roomsWith({ weightLimit: 100, weightLeft: 60 }),
    );
    expect([usdm, coinm]).toEqual([['positions', 'open-orders'], ['positions']]);
  });

  test('of different hosts do not share', () => {
    const states = [seen('portfolio-usdm', position('AUSDT', '500')), seen('usdm', position('BUSDT', '30'))];
    expect(sentBy(states, roomsWith({ ordersLeft: 0 }))).toEqual([['AUSDT'], []]);
  });

  test('decide again at the latest when there may be room for what found none', () => {
    const decisions = decideTogether(
      [seen('usdm', position('AUSDT', '500')), seen('coinm', position('CUSD_PERP', '200'))],
      T0,
      roomsWith({ ordersLeft: 1, ordersFreeAtMs: T0 + 70 }),
    );
    expect(decisions[1]).toMatchObject({ kind: 'go-on', requests: [], timerAtMs: T0 + 70 });
  });

  test('cancel all orders of closed symbols after the lists of the other are read, where the weight is short', () => {
    const closed = emptied('usdm', position('AUSDT', '500'));
    const decisions = sentBy([closed, start('coinm')], roomsWith({ weightLimit: 100, weightLeft: 51 }));
    // Six for the positions, forty for the orders: none of the five that are kept goes to a sweep.
    expect(decisions).toEqual([[], ['positions', 'open-orders']]);
  });

  test('may use the kept share of the weight to cancel entries, once the market has nothing to close', () => {
    const listed = withEntry('usdm', 'BUSDT');
    const decisions = sentBy([listed, start('coinm')], roomsWith({ weightLimit: 100, weightLeft: 8 }));
    expect(decisions).toEqual([['cancel-orders'], ['positions']]);
  });

  test('decide as if alone where nothing is short', () => {
    const states = [seen('usdm', position('AUSDT', '500')), seen('coinm', position('CUSD_PERP', '200'))];
    const rooms = roomsWith({});
    const alone = states.flatMap(state => decideTogether([state], T0, rooms));
    expect(decideTogether(states, T0, rooms)).toEqual(alone);
  });
});
