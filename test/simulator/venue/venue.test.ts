import { describe, expect, it } from 'vitest';
import { API_KEY, API_SECRET, read, type Stage, signedQuery, stage } from '../stage.ts';

describe('the venue', () => {
  it('gives the same journal and the same fills for the same seed and the same requests', async () => {
    const day = async (seed: number) => {
      const set = stage({ seed });
      set.venue.setLatency({ rttMs: 20, jitterMs: 30 });
      set.venue.moveMarks({ steps: 50, everyMs: 10 });
      await trade(set);
      return JSON.stringify([set.venue.journal, set.account.truth()]);
    };
    const first = await day(42);
    expect(await day(42)).toBe(first);
    expect(await day(43)).not.toBe(first);
  });

  it('knows a rotated key and forgets the old one', async () => {
    const { venue, account, clock } = stage();
    const ask = async (key: string, secret: string) => {
      const query = signedQuery({ timestamp: String(clock.nowMs()) }, secret);
      const headers = { 'x-mbx-apikey': key };
      return read(await venue.respond({ method: 'GET', path: '/fapi/v1/accountConfig', query, body: '', headers }))
        .code;
    };
    const key = 'N'.repeat(64);
    expect(await ask(API_KEY, API_SECRET)).toBeUndefined();
    account.rotateKey({ apiKey: key, apiSecret: 'new secret' });
    expect(await ask(API_KEY, API_SECRET)).toBe(-2015);
    expect(await ask(key, API_SECRET)).toBe(-1022);
    expect(await ask(key, 'new secret')).toBeUndefined();
  });

  it('keeps its accounts apart', async () => {
    const { venue, account, order } = stage();
    const other = venue.addAccount({ apiKey: 'O'.repeat(64), apiSecret: 'o', name: 'the other' });
    other.open('BTCUSDT', '1');
    other.rest({ symbol: 'BTCUSDT', side: 'SELL', type: 'LIMIT', quantity: '1', price: '70000', reduceOnly: true });
    expect((await order({ symbol: 'BTCUSDT', side: 'SELL', quantity: '1', reduceOnly: 'true' })).code).toBe(-2022);
    expect([account.name, other.name]).toEqual(['account1', 'the other']);
    expect(account.truth().positions).toEqual([]);
    expect(other.truth().positions).toEqual([{ symbol: 'BTCUSDT', positionSide: 'BOTH', amount: '1' }]);
  });

  it('does not fill resting orders of a symbol that does not trade', () => {
    const { venue, account } = stage();
    account.rest({ symbol: 'BTCUSDT', side: 'BUY', type: 'LIMIT', quantity: '1', price: '66000' });
    venue.setStatus('BTCUSDT', 'TRADING_CANCEL_ONLY');
    venue.setMark('BTCUSDT', '65000');
    expect(account.truth().fills).toEqual([]);
    venue.setStatus('BTCUSDT', 'TRADING');
    venue.setMark('BTCUSDT', '65000');
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
