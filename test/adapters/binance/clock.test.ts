/** Signatures carry the exchange's time: the injected clock plus the offset, whatever the machine's clock says. */

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { LIMITS, params, reply, rig, START_MS } from './rig.ts';

/** The machine's clock stands still at another time, so that what is signed is exact. */
beforeEach(() => {
  vi.spyOn(Date, 'now').mockReturnValue(Date.UTC(2031, 4, 5));
});
afterEach(() => vi.restoreAllMocks());

/** Some seconds from the injected clock. */
const DATE = new Date(Math.floor(START_MS / 1_000) * 1_000 - 8_000).toUTCString();

describe('the signed timestamp', () => {
  it('is the injected clock, in whole milliseconds', async () => {
    const { exchange, clock, requests } = rig(() => reply(200, []));
    await clock.sleep(12.75);
    await exchange.send({ kind: 'positions' }, LIMITS);
    expect(params(requests[0]).timestamp).toBe(String(START_MS + 12));
    expect(params(requests[0]).recvWindow).toBe('2000');
  });

  it('follows the server once its time was asked, halving the round trip', async () => {
    const { exchange, clock, requests } = rig(async request => {
      if (request.path !== '/fapi/v1/time') return reply(200, []);
      await clock.sleep(40);
      return reply(200, { serverTime: START_MS + 5_000 });
    });
    const synced = await exchange.send({ kind: 'server-time' }, LIMITS);
    expect(synced).toMatchObject({ ok: true, value: 4_980 });
    await exchange.send({ kind: 'positions' }, LIMITS);
    expect(params(requests[1]).timestamp).toBe(String(START_MS + 40 + 4_980));
  });

  it('follows a time that is written as a text', async () => {
    const { exchange } = rig(() => reply(200, { serverTime: String(START_MS + 5_000) }));
    expect(await exchange.send({ kind: 'server-time' }, LIMITS)).toMatchObject({ ok: true, value: 5_000 });
  });

  it.each([
    ['is gone', () => reply(404, 'no', { date: DATE })],
    ['is nonsense', () => reply(200, { serverTime: 1_499_827_319_559 }, { date: DATE })],
  ])('follows the date of the answer where the time %s, and says that it was not read', async (_what, answer) => {
    const { exchange, requests } = rig(request => (request.path === '/fapi/v1/time' ? answer() : reply(200, [])));
    expect(await exchange.send({ kind: 'server-time' }, LIMITS)).toMatchObject({ ok: false });
    await exchange.send({ kind: 'positions' }, LIMITS);
    expect(Number(params(requests[1]).timestamp)).toBe(Date.parse(DATE));
  });

  it('uses the time itself where the date is that of a gateway with another clock', async () => {
    const { exchange } = rig(() => reply(200, { serverTime: START_MS + 5_000 }, { date: DATE }));
    expect(await exchange.send({ kind: 'server-time' }, LIMITS)).toMatchObject({ ok: true, value: 5_000 });
  });

  it('keeps its offset when the server does not answer with the time', async () => {
    const { exchange, requests } = rig(request =>
      request.path === '/fapi/v1/time' ? reply(503, 'no') : reply(200, []),
    );
    expect(await exchange.send({ kind: 'server-time' }, LIMITS)).toMatchObject({ ok: false });
    await exchange.send({ kind: 'positions' }, LIMITS);
    expect(params(requests[1]).timestamp).toBe(String(START_MS));
  });
});
