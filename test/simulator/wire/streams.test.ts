import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ExchangeServer, startExchangeServer } from '../../../simulator/wire/server.ts';
import { type Stage, stage } from '../stage.ts';

// Node's own WebSocket connects.

let on: Stage;
let server: ExchangeServer;
let key: string;

beforeEach(async () => {
  on = stage();
  server = await startExchangeServer(on.exchange);
  key = String((await on.call('POST', '/fapi/v1/listenKey')).rows[0]?.listenKey);
});
afterEach(() => server.close());

async function connect(path: string) {
  const socket = new WebSocket(`${server.url.replace('http', 'ws')}${path.replace('KEY', key)}`);
  const heard: unknown[] = [];
  socket.addEventListener('message', ({ data }) => heard.push(JSON.parse(String(data))));
  await new Promise((resolve, reject) => {
    socket.addEventListener('open', resolve);
    socket.addEventListener('error', reject);
  });
  const ask = async (request: object): Promise<void> => {
    const before = heard.length;
    socket.send(JSON.stringify({ ...request, id: 7 }));
    await expect.poll(() => heard.slice(before)).toContainEqual({ result: null, id: 7 });
    heard.length = before;
  };
  return { socket, heard, ask };
}

describe('the address of a user data stream', () => {
  it.each([
    ['/ws/KEY'],
    ['/private/ws/KEY'],
    ['/private/ws?listenKey=KEY'],
    ['/pm/ws/KEY'],
    ['/private/ws?listenKey=KEY&events=ORDER_TRADE_UPDATE/ACCOUNT_UPDATE'],
  ])('%s sends each event as it is', async path => {
    const { heard } = await connect(path);
    on.account.open('BTCUSDT', '1');
    await expect.poll(() => heard).toMatchObject([{ e: 'ACCOUNT_UPDATE' }]);
  });

  it.each([['/stream?streams=KEY'], ['/stream?streams=btcusdt@aggTrade/KEY'], ['/private/stream?listenKey=KEY']])(
    '%s sends each event with the name of its stream',
    async path => {
      const { heard } = await connect(path);
      on.account.open('BTCUSDT', '1');
      await expect.poll(() => heard).toMatchObject([{ stream: key, data: { e: 'ACCOUNT_UPDATE' } }]);
    },
  );

  it('with a list of events sends no others', async () => {
    const { heard } = await connect('/private/ws?listenKey=KEY&events=ORDER_TRADE_UPDATE');
    await on.order({ symbol: 'BTCUSDT', side: 'BUY', quantity: '0.1' });
    await expect.poll(() => heard).toMatchObject([{ e: 'ORDER_TRADE_UPDATE' }, { e: 'ORDER_TRADE_UPDATE' }]);
  });

  it('of an unknown key opens, and stays silent', async () => {
    const { heard, ask } = await connect('/ws/unknown');
    on.account.open('BTCUSDT', '1');
    await ask({ method: 'LIST_SUBSCRIPTIONS' });
    expect(heard).toEqual([]);
  });
});

describe('a subscription', () => {
  it('begins and ends on an open connection, once however often it is asked for', async () => {
    const { heard, ask } = await connect('/private/ws');
    await ask({ method: 'SUBSCRIBE', params: [key] });
    await ask({ method: 'SUBSCRIBE', params: [key, 'btcusdt@depth'] });
    on.account.open('BTCUSDT', '1');
    await expect.poll(() => heard).toHaveLength(1);
    await ask({ method: 'UNSUBSCRIBE', params: [key] });
    on.account.open('BTCUSDT', '1');
    await ask({ method: 'LIST_SUBSCRIPTIONS' });
    expect(heard).toHaveLength(1);
  });

  it.each([['no JSON'], ['null'], ['[]'], ['{"method":"SUBSCRIBE","params":"KEY"}'], ['{"method":"SUBSCRIBE"}']])(
    'that is %s changes nothing, and the connection goes on',
    async text => {
      const { socket, heard, ask } = await connect('/ws');
      socket.send(text.replace('KEY', key));
      await ask({ method: 'SUBSCRIBE', params: [key] });
      on.account.open('BTCUSDT', '1');
      await expect.poll(() => heard).toHaveLength(1);
    },
  );

  it('sends to every connection, and goes on when one is closed', async () => {
    const [first, second] = [await connect('/ws/KEY'), await connect('/ws/KEY')];
    on.account.open('BTCUSDT', '1');
    await expect.poll(() => [first.heard.length, second.heard.length]).toEqual([1, 1]);
    const closed = new Promise(resolve => first.socket.addEventListener('close', resolve));
    first.socket.close();
    await closed;
    on.account.open('BTCUSDT', '1');
    await expect.poll(() => second.heard.length).toBe(2);
    expect(first.heard).toHaveLength(1);
  });
});
