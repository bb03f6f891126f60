/** What each request of the port puts on the wire: verb, path and parameters; nothing undefined, the signature last. */

import * as fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { CloseOrder } from '../../../lambda/core/exchange/model.ts';
import { COSTS, type ExchangeRequest, type RequestKind } from '../../../lambda/core/exchange/request.ts';
import { PUBLIC, type RequestRow, SIGNED, SYMBOL } from './request-table.ts';
import { CLOSE, HMAC_KEY, LIMITS, params, reply, rig } from './rig.ts';

const named = (rows: readonly RequestRow[]) => rows.map(([request, line, own]) => [line, request, own] as const);

async function sent(request: ExchangeRequest) {
  const { exchange, requests } = rig(() => reply(200, {}));
  const { trace } = await exchange.send(request, LIMITS);
  expect(requests).toHaveLength(1);
  const [one] = requests;
  expect(trace).toMatchObject({ method: one?.method, path: one?.path });
  return one;
}

const order = (change: Partial<CloseOrder>) => sent({ kind: 'close', order: { ...CLOSE, ...change }, recvWindowMs: 1 });

it('every kind of request that USDⓈ-M has is in one of the two tables', () => {
  const listed = new Set<RequestKind>([...SIGNED, ...PUBLIC].map(([{ kind }]) => kind));
  expect([...listed].sort()).toEqual(
    Object.keys(COSTS)
      // Of portfolio margin: markets.test.ts.
      .filter(kind => kind !== 'margin-orders')
      .sort(),
  );
});

describe('a signed request', () => {
  it.each(named(SIGNED))('%s', async (line, request, expected) => {
    const one = await sent(request);
    expect(`${one?.method} ${one?.path}`).toBe(line);
    const { timestamp, recvWindow, signature, ...own } = params(one);
    expect(own).toEqual(expected);
    expect([timestamp, recvWindow]).toEqual([expect.stringMatching(/^\d{13}$/), '2000']);
    expect(one?.query).toMatch(/&signature=[0-9a-f]{64}$/);
    expect(signature).toHaveLength(64);
    expect(one?.query).not.toMatch(/undefined|[^\x21-\x7e]/);
    expect(one?.body).toBe('');
    expect(one?.headers['x-mbx-apikey']).toBe(HMAC_KEY.apiKey);
  });
});

describe('a public request', () => {
  it.each(named(PUBLIC))('%s contains nothing of the account', async (line, request) => {
    const one = await sent(request);
    expect(`${one?.method} ${one?.path}`).toBe(line);
    expect(one).toMatchObject({ query: '', body: '' });
    expect(one?.headers).not.toHaveProperty('x-mbx-apikey');
  });
});

describe('the wallet', () => {
  const ofWallet = SIGNED.filter(([{ kind }]) => COSTS[kind].host === 'wallet');

  it.each(named(ofWallet))('%s goes to its own host, all else to the futures host', async (_line, request) => {
    const origins: string[] = [];
    const { exchange } = rig(() => reply(200, {}), HMAC_KEY, {
      transport: ({ origin }) => {
        origins.push(origin);
        return {
          answer: Promise.resolve({ status: 200, headers: new Map(), body: '{}' }),
          ...{ abandon: () => undefined, wasSent: () => true, wasAnswered: () => true, idleMsBefore: () => undefined },
        };
      },
    });
    await exchange.send(request, LIMITS);
    await exchange.send({ kind: 'positions' }, LIMITS);
    expect(origins).toEqual(['https://wallet.example', 'https://fapi.example']);
  });

  it.each(named(ofWallet))('%s is not sent where there is no such host', async (_line, request) => {
    const { exchange, requests } = rig(() => reply(200, {}), HMAC_KEY, { walletUrl: undefined });
    expect(await exchange.send(request, LIMITS)).toMatchObject({
      ok: false,
      failure: {
        certainty: 'unreached',
        reason: 'not-sent',
        message: 'not sent: this exchange has no host for the wallet',
      },
      trace: { status: undefined, path: expect.stringContaining('/sapi/') },
    });
    expect(requests).toEqual([]);
  });
});

describe('a close order', () => {
  it('in hedge mode names its position side, without the flag', async () => {
    const own = params(await order({ side: 'BUY', positionSide: 'SHORT', reduceOnly: false }));
    expect(own).toMatchObject({ side: 'BUY', positionSide: 'SHORT', type: 'MARKET' });
    expect(own).not.toHaveProperty('reduceOnly');
  });

  it('with a price is a limit order that fills at once or not at all', async () => {
    expect(params(await order({ price: '63650.10' }))).toMatchObject({
      ...{ type: 'LIMIT', timeInForce: 'IOC', price: '63650.10', quantity: '0.0000001' },
    });
  });

  it('has a receive window of its own', async () => {
    const { exchange, requests } = rig(() => reply(200, {}));
    await exchange.send({ kind: 'close', order: CLOSE, recvWindowMs: 60_000 }, LIMITS);
    await exchange.send({ kind: 'positions' }, LIMITS);
    expect(requests.map(request => params(request).recvWindow)).toEqual(['60000', '2000']);
  });

  it('is left as it was given', async () => {
    const frozen = Object.freeze({ ...CLOSE });
    await sent({ kind: 'close', order: frozen, recvWindowMs: 1 });
    expect(frozen).toEqual(CLOSE);
  });

  it('is sent digit for digit, whatever is in it, and never with closePosition', async () => {
    const amount = fc.stringMatching(/^\d{1,20}(\.\d{1,20})?$/);
    const any = fc.record(
      {
        symbol: fc.string({ minLength: 1 }),
        side: fc.constantFrom('BUY' as const, 'SELL' as const),
        positionSide: fc.constantFrom('BOTH' as const, 'LONG' as const, 'SHORT' as const),
        quantity: amount,
        reduceOnly: fc.boolean(),
        price: amount,
        clientOrderId: fc.string({ minLength: 1 }),
      },
      { requiredKeys: ['symbol', 'side', 'positionSide', 'quantity', 'reduceOnly', 'clientOrderId'] },
    );
    await fc.assert(
      fc.asyncProperty(any, async given => {
        const own = params(await sent({ kind: 'close', order: given, recvWindowMs: 1 }));
        expect(own.quantity).toBe(given.quantity);
        expect(own.price).toBe(given.price);
        expect([own.symbol, own.newClientOrderId]).toEqual([given.symbol, given.clientOrderId]);
        expect(own).not.toHaveProperty('closePosition');
        expect(Object.values(own)).not.toContain('undefined');
      }),
      { numRuns: 50 },
    );
  });
});

describe('requests that run at once', () => {
  it('keep their own limits, parameters and answers apart', async () => {
    const symbols = Array.from({ length: 20 }, (_, index) => `S${index}USDT`);
    const { exchange, requests } = rig(request =>
      reply(400, { code: -2011, msg: `no order of ${params(request).symbol}` }),
    );
    const replies = await Promise.all(
      symbols.map(symbol => exchange.send({ kind: 'cancel-orders', symbol }, { timeoutMs: 1_000 })),
    );
    expect(replies.map(one => !one.ok && one.failure.message)).toEqual(symbols.map(symbol => `no order of ${symbol}`));
    expect(requests.map(request => params(request).symbol)).toEqual(symbols);
  });

  it('may end in any order', async () => {
    const { exchange, clock } = rig(async request => {
      await clock.sleep(request.path.endsWith('openOrders') ? 300 : 100);
      return reply(200, []);
    });
    const ends: string[] = [];
    const note = (kind: 'open-orders' | 'positions' | 'conditional-orders', timeoutMs: number) =>
      exchange.send({ kind }, { timeoutMs }).then(({ ok, trace }) => ends.push(`${kind} ${ok} ${trace.latencyMs}`));
    await Promise.all([note('open-orders', 1_000), note('positions', 1_000), note('conditional-orders', 50)]);
    expect(ends).toEqual(['conditional-orders false 50', 'positions true 100', 'open-orders true 300']);
  });
});

describe('the SDK', () => {
  afterEach(() => vi.restoreAllMocks());

  it('prints nothing, whatever the ID of an order is', async () => {
    const printed = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
    await order({ clientOrderId: 'not-of-the-SDK' });
    expect(printed).not.toHaveBeenCalled();
  });
});

describe('usage', () => {
  it('is read from the headers of successes and of failures', async () => {
    const headers = { 'X-MBX-USED-WEIGHT-1M': '85', 'X-MBX-ORDER-COUNT-10S': '2' };
    for (const answer of [reply(200, [], headers), reply(400, { code: -2022, msg: 'no' }, headers)]) {
      const { trace } = await rig(() => answer).exchange.send({ kind: 'positions' }, LIMITS);
      expect(trace.usage).toEqual({ weightLastMinute: 85, ordersLastTenSeconds: 2 });
    }
  });

  it('of the wallet is the weight of its own host', async () => {
    const { exchange } = rig(() => reply(200, { orders: [] }, { 'X-SAPI-USED-IP-WEIGHT-1M': '7' }));
    const { trace } = await exchange.send({ kind: 'twap-orders' }, LIMITS);
    expect(trace.usage).toEqual({ weightLastMinute: 7 });
  });

  it.each(['cancel-orders', 'cancel-conditionals'] as const)(
    '%s is done also where the cancelled orders are listed instead of a code',
    async kind => {
      for (const body of [[], [{ symbol: SYMBOL, orderId: 7, status: 'CANCELED' }], {}])
        expect(await rig(() => reply(200, body)).exchange.send({ kind, symbol: SYMBOL }, LIMITS)).toMatchObject({
          ok: true,
        });
      expect(await rig(() => reply(200, null)).exchange.send({ kind, symbol: SYMBOL }, LIMITS)).toMatchObject({
        ok: false,
      });
    },
  );

  it('the trace of a failure names its code, that of a success none', async () => {
    const failed = await rig(() => reply(400, { code: -2022, msg: 'no' })).exchange.send({ kind: 'positions' }, LIMITS);
    expect(failed.trace).toMatchObject({ status: 400, exchangeCode: -2022 });
    const { exchange } = rig(() => reply(200, { code: '200', msg: 'done' }));
    const cancelled = await exchange.send({ kind: 'cancel-orders', symbol: SYMBOL }, LIMITS);
    expect(cancelled.trace).toMatchObject({ status: 200, exchangeCode: undefined });
  });
});
