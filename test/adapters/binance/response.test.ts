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
    ['nothing from an empty header', '', '', undefined],
    ['nothing from two numbers', '30, 60', '', undefined],
    ['nothing from a number with a sign, which a date would be read from', '+5', '', undefined],
    ['nothing from a word and a number, which a date would be read from', 'soon 5', '', undefined],
    ['nothing from a number in another notation', '1e3', '', undefined],
    ['spaces around it', '  30  ', '', 30_000],
    ['an HTTP date of the old form with dashes', 'Friday, 02-Jan-26 03:04:15 GMT', '', 10_000],
    ['a date of ISO 8601', '2026-01-02T03:04:15Z', '', 10_000],
    ['a date with the year at its end', 'Fri Jan  2 03:04:15 GMT 2026', '', 10_000],
    // 1500 may be 25 minutes or a second and a half: the standard and the exchange's documents say seconds.
    ['a round number as seconds', '1500', '', 1_500_000],
    ['three days, the longest ban', '259200', '', 259_200_000],
    ['more than the longest ban as ms', '300000', '', 300_000],
    ['a number with its unit: ms', '1500ms', '', 1_500],
    ['a number with its unit: seconds', '15 s', '', 15_000],
    ['a number that is as ms what the message says', '120000', `IP banned until ${NOW_MS + 119_500}.`, 120_000],
    ['an instant in seconds since the epoch', String(NOW_MS / 1_000 + 45), '', 45_000],
    ['an instant in ms since the epoch', String(NOW_MS + 45_000), '', 45_000],
    ['no wait from an instant that is over', String(NOW_MS - 1), '', undefined],
    ['nothing from a number that is nothing of all that', '999999999', '', undefined],
    ['nothing from fifty digits', '9'.repeat(50), '', undefined],
    ['nothing from a date in another century', 'Fri, 01 Jan 2100 00:00:00 GMT', '', undefined],
    ['nothing from a ban beyond all bans', undefined, `IP banned until ${NOW_MS + 30 * 86_400_000}.`, undefined],
    ['the message where the header is nonsense', '9'.repeat(50), `IP banned until ${NOW_MS + 60_000}.`, 60_000],
  ])('takes %s', (_what, header, message, waitMs) => {
    const headers = new Map(header === undefined ? [] : [['retry-after', header] as const]);
    expect(retryAfterMsOf(headers, message, NOW_MS)).toBe(waitMs);
  });
});
