/** What bots of others ask before they trade: prices, candles, settings, a stream. Found by running them (test/frameworks). */

import { randomBytes } from 'node:crypto';
import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createExchange } from '../../../simulator/exchange.ts';
import { type ExchangeServer, startExchangeServer } from '../../../simulator/wire/server.ts';

const NOW_MS = Date.UTC(2026, 10, 29, 16, 7, 30);
let server: ExchangeServer;
beforeAll(async () => {
  server = await startExchangeServer(createExchange({ clock: { nowMs: () => NOW_MS, sleep: async () => undefined } }));
});
afterAll(() => server.close());

// biome-ignore lint/suspicious/noExplicitAny: replies of a wire, of which a few keys are read
const get = async (path: string): Promise<any> => (await fetch(`${server.url}${path}`)).json();

describe('market data', () => {
  it('has one price, the mark, as last price, best bid and ask, and in the depth', async () => {
    const { markPrice } = await get('/fapi/v1/premiumIndex?symbol=BTCUSDT');
    const mark = Number(markPrice);
    for (const path of ['/fapi/v1/ticker/price', '/fapi/v2/ticker/price']) {
      expect(Number((await get(`${path}?symbol=BTCUSDT`)).price)).toBe(mark);
    }
    expect(Number((await get('/fapi/v1/ticker/24hr?symbol=BTCUSDT')).lastPrice)).toBe(mark);
    const { bidPrice, askPrice } = await get('/fapi/v1/ticker/bookTicker?symbol=BTCUSDT');
    expect(Number(bidPrice)).toBeLessThanOrEqual(mark);
    expect(Number(askPrice)).toBeGreaterThan(Number(bidPrice));
    const { bids, asks } = await get('/fapi/v1/depth?symbol=BTCUSDT&limit=5');
    expect([bids[0][0], asks[0][0]]).toEqual([bidPrice, askPrice]);
  });

  it('lists all symbols where none is named', async () => {
    expect((await get('/fapi/v1/ticker/price')).length).toBeGreaterThan(100);
  });

  it('has candles on the interval, the last one under way, none from the future', async () => {
    const rows = await get('/fapi/v1/klines?symbol=BTCUSDT&interval=5m&limit=3');
    expect(rows.map(([open]: [number]) => new Date(open).toISOString().slice(11, 16))).toEqual([
      '15:55',
      '16:00',
      '16:05',
    ]);
    const since = NOW_MS - 600_000;
    const asked = await get(`/fapi/v1/klines?symbol=BTCUSDT&interval=1m&startTime=${since}`);
    expect(asked.at(0)[0]).toBeGreaterThanOrEqual(since);
    expect(asked.at(-1)[0]).toBeLessThanOrEqual(NOW_MS);
  });

  it('refuses an interval and a symbol that there are not', async () => {
    expect(await get('/fapi/v1/klines?symbol=BTCUSDT&interval=7m')).toMatchObject({ code: -1120 });
    expect(await get('/fapi/v1/depth?symbol=NOSUCHUSDT')).toMatchObject({ code: -1121 });
  });
});

describe('a stream', () => {
  it.each([
    '/stream?streams=x',
    '/ws/KEY',
    // fstream.binance.com/public, /market and /private; hummingbot connects there.
    '/public/stream',
    '/market/stream',
    '/private/ws?listenKey=KEY',
    '/pm/ws/KEY',
  ])('opens at %s, answers a subscription and a ping, and closes on demand', async path => {
    const { port } = new URL(server.url);
    const headers = {
      connection: 'Upgrade',
      upgrade: 'websocket',
      'sec-websocket-version': '13',
      'sec-websocket-key': randomBytes(16).toString('base64'),
    };
    const asked = request({ port, host: '127.0.0.1', path, headers });
    const frame = (opcode: number, text: string): Buffer => {
      const mask = randomBytes(4);
      const payload = Buffer.from(text).map((byte, index) => byte ^ (mask[index % 4] ?? 0));
      return Buffer.concat([Buffer.from([0x80 | opcode, 0x80 | text.length]), mask, payload]);
    };
    const heard = await new Promise<string>((resolve, reject) => {
      asked.on('error', reject);
      asked.on('upgrade', (_reply, socket) => {
        let said = '';
        socket.on('data', chunk => {
          said += chunk.toString('latin1');
        });
        socket.on('end', () => resolve(said));
        socket.write(Buffer.concat([frame(1, '{"method":"SUBSCRIBE","id":7}'), frame(9, 'beat'), frame(8, '')]));
      });
      asked.end();
    });
    expect(heard).toContain('{"result":null,"id":7}');
    expect(heard).toContain('beat');
  });

  it('does not exist at another path', async () => {
    const headers = { connection: 'Upgrade', upgrade: 'websocket', 'sec-websocket-key': 'x' };
    const asked = request({ port: server.port, host: '127.0.0.1', path: '/fapi/v1/time', headers });
    const error = await new Promise(resolve => asked.on('error', resolve).end());
    expect(error).toBeInstanceOf(Error);
  });
});
