import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CORRELATION_ID_PATTERN } from '../../../lambda/contract.ts';
import { clientOrderId, clockTime, correlationId, isoMicros } from '../../../lambda/core/invocation/identity.ts';

const NOON = Date.UTC(2026, 10, 21, 12, 3, 4) + 5.678;

test('a correlation ID names its second in UTC', () => {
  expect(correlationId(NOON, '0a1b2c3d')).toBe('liq_20261121_120304_0a1b2c3d');
  expect(correlationId(NOON, '0a1b2c3d')).toMatch(CORRELATION_ID_PATTERN);
});

test('instants are written in UTC to the microsecond', () => {
  expect(isoMicros(NOON)).toMatch(/^2026-11-21T12:03:04\.00567[78]Z$/);
  expect(isoMicros(0)).toBe('1970-01-01T00:00:00.000000Z');
  expect(clockTime(NOON)).toBe('12:03:04');
});

describe('client order IDs', () => {
  const base = {
    correlationId: 'liq_20261121_120304_0a1b2c',
    symbol: 'BTCUSDT',
    side: 'SELL',
    attempt: '1.1',
    chunk: 0,
  } as const;

  test('are the same for the same order, and differ with every part of it', () => {
    const ids = [
      base,
      { ...base, correlationId: 'liq_20261121_120304_0a1b2d' },
      { ...base, symbol: 'ETHUSDT' },
      { ...base, side: 'BUY' as const },
      { ...base, attempt: '2.1' },
      { ...base, chunk: 1 },
    ].map(one => clientOrderId(one));
    expect(clientOrderId({ ...base })).toBe(ids[0]);
    expect(new Set(ids).size).toBe(6);
  });

  test('for every symbol, the exchange accepts the form', () => {
    fc.assert(
      fc.property(fc.string(), fc.nat(), (symbol, chunk) => {
        expect(clientOrderId({ ...base, symbol, chunk })).toMatch(/^[.A-Z:/a-z0-9_-]{1,36}$/);
      }),
    );
  });
});
