/** The adapter against the simulated exchange, over its wire, in virtual time: who signs rightly is let in and served. */

import { describe, expect, it } from 'vitest';
import { LIMITS } from './rig.ts';
import { close, pemPair, stage } from './stage.ts';

describe('the exchange accepts the key', () => {
  it.each([
    ['an HMAC key', {}],
    ['an Ed25519 key', pemPair('ed25519')],
    ['an RSA key', pemPair('rsa')],
  ] as const)('%s', async (_what, setup) => {
    const { account, binance } = stage(setup);
    account.open('ETHUSDT', '-2.5');
    const placed = await binance.send(
      { kind: 'close', order: close('ETHUSDT', 'BUY', '2.5'), recvWindowMs: 2_000 },
      LIMITS,
    );
    expect(placed).toMatchObject({
      ok: true,
      value: { status: 'FILLED', executedQuantity: '2.500', averagePrice: undefined },
    });
    expect(account.truth().positions).toEqual([]);
  });

  it('a symbol beyond ASCII', async () => {
    const { exchange, account, binance } = stage();
    exchange.addSymbol({ symbol: '测试USDT', markPrice: '1', stepSize: '1' });
    account.open('测试USDT', '40');
    expect(await binance.send({ kind: 'positions' }, LIMITS)).toMatchObject({
      ok: true,
      value: { rows: [{ symbol: '测试USDT', amount: '40' }], unread: [] },
    });
    expect(await binance.send({ kind: 'cancel-orders', symbol: '测试USDT' }, LIMITS)).toMatchObject({ ok: true });
    expect(
      await binance.send({ kind: 'close', order: close('测试USDT', 'SELL', '40'), recvWindowMs: 2_000 }, LIMITS),
    ).toMatchObject({
      ok: true,
      value: { status: 'FILLED' },
    });
  });
});

describe('an account is read and closed', () => {
  it('in one-way mode', async () => {
    const { exchange, account, binance } = stage();
    account.open('BTCUSDT', '1.5');
    account.rest({ symbol: 'BTCUSDT', side: 'SELL', type: 'LIMIT', quantity: '0.5', price: '70000', reduceOnly: true });
    account.arm({ symbol: 'BTCUSDT', side: 'SELL', type: 'STOP_MARKET', triggerPrice: '60000', closePosition: true });

    expect(await binance.send({ kind: 'positions' }, LIMITS)).toMatchObject({
      ok: true,
      value: { rows: [{ symbol: 'BTCUSDT', positionSide: 'BOTH', marginAsset: 'USDT' }], unread: [] },
    });
    expect(await binance.send({ kind: 'open-orders' }, LIMITS)).toMatchObject({
      ok: true,
      value: { rows: [{ symbol: 'BTCUSDT', reduceOnly: true, side: 'SELL' }], unread: [] },
    });
    expect(await binance.send({ kind: 'conditional-orders' }, LIMITS)).toMatchObject({
      ok: true,
      value: { rows: [{ symbol: 'BTCUSDT', type: 'STOP_MARKET', closePosition: true }], unread: [] },
    });
    expect(await binance.send({ kind: 'cancel-orders', symbol: 'BTCUSDT' }, LIMITS)).toMatchObject({
      ok: true,
      value: null,
    });
    expect(await binance.send({ kind: 'cancel-conditionals', symbol: 'BTCUSDT' }, LIMITS)).toMatchObject({
      ok: true,
      value: null,
    });
    expect(
      await binance.send({ kind: 'close', order: close('BTCUSDT', 'SELL', '1.5'), recvWindowMs: 2_000 }, LIMITS),
    ).toMatchObject({ ok: true });
    expect(account.truth()).toMatchObject({ positions: [], orders: [], conditionals: [] });

    const { timestamp, recvWindow, ...sent } =
      exchange.journal.findLast(entry => entry.method === 'POST')?.params ?? {};
    expect(sent).toEqual({
      symbol: 'BTCUSDT',
      side: 'SELL',
      type: 'MARKET',
      quantity: '1.5',
      reduceOnly: 'true',
      newClientOrderId: 'fl-7-SELL',
      newOrderRespType: 'RESULT',
    });
    expect([timestamp, recvWindow]).toEqual([expect.stringMatching(/^\d{13}$/), '2000']);
  });

  it('in hedge mode, side by side', async () => {
    const { exchange, account, binance } = stage({ hedgeMode: true });
    account.open('BTCUSDT', '1', { positionSide: 'LONG' });
    account.open('BTCUSDT', '-2', { positionSide: 'SHORT' });
    const seen = await binance.send({ kind: 'positions' }, LIMITS);
    expect(seen.ok && seen.value.rows.map(position => position.positionSide).toSorted()).toEqual(['LONG', 'SHORT']);

    const order = { symbol: 'BTCUSDT', reduceOnly: false } as const;
    const long = { ...order, side: 'SELL', positionSide: 'LONG', quantity: '1', clientOrderId: 'fl-l' } as const;
    const short = { ...order, side: 'BUY', positionSide: 'SHORT', quantity: '2', clientOrderId: 'fl-s' } as const;
    await binance.send({ kind: 'close', order: long, recvWindowMs: 2_000 }, LIMITS);
    await binance.send({ kind: 'close', order: short, recvWindowMs: 2_000 }, LIMITS);
    expect(account.truth().positions).toEqual([]);
    const sides = exchange.journal
      .filter(entry => entry.method === 'POST')
      .map(({ params }) => [params.side, params.positionSide, params.reduceOnly]);
    expect(sides).toEqual([
      ['SELL', 'LONG', undefined],
      ['BUY', 'SHORT', undefined],
    ]);
  });

  it('by a limit order that fills at once', async () => {
    const { exchange, account, binance } = stage();
    account.open('BTCUSDT', '1');
    const placed = await binance.send(
      { kind: 'close', order: { ...close('BTCUSDT', 'SELL', '1'), price: '64000.0' }, recvWindowMs: 2_000 },
      LIMITS,
    );
    expect(placed).toMatchObject({ ok: true, value: { status: 'FILLED' } });
    expect(exchange.journal.at(-1)?.params).toMatchObject({
      type: 'LIMIT',
      timeInForce: 'IOC',
      price: '64000.0',
      reduceOnly: 'true',
    });
  });

  it('one conditional order at a time', async () => {
    const { account, binance } = stage();
    const algoId = account.arm({
      symbol: 'BTCUSDT',
      side: 'BUY',
      type: 'STOP_MARKET',
      quantity: '1',
      triggerPrice: '70000',
    });
    expect(await binance.send({ kind: 'cancel-conditional', symbol: 'BTCUSDT', algoId: algoId }, LIMITS)).toMatchObject(
      {
        ok: true,
      },
    );
    expect(account.truth().conditionals).toEqual([]);
  });
});

describe('after a close', () => {
  it('the fills of an order are found, however large its number', async () => {
    const { account, binance } = stage({ exchange: { firstOrderId: '9007199254740993' } });
    account.open('BTCUSDT', '1');
    const placed = await binance.send(
      { kind: 'close', order: close('BTCUSDT', 'SELL', '1'), recvWindowMs: 2_000 },
      LIMITS,
    );
    const orderId = (placed.ok && placed.value.orderId) || '';
    expect(orderId).toMatch(/^90071992547409\d\d$/);

    const trades = await binance.send({ kind: 'fills', symbol: 'BTCUSDT', from: { orderId: orderId } }, LIMITS);
    const filled = trades.ok ? trades.value : [];
    expect(filled.length).toBeGreaterThan(0);
    expect(filled.every(trade => trade.orderId === account.truth().fills.at(-1)?.orderId)).toBe(true);
  });
});

describe('what a preflight asks of the exchange', () => {
  it('is answered', async () => {
    const { binance, account } = stage({ hedgeMode: true });
    expect(await binance.send({ kind: 'account-config' }, LIMITS)).toMatchObject({
      ok: true,
      value: { canTrade: true, hedgeMode: true },
    });
    const order = {
      symbol: 'BTCUSDT',
      side: 'BUY',
      positionSide: 'LONG',
      quantity: '0.01',
      reduceOnly: false,
      clientOrderId: 'fl-t',
    } as const;
    expect(await binance.send({ kind: 'test-order', order: order }, LIMITS)).toMatchObject({ ok: true, value: null });
    expect(account.truth().positions).toEqual([]);
    const rules = await binance.send({ kind: 'rules', newerThanMs: 0 }, LIMITS);
    expect(rules.ok && rules.value.symbols.get('BTCUSDT')).toMatchObject({
      status: 'TRADING',
      marketMaxQuantity: '120',
      limitMaxQuantity: '1000',
    });
    expect(rules.ok && rules.value.limits.weightPerMinute).toBe(2_400);
  });
});
