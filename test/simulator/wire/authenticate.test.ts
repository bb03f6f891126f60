import { createHmac, generateKeyPairSync, sign } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { isSignedBy } from '../../../simulator/wire/authenticate.ts';
import { API_KEY, API_SECRET, NOON_MS, read, signedQuery, stage } from '../stage.ts';

const POSITIONS = '/fapi/v3/positionRisk';
const WALLET = '/sapi/v1/account/apiRestrictions';

describe('the signature', () => {
  it("accepts the exchange's own HMAC example, in any case, and nothing near it", () => {
    // USDⓈ-M "General Info", SIGNED Endpoint Examples for POST /fapi/v1/order.
    const text =
      'symbol=BTCUSDT&side=BUY&type=LIMIT&quantity=1&price=9000&timeInForce=GTC&recvWindow=5000&timestamp=1591702613943';
    const signature = '3c661234138461fcc7a7d8746c6558c9842d4e10870d2ecbedf7777cad694af9';
    const account = {
      apiSecret: '2b5eb11e18796d12d88f13dc27dbbd02c2cc51ff7059765ed9821957d82bb4d9',
      publicKey: undefined,
    };
    expect(isSignedBy(account, text, signature)).toBe(true);
    expect(isSignedBy(account, text, signature.toUpperCase())).toBe(true);
    expect(isSignedBy(account, `${text} `, signature)).toBe(false);
    expect(isSignedBy(account, text, signature.slice(1))).toBe(false);
  });

  it('is over query and body with nothing between them', async () => {
    const { exchange, clock } = stage();
    const query = `symbol=BTCUSDT&timestamp=${clock.nowMs()}`;
    const body = 'side=BUY&type=MARKET&quantity=1';
    const send = (signature: string) =>
      exchange.respond({
        method: 'POST',
        path: '/fapi/v1/order',
        query,
        body: `${body}&signature=${signature}`,
        headers: { 'x-mbx-apikey': API_KEY },
      });
    expect(read(await send(signatureOf(query + body))).status).toBe(200);
    expect(read(await send(signatureOf(`${query}&${body}`))).code).toBe(-1022);
    expect(read(await send(signatureOf(query))).code).toBe(-1022);
  });

  it('lets the query win where query and body name the same parameter', async () => {
    const { exchange, clock, account } = stage();
    const query = `symbol=BTCUSDT&side=BUY&type=MARKET&quantity=1&timestamp=${clock.nowMs()}`;
    const body = 'quantity=5';
    const text = `${query}&signature=${signatureOf(query + body)}`;
    await exchange.respond({
      method: 'POST',
      path: '/fapi/v1/order',
      query: text,
      body,
      headers: { 'x-mbx-apikey': API_KEY },
    });
    expect(account.truth().positions).toEqual([{ symbol: 'BTCUSDT', positionSide: 'BOTH', amount: '1' }]);
  });

  it('is over the encoded text, for symbols beyond ASCII', async () => {
    const { call } = stage();
    const { status } = await call('GET', '/fapi/v1/openOrders', { symbol: '测试USDT' });
    expect(status).toBe(200);
  });

  it.each([
    ['ed25519', () => generateKeyPairSync('ed25519'), null],
    ['rsa', () => generateKeyPairSync('rsa', { modulusLength: 2048 }), 'sha256'],
  ] as const)('verifies %s keys', async (_name, makeKeys, digest) => {
    const { publicKey, privateKey } = makeKeys();
    const publicKeyPem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
    const { exchange, clock } = stage({}, { publicKeyPem });
    const text = `timestamp=${clock.nowMs()}`;
    const ask = async (signed: string) => {
      const signature = encodeURIComponent(sign(digest, Buffer.from(signed), privateKey).toString('base64'));
      const headers = { 'x-mbx-apikey': API_KEY };
      const query = `${text}&signature=${signature}`;
      return read(await exchange.respond({ method: 'GET', path: POSITIONS, query, body: '', headers })).status;
    };
    expect(await ask(text)).toBe(200);
    expect(await ask(`${text}0`)).toBe(400);
  });
});

describe('the key', () => {
  it.each([
    ['missing', undefined, 401, -2014],
    ['empty', '', 401, -2014],
    ['of impossible form', 'no key at all', 401, -2014],
    ['unknown', 'U'.repeat(64), 401, -2015],
  ])('%s is refused', async (_name, key, status, code) => {
    const { exchange, clock } = stage();
    const query = signedQuery({ timestamp: String(clock.nowMs()) });
    const reply = read(
      await exchange.respond({ method: 'GET', path: POSITIONS, query, body: '', headers: { 'x-mbx-apikey': key } }),
    );
    expect([reply.status, reply.code]).toEqual([status, code]);
  });

  it('unknown is answered with the address it came from', async () => {
    const { call } = stage({}, { apiKey: 'O'.repeat(64) });
    const { msg } = await call('GET', POSITIONS);
    expect(msg).toBe('Invalid API-key, IP, or permissions for action, request ip: 203.0.113.7');
  });

  it.each([
    ['from an address that is not on its list', { ip: '203.0.113.9', allowedIps: ['203.0.113.8'] }, -2015],
    ['from an address that is', { ip: '203.0.113.8', allowedIps: ['203.0.113.8'] }, undefined],
  ])('%s', async (_name, spec, code) => {
    expect((await stage({}, spec).call('GET', POSITIONS)).code).toBe(code);
  });
});

const PRIVATE_CALLS = [
  ['GET', '/fapi/v3/positionRisk', {}],
  ['GET', '/fapi/v2/positionRisk', {}],
  ['GET', '/fapi/v1/openOrders', {}],
  ['GET', '/fapi/v1/openAlgoOrders', {}],
  ['GET', '/fapi/v1/accountConfig', {}],
  ['GET', '/fapi/v3/account', {}],
  ['GET', '/fapi/v1/userTrades', { symbol: 'BTCUSDT' }],
  ['GET', '/fapi/v1/order', { symbol: 'BTCUSDT', orderId: '1' }],
  ['POST', '/fapi/v1/order', { symbol: 'BTCUSDT', side: 'SELL', type: 'MARKET', quantity: '1', reduceOnly: 'true' }],
  ['POST', '/fapi/v1/listenKey', {}],
  ['DELETE', '/fapi/v1/allOpenOrders', { symbol: 'BTCUSDT' }],
  ['DELETE', '/fapi/v1/algoOpenOrders', { symbol: 'BTCUSDT' }],
] as const;

const PUBLIC_PATHS = ['/fapi/v1/time', '/fapi/v1/exchangeInfo', '/fapi/v1/premiumIndex'];

describe.each([
  [
    'a portfolio margin account',
    { portfolioMargin: true },
    { enableFutures: false, enablePortfolioMarginTrading: true },
  ],
  [
    'a key without the futures right',
    { enableFutures: false },
    { enableFutures: false, enablePortfolioMarginTrading: false },
  ],
] as const)('%s', (_name, spec, permissions) => {
  it.each(PRIVATE_CALLS)('is refused %s %s with 401/-2015', async (method, path, params) => {
    const { account, call } = stage({}, spec);
    account.open('BTCUSDT', '1');
    const reply = await call(method, path, params);
    expect([reply.status, reply.code]).toEqual([401, -2015]);
    expect(account.truth().positions).toHaveLength(1);
  });

  it('reads public data and its own permissions on the wallet host', async () => {
    const { call } = stage({}, spec);
    for (const path of PUBLIC_PATHS) expect((await call('GET', path)).status).toBe(200);
    expect((await call('GET', WALLET)).rows[0]).toMatchObject(permissions);
  });
});

describe('a key that the exchange has come to refuse', () => {
  it.each([
    [400, -2008, 'Invalid Api-Key ID.'],
    [401, -2008, 'Invalid Api-Key ID.'],
    [401, -2017, 'API Keys are locked on this account.'],
    [401, -1002, 'You are not authorized to execute this request.'],
    [401, -29999, 'Key refused.'],
  ])('is answered %d/%d on both hosts until it is good again', async (status, code, msg) => {
    const { account, call } = stage();
    account.refuseKey({ status, code });
    for (const path of [POSITIONS, WALLET]) {
      const reply = await call('GET', path);
      expect([reply.status, reply.code, reply.msg]).toEqual([status, code, msg]);
    }
    account.refuseKey(undefined);
    expect((await call('GET', POSITIONS)).status).toBe(200);
  });

  it.each([
    ['futures', 401, 200],
    ['wallet', 200, 401],
  ] as const)('on the %s host alone is served by the other', async (host, futuresStatus, walletStatus) => {
    const { call } = stage({}, { keyRefusal: { status: 401, code: -2015, host } });
    expect((await call('GET', POSITIONS)).status).toBe(futuresStatus);
    expect((await call('GET', WALLET)).status).toBe(walletStatus);
  });

  it.each([
    [400, -2008],
    [401, -2008],
    [401, -2015],
  ])('because it was rotated away is answered %d/%d, as the switch says', async (status, code) => {
    const { account, call } = stage({ unconfirmed: { unknownKey: { status, code } } });
    account.rotateKey({ apiKey: 'N'.repeat(64), apiSecret: API_SECRET });
    const reply = await call('GET', POSITIONS);
    expect([reply.status, reply.code]).toEqual([status, code]);
  });
});

describe('the timestamp', () => {
  const OUTSIDE = 'Timestamp for this request is outside of the recvWindow.';
  const AHEAD = "Timestamp for this request was 1000ms ahead of the server's time.";

  it.each([
    ['as old as the window', -5000, '5000', undefined],
    ['one older', -5001, '5000', OUTSIDE],
    ['as old as the default window', -5000, undefined, undefined],
    ['one older than the default', -5001, undefined, OUTSIDE],
    ['as old as a narrow window', -100, '100', undefined],
    ['one older than a narrow window', -101, '100', OUTSIDE],
    ['999 ms ahead', 999, undefined, undefined],
    ['1000 ms ahead', 1000, undefined, AHEAD],
  ])('%s', async (_name, offsetMs, recvWindow, msg) => {
    const { call } = stage();
    const reply = await call('GET', POSITIONS, {
      timestamp: String(NOON_MS + offsetMs),
      ...(recvWindow === undefined ? {} : { recvWindow }),
    });
    expect([reply.code, reply.msg]).toEqual(msg === undefined ? [undefined, undefined] : [-1021, msg]);
  });

  it("is judged by the exchange's clock, not by the client's", async () => {
    const behind = stage({ clockSkewMs: -1000 });
    expect((await behind.call('GET', POSITIONS)).msg).toBe(AHEAD);
    const ahead = stage({ clockSkewMs: 5001 });
    expect((await ahead.call('GET', POSITIONS)).msg).toBe(OUTSIDE);
    expect((await ahead.call('GET', '/fapi/v1/time')).rows).toEqual([{ serverTime: NOON_MS + 5001 }]);
  });

  it('may not come with a window above a minute', async () => {
    const { call } = stage();
    expect((await call('GET', POSITIONS, { recvWindow: '60000' })).status).toBe(200);
    expect((await call('GET', POSITIONS, { recvWindow: '60001' })).code).toBe(-1131);
  });

  it('and the signature are both mandatory', async () => {
    const { exchange } = stage();
    const headers = { 'x-mbx-apikey': API_KEY };
    const ask = async (query: string) =>
      read(await exchange.respond({ method: 'GET', path: POSITIONS, query, body: '', headers })).msg;
    expect(await ask(signedQuery({ recvWindow: '5000' }))).toBe(
      "Mandatory parameter 'timestamp' was not sent, was empty/null, or malformed.",
    );
    expect(await ask(`timestamp=${NOON_MS}`)).toBe(
      "Mandatory parameter 'signature' was not sent, was empty/null, or malformed.",
    );
  });

  it.each([
    [false, -1021],
    [true, -1022],
  ])('or the signature is checked first, as the switch says (%s)', async (signatureCheckedBeforeTimestamp, code) => {
    const { exchange } = stage({ unconfirmed: { signatureCheckedBeforeTimestamp } });
    const query = 'timestamp=1&signature=00';
    const reply = read(
      await exchange.respond({ method: 'GET', path: POSITIONS, query, body: '', headers: { 'x-mbx-apikey': API_KEY } }),
    );
    expect(reply.code).toBe(code);
  });
});

function signatureOf(text: string): string {
  return createHmac('sha256', API_SECRET).update(text).digest('hex');
}
