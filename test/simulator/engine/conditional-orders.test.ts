import { describe, expect, it } from 'vitest';
import { type Params, stage } from '../stage.ts';

const STOP = { algoType: 'CONDITIONAL', symbol: 'BTCUSDT', side: 'SELL', type: 'STOP_MARKET', triggerPrice: '60000' };
const ALGO = '/fapi/v1/algoOrder';

describe('a conditional type on the ordinary endpoint', () => {
  it.each(['STOP_MARKET', 'TAKE_PROFIT_MARKET', 'STOP', 'TAKE_PROFIT', 'TRAILING_STOP_MARKET'])(
    '%s is sent away with -4120',
    async type => {
      const { order } = stage();
      const reply = await order({ symbol: 'BTCUSDT', side: 'SELL', type, quantity: '1', stopPrice: '60000' });
      expect([reply.status, reply.code]).toEqual([400, -4120]);
    },
  );

  it('that never existed is -1116', async () => {
    const { order } = stage();
    expect((await order({ symbol: 'BTCUSDT', side: 'SELL', type: 'ICEBERG', quantity: '1' })).code).toBe(-1116);
  });
});

describe('a waiting conditional order', () => {
  it('is seen by the algo list alone, and cancelled by the algo calls alone', async () => {
    const { account, call, openOrders, openConditionals } = stage();
    const { rows } = await call('POST', ALGO, { ...STOP, quantity: '1', clientAlgoId: 'stop-1' });
    const algoId = String(rows[0]?.algoId);
    expect(await openOrders()).toEqual([]);
    expect(await openConditionals()).toMatchObject([{ clientAlgoId: 'stop-1', algoStatus: 'NEW', actualOrderId: '' }]);
    const ordinary = { symbol: 'BTCUSDT', orderId: algoId };
    expect((await call('GET', '/fapi/v1/order', ordinary)).code).toBe(-2013);
    expect((await call('DELETE', '/fapi/v1/order', ordinary)).code).toBe(-2011);
    expect((await call('DELETE', '/fapi/v1/allOpenOrders', { symbol: 'BTCUSDT' })).status).toBe(200);
    expect(account.truth().conditionals).toHaveLength(1);
    const cancelled = await call('DELETE', ALGO, { clientAlgoId: 'stop-1' });
    expect(cancelled.rows).toEqual([{ algoId: Number(algoId), clientAlgoId: 'stop-1', code: '200', msg: 'success' }]);
    expect(account.truth().conditionals).toEqual([]);
    expect((await call('DELETE', ALGO, { algoId })).code).toBe(-2011);
  });

  it('of one symbol goes with the cancel-all of that symbol only', async () => {
    const { account, call } = stage();
    account.arm({ symbol: 'BTCUSDT', side: 'SELL', type: 'STOP_MARKET', quantity: '1', triggerPrice: '60000' });
    account.arm({ symbol: 'ETHUSDT', side: 'SELL', type: 'STOP_MARKET', quantity: '1', triggerPrice: '3000' });
    await call('DELETE', '/fapi/v1/algoOpenOrders', { symbol: 'BTCUSDT' });
    expect(account.truth().conditionals.map(({ symbol }) => symbol)).toEqual(['ETHUSDT']);
  });

  it.each([
    ['twice under one client id', { quantity: '1', clientAlgoId: 'taken' }, -4116],
    ['that would trigger at once', { quantity: '1', triggerPrice: '67000' }, -2021],
    ['without a trigger price', { quantity: '1', triggerPrice: '' }, -1102],
    ['without a quantity', {}, -1102],
    ['with closePosition and quantity', { closePosition: 'true', quantity: '1' }, -4137],
    ['with closePosition and reduceOnly', { closePosition: 'true', reduceOnly: 'true' }, -1106],
    ['with closePosition and reduceOnly false', { closePosition: 'true', reduceOnly: 'false' }, -4138],
    ['a limit stop without price', { type: 'STOP', quantity: '1' }, -1102],
    ['a limit stop with closePosition', { type: 'STOP', price: '59000', closePosition: 'true' }, -4136],
    ['with a quantity off the step', { quantity: '0.0001' }, -1111],
    ['with a client id too long', { quantity: '1', clientAlgoId: 'x'.repeat(37) }, -4015],
    ['of another algo type', { algoType: 'TWAP', quantity: '1' }, -1130],
    ['for the wrong side of the mode', { quantity: '1', positionSide: 'LONG' }, -4061],
    ['trailing by more than 20 %', { type: 'TRAILING_STOP_MARKET', quantity: '1', callbackRate: '20.1' }, -1130],
    ['trailing by 20 %', { type: 'TRAILING_STOP_MARKET', quantity: '1', callbackRate: '20' }, undefined],
    ['with closePosition alone', { closePosition: 'true' }, undefined],
  ])('%s', async (_name, more, code) => {
    const { call } = stage();
    await call('POST', ALGO, { ...STOP, quantity: '1', clientAlgoId: 'taken' });
    const params: Params = Object.fromEntries(Object.entries({ ...STOP, ...more }));
    expect((await call('POST', ALGO, params)).code).toBe(code);
  });

  it('is one of at most 200 over all symbols', async () => {
    const { account, call } = stage();
    for (let count = 0; count < 200; count += 1) {
      const symbol = count % 2 === 0 ? 'ETHUSDT' : 'SOLUSDT';
      account.arm({ symbol, side: 'SELL', type: 'STOP_MARKET', quantity: '1', triggerPrice: '1' });
    }
    expect((await call('POST', ALGO, { ...STOP, quantity: '1' })).code).toBe(-4045);
  });
});

describe('a mark price that moves', () => {
  // side, type, trigger at 67000 ± 1000: which way the mark must go.
  it.each([
    ['SELL', 'STOP_MARKET', '66000', '66000.1', '66000'],
    ['BUY', 'STOP_MARKET', '68000', '67999.9', '68000'],
    ['SELL', 'TAKE_PROFIT_MARKET', '68000', '67999.9', '68000'],
    ['BUY', 'TAKE_PROFIT_MARKET', '66000', '66000.1', '66000'],
  ] as const)('triggers %s %s at %s, not at %s', async (side, type, triggerPrice, before, at) => {
    const { exchange, account } = stage();
    account.arm({ symbol: 'BTCUSDT', side, type, quantity: '1', triggerPrice });
    exchange.setMark('BTCUSDT', before);
    expect(account.truth().fills).toEqual([]);
    exchange.setMark('BTCUSDT', at);
    expect(account.truth().fills).toMatchObject([{ side, quantity: '1', price: at }]);
    expect(account.truth().conditionals).toEqual([]);
  });

  it('moves a trailing stop along, and triggers it when the price turns', async () => {
    const { exchange, account } = stage();
    account.open('BTCUSDT', '1');
    account.arm({
      symbol: 'BTCUSDT',
      side: 'SELL',
      type: 'TRAILING_STOP_MARKET',
      quantity: '1',
      triggerPrice: '0',
      callbackRate: '1',
      reduceOnly: true,
    });
    exchange.setMark('BTCUSDT', '70000');
    exchange.setMark('BTCUSDT', '69300.1');
    expect(account.truth().conditionals).toHaveLength(1);
    exchange.setMark('BTCUSDT', '69300');
    expect(account.truth().positions).toEqual([]);
  });

  it('turns a limit stop into an ordinary order, which only the ordinary cancel reaches', async () => {
    const { exchange, account, call, openOrders, openConditionals } = stage();
    account.open('BTCUSDT', '1');
    const limitStop = {
      ...STOP,
      type: 'STOP',
      triggerPrice: '66000',
      price: '66500',
      quantity: '1',
      reduceOnly: 'true',
    };
    await call('POST', ALGO, { ...limitStop, clientAlgoId: 'limit-stop' });
    exchange.setMark('BTCUSDT', '65900');
    expect(await openConditionals()).toEqual([]);
    const [order] = await openOrders();
    expect(order).toMatchObject({ type: 'LIMIT', origType: 'STOP', price: '66500.00', stopPrice: '66000.00' });
    const query = await call('GET', ALGO, { clientAlgoId: 'limit-stop' });
    expect(query.rows[0]).toMatchObject({ algoStatus: 'TRIGGERED', actualOrderId: String(order?.orderId) });
    await call('DELETE', '/fapi/v1/algoOpenOrders', { symbol: 'BTCUSDT' });
    expect(await openOrders()).toHaveLength(1);
    await call('DELETE', '/fapi/v1/allOpenOrders', { symbol: 'BTCUSDT' });
    expect(await openOrders()).toEqual([]);
    expect((await call('GET', ALGO, { clientAlgoId: 'limit-stop' })).rows[0]?.algoStatus).toBe('FINISHED');
  });

  it('rejects a trigger on a symbol that does not trade', async () => {
    const { exchange, account, call } = stage();
    const algoId = account.arm({
      symbol: 'BTCUSDT',
      side: 'SELL',
      type: 'STOP_MARKET',
      quantity: '1',
      triggerPrice: '66000',
    });
    exchange.setStatus('BTCUSDT', 'TRADING_HALT');
    exchange.setMark('BTCUSDT', '66000');
    expect((await call('GET', ALGO, { algoId })).rows[0]?.algoStatus).toBe('REJECTED');
    expect(account.truth().fills).toEqual([]);
  });
});

describe('when the position is gone', () => {
  const armed = (hedgeMode = false) => {
    const set = stage({}, { hedgeMode });
    set.account.open('BTCUSDT', '1');
    if (hedgeMode) set.account.open('BTCUSDT', '-1');
    return set;
  };
  const close = { symbol: 'BTCUSDT', side: 'SELL', quantity: '1' };

  it('its closePosition and GTE_GTC orders expire, reduce-only and plain ones stay', async () => {
    const { account, call, order } = armed();
    const forms: readonly Params[] = [
      { closePosition: 'true' },
      { quantity: '1', timeInForce: 'GTE_GTC' },
      { quantity: '1', reduceOnly: 'true' },
      { quantity: '1' },
    ];
    for (const form of forms) await call('POST', ALGO, { ...STOP, ...form });
    await order({ ...close, reduceOnly: 'true' });
    expect(
      account.truth().conditionals.map(({ reduceOnly, closePosition }) => ({ reduceOnly, closePosition })),
    ).toEqual([
      { reduceOnly: true, closePosition: false },
      { reduceOnly: false, closePosition: false },
    ]);
  });

  it('a plain stop entry opens it again later, and a reduce-only one expires without an order', async () => {
    const { exchange, account, order } = armed();
    const stop = {
      symbol: 'BTCUSDT',
      side: 'SELL',
      type: 'STOP_MARKET',
      quantity: '1',
      triggerPrice: '60000',
    } as const;
    account.arm({ ...stop, reduceOnly: true });
    account.arm(stop);
    await order({ ...close, reduceOnly: 'true' });
    expect(account.truth().positions).toEqual([]);
    exchange.setMark('BTCUSDT', '59000');
    expect(account.truth()).toMatchObject({ positions: [{ symbol: 'BTCUSDT', amount: '-1' }], conditionals: [] });
  });

  it('in hedge mode the other side keeps its own', async () => {
    const { account, order } = armed(true);
    const stop = { symbol: 'BTCUSDT', type: 'STOP_MARKET', closePosition: true } as const;
    account.arm({ ...stop, side: 'SELL', triggerPrice: '60000', positionSide: 'LONG' });
    account.arm({ ...stop, side: 'BUY', triggerPrice: '75000', positionSide: 'SHORT' });
    await order({ ...close, positionSide: 'LONG' });
    expect(account.truth().conditionals.map(({ positionSide }) => positionSide)).toEqual(['SHORT']);
  });

  it('a position that is only reduced keeps its closePosition order, which then closes what is left', async () => {
    const { exchange, account, order } = armed();
    account.arm({ symbol: 'BTCUSDT', side: 'SELL', type: 'STOP_MARKET', closePosition: true, triggerPrice: '60000' });
    await order({ ...close, quantity: '0.4', reduceOnly: 'true' });
    expect(account.truth().conditionals).toHaveLength(1);
    exchange.setMark('BTCUSDT', '60000');
    expect(account.truth().positions).toEqual([]);
    expect(account.truth().fills.at(-1)).toMatchObject({ quantity: '0.6', price: '60000' });
  });
});

describe('a conditional order that is triggering', () => {
  it('cannot be cancelled until it has settled, then it is an ordinary fill', async () => {
    const { exchange, account, clock, call } = stage();
    account.open('BTCUSDT', '1');
    const stop = {
      symbol: 'BTCUSDT',
      side: 'SELL',
      type: 'STOP_MARKET',
      quantity: '1',
      triggerPrice: '60000',
    } as const;
    const algoId = account.arm({ ...stop, reduceOnly: true });
    exchange.faults.add({ on: { path: ALGO }, fault: { kind: 'trigger-now', settlesAfterMs: 200 } });
    expect((await call('DELETE', ALGO, { algoId })).code).toBe(-4117);
    expect((await call('DELETE', '/fapi/v1/algoOpenOrders', { symbol: 'BTCUSDT' })).code).toBe(-4117);
    clock.advance(199);
    expect(account.truth().conditionals).toMatchObject([{ status: 'TRIGGERING' }]);
    clock.advance(1);
    expect(account.truth()).toMatchObject({ conditionals: [], positions: [] });
    expect((await call('DELETE', ALGO, { algoId })).code).toBe(-2011);
  });
});
