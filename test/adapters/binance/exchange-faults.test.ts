/** What is known when the simulated exchange fails, fault by fault, and whether it had carried the order out. */

import { describe, expect, it } from 'vitest';
import type { Fault } from '../../../simulator/exchange.ts';
import { HMAC_KEY, LIMITS } from './rig.ts';
import { close, pemPair, stage } from './stage.ts';

describe('a clock that is wrong', () => {
  it.each([-5_000, 5_000])('by %d ms is refused, and right after one read of the server', async clockSkewMs => {
    const { exchange, binance } = stage({ exchange: { clockSkewMs } });
    exchange.setLatency({ rttMs: 80 });
    expect(await binance.send({ kind: 'positions' }, LIMITS)).toMatchObject({
      ok: false,
      failure: { certainty: 'refused', reason: 'clock', exchangeCode: -1021 },
    });
    const synced = await binance.send({ kind: 'server-time' }, LIMITS);
    expect(synced).toMatchObject({ ok: true, value: clockSkewMs });
    expect(await binance.send({ kind: 'positions' }, LIMITS)).toMatchObject({ ok: true });
  });
});

describe('what is known when the exchange fails', () => {
  const FAULTS: readonly (readonly [Fault, string, string, boolean])[] = [
    [{ kind: 'hang-before' }, 'unknown', 'no-answer', false],
    [{ kind: 'hang-after' }, 'unknown', 'no-answer', true],
    [{ kind: 'reset-before' }, 'unknown', 'no-answer', false],
    [{ kind: 'reset-after' }, 'unknown', 'no-answer', true],
    [{ kind: 'delay', ms: 2_000, when: 'after' }, 'unknown', 'no-answer', true],
    [{ kind: '503-unknown', executed: true }, 'unknown', 'server-error', true],
    [{ kind: '503-unavailable' }, 'throttled', 'overloaded', false],
    [{ kind: '503-internal', executed: true }, 'unknown', 'server-error', true],
    [{ kind: '503-throttled', forced: true }, 'throttled', 'overloaded', false],
    [{ kind: '503-no-code', executed: true }, 'unknown', 'server-error', true],
    [{ kind: 'html-403' }, 'refused', 'firewall', false],
    [{ kind: 'html-502', executed: true }, 'unknown', 'server-error', true],
    [{ kind: 'html-503', executed: true }, 'unknown', 'server-error', true],
    [{ kind: 'geo-451' }, 'refused', 'location', false],
    [{ kind: 'banned-418', retryAfterSeconds: 120 }, 'throttled', 'ip-ban', false],
    [{ kind: 'limited-429', retryAfterSeconds: 1 }, 'throttled', 'weight-limit', false],
    [{ kind: 'truncated-json' }, 'unknown', 'bad-reply', true],
    [{ kind: 'error-in-200', executed: true }, 'unknown', 'server-error', true],
    [{ kind: 'refuse', code: -4131 }, 'refused', 'thin-book', false],
  ];

  it.each(FAULTS)('%j: %s (%s)', async (fault, certainty, reason, executed) => {
    const { exchange, account, binance } = stage();
    account.open('BTCUSDT', '1');
    exchange.faults.add({ on: { path: '/fapi/v1/order' }, fault });
    expect(
      await binance.send({ kind: 'close', order: close('BTCUSDT', 'SELL', '1'), recvWindowMs: 2_000 }, LIMITS),
    ).toMatchObject({
      ok: false,
      failure: { certainty, reason },
    });
    expect(account.truth().positions).toHaveLength(executed ? 0 : 1);
  });

  it('a wrong secret is distinguished from a wrong order', async () => {
    const { binance } = stage({ credentials: HMAC_KEY, publicKeyPem: pemPair('ed25519').publicKeyPem });
    expect(await binance.send({ kind: 'positions' }, LIMITS)).toMatchObject({
      ok: false,
      failure: { certainty: 'refused', reason: 'key', exchangeCode: -1022 },
    });
  });
});
