import { describe, expect, it } from 'vitest';
import type { AccountSpec } from '../../../simulator/engine/accounts/account.ts';
import { NOON_MS, type Stage, stage } from '../stage.ts';

type Json = Readonly<Record<string, unknown>>;
type Event = Json & { readonly o: Json; readonly a: { readonly m: string; readonly B: Json[]; readonly P: Json[] } };

const listenKey = async ({ call }: Stage, method = 'POST', host = 'fapi') =>
  String((await call(method, `/${host}/v1/listenKey`)).rows[0]?.listenKey);

/** The events of an account's stream, from now on. */
async function listening(spec: Partial<AccountSpec> = {}, host = 'fapi') {
  const on = stage({}, spec);
  const key = await listenKey(on, 'POST', host);
  const events: Event[] = [];
  const end = on.exchange.listen(key, ({ json }) => events.push(JSON.parse(json)));
  /** Each event in a word or two. */
  const summaries = () =>
    events.splice(0).map(({ e, o, a }) => {
      if (e === 'ACCOUNT_UPDATE') return a.P.map(({ s, pa }) => `${s} ${pa}`).join(', ');
      return e === 'ALGO_UPDATE' ? `algo ${o.X}` : `${o.x} ${o.X}`;
    });
  return { ...on, key, events, summaries, end };
}

const STOP = { symbol: 'BTCUSDT', side: 'SELL', type: 'STOP', quantity: '0.5', triggerPrice: '66000' } as const;

describe('a user data stream', () => {
  it('sends a new market order, then position and wallet, then the fill, in the documented form', async () => {
    const { order, events } = await listening();
    await order({ symbol: 'BTCUSDT', side: 'BUY', quantity: '0.5', newClientOrderId: 'mine' });
    const times = { E: NOON_MS, T: NOON_MS };
    const same = {
      ...{ s: 'BTCUSDT', c: 'mine', S: 'BUY', o: 'MARKET', f: 'GTC', q: '0.500', p: '0', sp: '0', i: 8886774000 },
      ...{ T: NOON_MS, b: '0', a: '0', m: false, R: false, wt: 'CONTRACT_PRICE', ot: 'MARKET', ps: 'BOTH', cp: false },
      ...{ rp: '0.00000000', pP: false, si: 0, ss: 0, V: 'EXPIRE_MAKER', pm: 'NONE', gtd: 0, er: '0' },
    };
    const wallet = '99983.25000000';
    expect(events).toEqual([
      {
        ...{ e: 'ORDER_TRADE_UPDATE', ...times },
        o: { ...same, ap: '0', x: 'NEW', X: 'NEW', l: '0.000', z: '0.000', L: '0', t: 0 },
      },
      {
        ...{ e: 'ACCOUNT_UPDATE', ...times },
        a: {
          m: 'ORDER',
          B: [{ a: 'USDT', wb: wallet, cw: wallet, bc: '0' }],
          P: [
            {
              ...{ s: 'BTCUSDT', pa: '0.500', ep: '67000', bep: '67033.5', cr: '0.00000000', up: '0.00000000' },
              ...{ mt: 'cross', iw: '0', ps: 'BOTH' },
            },
          ],
        },
      },
      {
        ...{ e: 'ORDER_TRADE_UPDATE', ...times },
        o: {
          ...{ ...same, ap: '67000.00', x: 'TRADE', X: 'FILLED', l: '0.500', z: '0.500', L: '67000.00' },
          ...{ N: 'USDT', n: '16.75000000', t: 698760 },
        },
      },
    ]);
  });

  it('tells each part of a fill with the amounts so far, and why the rest expired', async () => {
    const { exchange, order, events } = await listening();
    exchange.setBook('BTCUSDT', {
      asks: [
        { distance: '0', quantity: '0.2' },
        { distance: '0.0001', quantity: '0.1' },
      ],
    });
    await order({ symbol: 'BTCUSDT', side: 'BUY', quantity: '0.5' });
    const orders = events.filter(({ e }) => e === 'ORDER_TRADE_UPDATE').map(({ o }) => [o.x, o.X, o.l, o.z, o.er]);
    expect(orders).toEqual([
      ['NEW', 'NEW', '0.000', '0.000', '0'],
      ['TRADE', 'PARTIALLY_FILLED', '0.200', '0.200', '0'],
      ['TRADE', 'PARTIALLY_FILLED', '0.100', '0.300', '0'],
      ['EXPIRED', 'EXPIRED', '0.000', '0.300', '9'],
    ]);
    expect(events.filter(({ e }) => e === 'ACCOUNT_UPDATE').map(({ a }) => a.P[0]?.pa)).toEqual(['0.200', '0.300']);
  });

  it('sends the events of a limit order that rests, that is filled, and that is cancelled', async () => {
    const { exchange, call, order, events, summaries } = await listening();
    await order({ symbol: 'BTCUSDT', side: 'BUY', type: 'LIMIT', quantity: '0.1', price: '66000', timeInForce: 'GTC' });
    expect(events[0]?.o).toMatchObject({ p: '66000.00', b: '6600', a: '0' });
    expect(summaries()).toEqual(['NEW NEW']);
    exchange.setMark('BTCUSDT', '66000');
    expect(events[1]?.o).toMatchObject({ m: true, L: '66000.00', b: '0' });
    expect(summaries()).toEqual(['BTCUSDT 0.100', 'TRADE FILLED']);
    await order({
      symbol: 'BTCUSDT',
      side: 'SELL',
      type: 'LIMIT',
      quantity: '0.1',
      price: '67000',
      timeInForce: 'GTC',
    });
    await call('DELETE', '/fapi/v1/allOpenOrders', { symbol: 'BTCUSDT' });
    expect(summaries()).toEqual(['NEW NEW', 'CANCELED CANCELED']);
  });

  it('says nothing of an order that was refused', async () => {
    const { order, summaries } = await listening();
    await order({ symbol: 'BTCUSDT', side: 'SELL', quantity: '1', reduceOnly: 'true' });
    expect(summaries()).toEqual([]);
  });

  it('follows a conditional order through its trigger to its end', async () => {
    const { exchange, account, events, summaries } = await listening();
    account.open('BTCUSDT', '0.5');
    account.arm({ ...STOP, price: '65900' });
    expect(events.at(-1)?.o).toMatchObject({
      at: 'CONDITIONAL',
      o: 'STOP',
      tp: '66000.00',
      p: '65900.00',
      ai: '',
      tt: 0,
    });
    expect(summaries()).toEqual(['BTCUSDT 0.500', 'algo NEW']);
    exchange.setMark('BTCUSDT', '66000');
    const { o: end } = events.at(-1) ?? {};
    expect(end).toMatchObject({ ai: '8886774000', act: 'LIMIT', aq: '0.5', tt: NOON_MS });
    expect(events.find(({ e }) => e === 'ORDER_TRADE_UPDATE')?.o).toMatchObject({ o: 'LIMIT', ot: 'STOP' });
    expect(summaries()).toEqual([
      ...['algo TRIGGERING', 'NEW NEW', 'algo TRIGGERED', 'BTCUSDT 0.000', 'TRADE FILLED', 'algo FINISHED'],
    ]);
  });

  it('ends a triggered stop with its order, also when that is cancelled later', async () => {
    const { exchange, account, call, summaries } = await listening();
    account.open('BTCUSDT', '0.5');
    account.arm({ ...STOP, price: '66500' });
    exchange.setMark('BTCUSDT', '65900');
    summaries();
    await call('DELETE', '/fapi/v1/allOpenOrders', { symbol: 'BTCUSDT' });
    expect(summaries()).toEqual(['CANCELED CANCELED', 'algo FINISHED']);
    const [query] = (await call('GET', '/fapi/v1/algoOrder', { algoId: '2146761' })).rows;
    expect(query).toMatchObject({ algoStatus: 'FINISHED', actualType: 'LIMIT' });
  });

  it('sends the expiry of the orders of a closed position after its last fill', async () => {
    const { account, order, summaries } = await listening();
    account.open('BTCUSDT', '0.5');
    account.arm({ symbol: 'BTCUSDT', side: 'SELL', type: 'STOP_MARKET', triggerPrice: '60000', closePosition: true });
    summaries();
    await order({ symbol: 'BTCUSDT', side: 'SELL', quantity: '0.5', reduceOnly: 'true' });
    expect(summaries()).toEqual(['NEW NEW', 'BTCUSDT 0.000', 'TRADE FILLED', 'algo EXPIRED']);
  });

  it('says twice that a trailing stop is new: when it is placed, and when its activation price is reached', async () => {
    const { exchange, call, events } = await listening();
    const prices = { activatePrice: '68000', callbackRate: '1' };
    await call('POST', '/fapi/v1/algoOrder', {
      ...{ algoType: 'CONDITIONAL', symbol: 'BTCUSDT', side: 'SELL', type: 'TRAILING_STOP_MARKET', quantity: '0.1' },
      ...prices,
    });
    exchange.setMark('BTCUSDT', '67500');
    exchange.setMark('BTCUSDT', '68000');
    exchange.setMark('BTCUSDT', '68500');
    expect(events.map(({ o }) => [o.X, o.ia])).toEqual([
      ['NEW', false],
      ['NEW', true],
    ]);
  });

  it('has the profit of a close in the fill, and the sum so far in the position', async () => {
    const { account, order, events } = await listening();
    account.open('ETHUSDT', '-2', { entryPrice: '3600' });
    await order({ symbol: 'ETHUSDT', side: 'BUY', quantity: '2' });
    const [, , update, fill] = events;
    expect(update?.a.P).toMatchObject([{ pa: '0.000', ep: '0.0', cr: fill?.o.rp, up: '0.00000000' }]);
    expect(Number(fill?.o.rp)).toBeGreaterThan(0);
    expect(update?.a.B).toHaveLength(1);
  });

  it('has the BOTH of its symbol beside a side of a hedge account', async () => {
    const { order, events } = await listening({ hedgeMode: true });
    await order({ symbol: 'BTCUSDT', side: 'SELL', positionSide: 'SHORT', quantity: '0.1' });
    expect(events[1]?.a.P).toMatchObject([
      { ps: 'BOTH', pa: '0.000' },
      { ps: 'SHORT', pa: '-0.100' },
    ]);
  });

  it('tells a liquidation by the exchange as CALCULATED', async () => {
    const { account, summaries, events } = await listening();
    account.open('BTCUSDT', '1');
    account.closeByOthers('BTCUSDT', { by: 'liquidation' });
    expect(String(events.at(-1)?.o.c)).toMatch(/^autoclose-/);
    expect(summaries()).toEqual(['BTCUSDT 1.000', 'NEW NEW', 'BTCUSDT 0.000', 'CALCULATED FILLED']);
  });

  it('names the margin asset in events of COIN-M, and the market in events of portfolio margin', async () => {
    const { account, events } = await listening({ portfolioMargin: true }, 'papi');
    account.open('BTCUSD_PERP', '3');
    account.closeByOthers('BTCUSD_PERP');
    expect(events.map(({ fs, i }) => [fs, i])).toEqual(Array(4).fill(['CM', 'SgsR']));
    expect(events.at(-1)?.o).toMatchObject({ ma: 'BTC', N: 'BTC' });
  });

  it('tells nothing of a stop from before the algo service until it is triggered', async () => {
    const { exchange, account, summaries } = await listening();
    account.arm({
      ...{ symbol: 'BTCUSD_PERP', side: 'BUY', type: 'STOP_MARKET', quantity: '1', triggerPrice: '70000', older: true },
    });
    expect(summaries()).toEqual([]);
    exchange.setMark('BTCUSD_PERP', '70000');
    expect(summaries()).toEqual(['NEW NEW', 'BTCUSD_PERP 1', 'TRADE FILLED']);
  });

  it('tells what happened in between with its own instant, in order', async () => {
    const { exchange, account, clock, events } = await listening();
    account.rest({ symbol: 'BTCUSDT', side: 'BUY', type: 'LIMIT', quantity: '0.1', price: '66000' });
    account.startTwap({ symbol: 'ETHUSDT', side: 'BUY', totalQuantity: '2', childQuantity: '1', everyMs: 1_000 });
    clock.advance(5_000);
    account.truth();
    expect(exchange.journal).toHaveLength(1);
    expect(events.map(({ T }) => Number(T) - NOON_MS)).toEqual([0, ...Array(3).fill(1_000), ...Array(3).fill(2_000)]);
    expect(events.slice(1).every(({ E }) => E === NOON_MS + 5_000)).toBe(true);
  });
});

describe('a listen key', () => {
  it('is 64 letters, the same while it is active, and another one after it was closed', async () => {
    const { key, ...on } = await listening();
    expect(key).toMatch(/^[A-Za-z0-9]{64}$/);
    expect(await listenKey(on)).toBe(key);
    expect(await listenKey(on, 'PUT')).toBe(key);
    await listenKey(on, 'DELETE');
    expect(await on.call('PUT', '/fapi/v1/listenKey')).toMatchObject({ status: 400, code: -1125 });
    expect(await on.call('DELETE', '/fapi/v1/listenKey')).toMatchObject({ code: -1125 });
    expect(await listenKey(on)).not.toBe(key);
  });

  it('expires an hour after it was last extended: one last event, then silence, also under a new key', async () => {
    const { clock, order, events, key, ...on } = await listening();
    clock.advance(3_000_000);
    await on.call('PUT', '/fapi/v1/listenKey');
    clock.advance(3_599_999);
    await on.call('GET', '/fapi/v1/time');
    expect(events).toEqual([]);
    clock.advance(1);
    await on.call('GET', '/fapi/v1/time');
    expect(events).toEqual([{ e: 'listenKeyExpired', E: String(clock.nowMs()), listenKey: key }]);
    expect(await on.call('PUT', '/fapi/v1/listenKey')).toMatchObject({ code: -1125 });
    await on.call('POST', '/fapi/v1/listenKey');
    await order({ symbol: 'BTCUSDT', side: 'BUY', quantity: '0.5' });
    expect(events).toHaveLength(1);
  });

  it('is of one account: another one is not events, and an unknown key hears nothing', async () => {
    const { exchange, summaries, end } = await listening();
    const other = exchange.addAccount({ apiKey: 'other', apiSecret: 'other' });
    other.open('BTCUSDT', '1');
    expect(summaries()).toEqual([]);
    expect(exchange.listen('no such key', () => undefined)).toBeUndefined();
    end?.();
  });

  it('tells nothing more to who has stopped listening', async () => {
    const { account, summaries, end } = await listening();
    end?.();
    account.open('BTCUSDT', '1');
    expect(summaries()).toEqual([]);
  });
});
