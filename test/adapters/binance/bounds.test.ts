/** A call never takes longer than it may, and says truly whether anything was sent. */

import { describe, expect, it } from 'vitest';
import { reply, rig, START_MS } from './rig.ts';

describe('a call', () => {
  it('ends at its timeout, on the injected clock', async () => {
    const { exchange, clock } = rig(() => ({ kind: 'hang' }));
    const outcome = await exchange.send({ kind: 'positions' }, { timeoutMs: 750 });
    expect(outcome).toMatchObject({ ok: false, failure: { certainty: 'unknown', reason: 'no-answer' } });
    expect(outcome.trace).toEqual({
      method: 'GET',
      path: '/fapi/v3/positionRisk',
      startedAtMs: START_MS,
      latencyMs: 750,
      status: undefined,
      exchangeCode: undefined,
      usage: {},
    });
    expect(clock.nowMs()).toBe(START_MS + 750);
  });

  it('takes an answer that comes just before its timeout, and none just after', async () => {
    const answeringAfter = (ms: number) => {
      const { exchange, clock } = rig(async () => {
        await clock.sleep(ms);
        return reply(200, []);
      });
      return exchange.send({ kind: 'positions' }, { timeoutMs: 500 });
    };
    expect(await answeringAfter(499)).toMatchObject({ ok: true, trace: { latencyMs: 499, status: 200 } });
    expect(await answeringAfter(501)).toMatchObject({ ok: false, trace: { latencyMs: 500, status: undefined } });
  });

  it.each([0, -5, Number.NaN])('with %d ms left sends nothing', async timeoutMs => {
    const { exchange, requests } = rig(() => reply(200, []));
    const outcome = await exchange.send({ kind: 'positions' }, { timeoutMs });
    expect(outcome).toMatchObject({
      ok: false,
      failure: { certainty: 'unreached', reason: 'not-sent', message: 'not sent: no time was left' },
    });
    expect(requests).toEqual([]);
  });

  it('given up before sends nothing', async () => {
    const { exchange, requests } = rig(() => reply(200, []));
    const outcome = await exchange.send({ kind: 'positions' }, { timeoutMs: 500, signal: AbortSignal.abort() });
    expect(outcome).toMatchObject({ ok: false, failure: { certainty: 'unreached', reason: 'not-sent' } });
    expect(requests).toEqual([]);
  });

  it('given up while it waits ends at once and does not know what became of it', async () => {
    const caller = new AbortController();
    const { exchange, clock } = rig(() => ({ kind: 'hang' }));
    void clock.sleep(100).then(() => caller.abort());
    const outcome = await exchange.send({ kind: 'positions' }, { timeoutMs: 500, signal: caller.signal });
    expect(outcome).toMatchObject({
      ok: false,
      failure: {
        certainty: 'unknown',
        reason: 'no-answer',
        message: 'no answer; given up while waiting for the answer',
      },
      trace: { latencyMs: 100 },
    });
  });

  it('leaves no timer and no listener behind', async () => {
    const { exchange, clock } = rig(() => reply(200, []));
    const caller = new AbortController();
    for (let call = 0; call < 30; call += 1)
      await exchange.send({ kind: 'positions' }, { timeoutMs: 60_000, signal: caller.signal });
    await clock.sleep(1);
    expect(clock.nowMs()).toBe(START_MS + 1);
  });
});
