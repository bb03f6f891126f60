import { describe, expect, it } from 'vitest';
import { retryAfterMsOf, usageOf } from '../../../lambda/adapters/binance/response.ts';

const NOW_MS = Date.UTC(2026, 0, 2, 3, 4, 5);

describe('usageOf', () => {
  it('reads what the headers say', () => {
    const headers = new Map([
      ['x-mbx-used-weight-1m', '85'],
      ['x-mbx-order-count-10s', '3'],
      ['x-mbx-order-count-1m', '17'],
    ]);
    expect(usageOf(headers)).toEqual({ weightLastMinute: 85, ordersLastTenSeconds: 3, ordersLastMinute: 17 });
  });

  it('leaves out what is absent or no number', () => {
    expect(usageOf(new Map([['x-mbx-used-weight-1m', 'many']]))).toEqual({});
    expect(usageOf(new Map([['x-mbx-used-weight-1m', '0']]))).toEqual({ weightLastMinute: 0 });
  });
});

describe('retryAfterMsOf', () => {
  it.each([
    ['seconds', '30', '', 30_000],
    ['no wait from 0 seconds: the window is meant', '0', '', undefined],
    ['no wait from a negative number', '-5', '', undefined],
    ['a fraction of a second', '0.25', '', 250],
    ['an hour', '3600', '', 3_600_000],
    ['an HTTP date', 'Fri, 02 Jan 2026 03:04:15 GMT', '', 10_000],
    ['no wait from an HTTP date that is past', 'Fri, 02 Jan 2026 03:04:00 GMT', '', undefined],
    ['no wait from a ban that is over', undefined, `IP banned until ${NOW_MS - 1}.`, undefined],
    ['the end of a ban in the message', undefined, `IP(203.0.113.7) banned until ${NOW_MS + 120_000}. Please`, 120_000],
    ['the end of a ban in seconds', undefined, `IP banned until ${NOW_MS / 1_000 + 90}.`, 90_000],
    ['the longer of the two', '5', `IP banned until ${NOW_MS + 60_000}.`, 60_000],
    ['the header when it is longer', '90', `IP banned until ${NOW_MS + 60_000}.`, 90_000],
    ['nothing', undefined, 'Too many requests', undefined],
    ['a header that is neither', 'soon', '', undefined],
  ])('takes %s', (_what, header, message, waitMs) => {
    const headers = new Map(header === undefined ? [] : [['retry-after', header] as const]);
    expect(retryAfterMsOf(headers, message, NOW_MS)).toBe(waitMs);
  });
});
