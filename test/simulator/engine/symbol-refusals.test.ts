import { describe, expect, it } from 'vitest';
import type { Fault } from '../../../simulator/engine/rules/fault.ts';
import { ALWAYS } from '../../../simulator/engine/rules/fault-script.ts';
import { stage } from '../stage.ts';

const ORDER = '/fapi/v1/order';

/** Two positions; the orders of one symbol get the fault, whatever is tried. */
async function closeBoth(fault: Fault) {
  const { exchange, account, order } = stage();
  for (const symbol of ['BTCUSDT', 'ETHUSDT']) account.open(symbol, '1');
  exchange.faults.add({ on: { path: ORDER, symbol: 'ETHUSDT' }, times: ALWAYS, fault });
  const close = (symbol: string) => order({ symbol, side: 'SELL', quantity: '1', reduceOnly: 'true' });
  const replies = [await close('ETHUSDT'), await close('BTCUSDT'), await close('ETHUSDT')];
  return { replies, left: account.truth().positions.map(({ symbol }) => symbol) };
}

describe('a refusal of one symbol', () => {
  it.each([
    [{ kind: 'refuse', code: -4402 }, 400, -4402],
    [{ kind: 'refuse', code: -4403 }, 400, -4403],
    [{ kind: 'refuse', code: -4411 }, 400, -4411],
    [{ kind: 'refuse', code: -1022 }, 400, -1022],
    [{ kind: 'refuse', code: -4131 }, 400, -4131],
    [{ kind: 'refuse', code: -99999, status: 422 }, 422, -99999],
    [{ kind: 'refuse', code: -2015, status: 401 }, 401, -2015],
    [{ kind: 'html-403' }, 403, undefined],
    [{ kind: 'key-refused' }, 401, -2015],
    [{ kind: 'key-refused', status: 400, code: -2008 }, 400, -2008],
    [{ kind: 'busy-1004' }, 400, -1004],
    [{ kind: 'busy-1004', status: 503 }, 503, -1004],
    [{ kind: '503-throttled', forced: true }, 503, -1008],
  ] as const)('%j comes each time, and the other symbol closes', async (fault, status, code) => {
    const { replies, left } = await closeBoth(fault);
    expect(replies.map(reply => [reply.status, reply.code])).toEqual([
      [status, code],
      [200, undefined],
      [status, code],
    ]);
    expect(left).toEqual(['ETHUSDT']);
  });
});

describe('an endpoint', () => {
  it('that has moved is 404, and the older endpoint still answers', async () => {
    const { exchange, account, call } = stage();
    account.open('BTCUSDT', '1');
    exchange.faults.add({ on: { path: '/fapi/v3/positionRisk' }, times: ALWAYS, fault: { kind: 'gone-404' } });
    const gone = await call('GET', '/fapi/v3/positionRisk');
    const never = await call('GET', '/fapi/v9/positionRisk');
    expect([gone.status, gone.code]).toEqual([404, -5000]);
    expect(gone.msg).toBe(String(never.msg).replace('v9', 'v3'));
    const { rows } = await call('GET', '/fapi/v2/positionRisk');
    expect(rows.filter(({ positionAmt }) => Number(positionAmt) !== 0)).toMatchObject([
      { symbol: 'BTCUSDT', positionAmt: '1.000', positionSide: 'BOTH' },
    ]);
  });

  it('that is forbidden alone leaves the others', async () => {
    const { exchange, call } = stage();
    exchange.faults.add({ on: { path: '/fapi/v1/openAlgoOrders' }, times: ALWAYS, fault: { kind: 'key-refused' } });
    expect((await call('GET', '/fapi/v1/openAlgoOrders')).msg).toBe(
      'Invalid API-key, IP, or permissions for action, request ip: 203.0.113.7',
    );
    expect((await call('GET', '/fapi/v1/openOrders')).status).toBe(200);
  });
});

describe('a thin book', () => {
  it('gives so much to each order, and the rest of it expires', async () => {
    const { exchange, account, order } = stage();
    account.open('SOLUSDT', '400');
    exchange.setBook('SOLUSDT', { bids: [{ distance: '0', quantity: '40' }] });
    const executed = [];
    for (let left = 400; left > 0; left -= 40) {
      const close = { symbol: 'SOLUSDT', side: 'SELL', quantity: String(left), reduceOnly: 'true' };
      const { rows } = await order({ ...close, newOrderRespType: 'RESULT' });
      executed.push([rows[0]?.status, rows[0]?.executedQty]);
    }
    expect(executed).toEqual([...Array(9).fill(['EXPIRED', '40.00']), ['FILLED', '40.00']]);
    expect(account.truth().positions).toEqual([]);
  });
});

describe('a cancel', () => {
  it('of one symbol may hang for good, while its position fills in part', async () => {
    const { exchange, account, call, order } = stage();
    account.open('ETHUSDT', '1');
    exchange.faults.add({
      on: { method: 'DELETE', symbol: 'ETHUSDT' },
      times: ALWAYS,
      fault: { kind: 'hang-before' },
    });
    exchange.faults.add({ on: { path: ORDER }, fault: { kind: 'partial-fill', ratio: '0.25' } });
    expect((await call('DELETE', '/fapi/v1/allOpenOrders', { symbol: 'ETHUSDT' })).kind).toBe('hang');
    expect((await call('DELETE', '/fapi/v1/allOpenOrders', { symbol: 'BTCUSDT' })).status).toBe(200);
    await order({ symbol: 'ETHUSDT', side: 'SELL', quantity: '1', reduceOnly: 'true' });
    expect(account.truth().positions).toMatchObject([{ amount: '0.75' }]);
  });
});

describe('a fault with a time', () => {
  it('begins and ends by the clock, as often as it matches', async () => {
    const { exchange, clock, call } = stage();
    exchange.faults.add({ on: {}, afterMs: 1_000, forMs: 500, fault: { kind: 'html-502' } });
    const statuses = [];
    for (const stepMs of [0, 999, 1, 0, 499, 1]) {
      clock.advance(stepMs);
      statuses.push((await call('GET', '/fapi/v1/time')).status);
    }
    expect(statuses).toEqual([200, 200, 502, 502, 502, 200]);
  });

  it('may be spent sooner', async () => {
    const { exchange, call } = stage();
    exchange.faults.add({ on: {}, forMs: 500, times: 1, fault: { kind: 'html-502' } });
    expect([(await call('GET', '/fapi/v1/time')).status, (await call('GET', '/fapi/v1/time')).status]).toEqual([
      502, 200,
    ]);
  });
});
