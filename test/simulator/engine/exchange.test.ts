import { describe, expect, it } from 'vitest';
import { API_KEY, API_SECRET, NOON_MS, read, type Stage, signedQuery, stage } from '../stage.ts';

describe('the exchange', () => {
  it('gives the same journal and the same fills for the same seed and the same requests', async () => {
    const day = async (seed: number) => {
      const set = stage({ seed });
      set.exchange.setLatency({ rttMs: 20, jitterMs: 30 });
      set.exchange.moveMarks({ steps: 50, everyMs: 10 });
      await trade(set);
      return JSON.stringify([set.exchange.journal, set.account.truth()]);
    };
    const first = await day(42);
    expect(await day(42)).toBe(first);
    expect(await day(43)).not.toBe(first);
  });

  it('knows a rotated key and forgets the old one', async () => {
    const { exchange, account, clock } = stage();
    const ask = async (key: string, secret: string) => {
      const query = signedQuery({ timestamp: String(clock.nowMs()) }, secret);
      const headers = { 'x-mbx-apikey': key };
      return read(await exchange.respond({ method: 'GET', path: '/fapi/v1/accountConfig', query, body: '', headers }))
        .code;
    };
    const key = 'N'.repeat(64);
    expect(await ask(API_KEY, API_SECRET)).toBeUndefined();
    account.rotateKey({ apiKey: key, apiSecret: 'new secret' });
    expect(await ask(API_KEY, API_SECRET)).toBe(-2015);
    expect(await ask(key, API_SECRET)).toBe(-1022);
    expect(await ask(key, 'new secret')).toBeUndefined();
  });

  it('does what the stage has planned at its instant, however late it is touched', async () => {
    const { exchange, account, clock, positions } = stage({ positionLagMs: 400 });
    account.rest({ symbol: 'BTCUSDT', side: 'BUY', type: 'LIMIT', quantity: '1', price: '66000' });
    account.open('ETHUSDT', '2');
    exchange.after(100, () => exchange.setMark('BTCUSDT', '66000'));
    exchange.after(250, () => account.closeByOthers('ETHUSDT'));
    exchange.after(200, () => exchange.after(100, () => account.open('SOLUSDT', '5')));
    clock.advance(600);
    expect((await positions()).map(({ symbol }) => symbol)).toEqual(['BTCUSDT', 'ETHUSDT', 'SOLUSDT']);
    expect(account.moves.map(({ atMs, symbol }) => [symbol, atMs - NOON_MS])).toEqual([
      ['ETHUSDT', 0],
      ['BTCUSDT', 100],
      ['ETHUSDT', 250],
      ['SOLUSDT', 300],
    ]);
    clock.advance(50);
    expect((await positions()).map(({ symbol }) => symbol)).toEqual(['BTCUSDT', 'SOLUSDT']);
  });

  it('lets others use up the weight of an address and the orders of an account', async () => {
    const { exchange, account, call, order } = stage();
    exchange.spendWeight(2_390);
    account.spendOrders(300);
    expect((await call('GET', '/fapi/v3/positionRisk')).headers['x-mbx-used-weight-1m']).toBe('2395');
    expect((await order({ symbol: 'BTCUSDT', side: 'BUY', quantity: '1' })).code).toBe(-1015);
    expect((await call('GET', '/fapi/v1/openOrders')).status).toBe(429);
    exchange.spendWeight(12_000, { host: 'wallet' });
    expect((await call('GET', '/sapi/v1/account/apiRestrictions')).status).toBe(429);
  });

  it('keeps its accounts apart', async () => {
    const { exchange, account, order } = stage();
    const other = exchange.addAccount({ apiKey: 'O'.repeat(64), apiSecret: 'o', name: 'the other' });
    other.open('BTCUSDT', '1');
    other.rest({ symbol: 'BTCUSDT', side: 'SELL', type: 'LIMIT', quantity: '1', price: '70000', reduceOnly: true });
    expect((await order({ symbol: 'BTCUSDT', side: 'SELL', quantity: '1', reduceOnly: 'true' })).code).toBe(-2022);
    expect([account.name, other.name]).toEqual(['account1', 'the other']);
    expect(account.truth().positions).toEqual([]);
    expect(other.truth().positions).toEqual([{ symbol: 'BTCUSDT', positionSide: 'BOTH', amount: '1' }]);
  });

  it('does not fill resting orders of a symbol that does not trade', () => {
    const { exchange, account } = stage();
    account.rest({ symbol: 'BTCUSDT', side: 'BUY', type: 'LIMIT', quantity: '1', price: '66000' });
    exchange.setStatus('BTCUSDT', 'TRADING_CANCEL_ONLY');
    exchange.setMark('BTCUSDT', '65000');
    expect(account.truth().fills).toEqual([]);
    exchange.setStatus('BTCUSDT', 'TRADING');
    exchange.setMark('BTCUSDT', '65000');
    expect(account.truth().fills).toHaveLength(1);
  });
});

async function trade({ account, call, order }: Stage): Promise<void> {
  account.open('BTCUSDT', '1');
  await order({ symbol: 'BTCUSDT', side: 'SELL', quantity: '0.3', reduceOnly: 'true' });
  await order({ symbol: 'ETHUSDT', type: 'LIMIT', timeInForce: 'GTC', side: 'BUY', quantity: '1', price: '3299' });
  await call('DELETE', '/fapi/v1/allOpenOrders', { symbol: 'ETHUSDT' });
  await order({ symbol: 'BTCUSDT', side: 'SELL', quantity: '0.7', reduceOnly: 'true' });
}
