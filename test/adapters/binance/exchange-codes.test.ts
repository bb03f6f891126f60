/** What each status and each code of the exchange means: written from the exchange's pages, not from the table in the code. */

import { describe, expect, it } from 'vitest';
import { meaningOf } from '../../../lambda/adapters/binance/exchange-codes.ts';

const meaningFor = (status: number, code?: number, message = '', isJson = true): string => {
  const { certainty, subject, reason } = meaningOf({ status, code, message, isJson });
  return `${certainty} ${subject} ${reason}`;
};

describe('a status without a code', () => {
  it.each([
    [301, 'unknown request unexpected'],
    [400, 'refused request unexpected'],
    [401, 'refused key key'],
    [404, 'refused path no-such-path'],
    [405, 'refused path no-such-path'],
    [408, 'unknown request server-error'],
    [410, 'refused path no-such-path'],
    [418, 'throttled address ip-ban'],
    [429, 'throttled address weight-limit'],
    [451, 'refused address location'],
    [499, 'refused request unexpected'],
    [500, 'unknown request server-error'],
    [502, 'unknown request server-error'],
    [503, 'unknown request server-error'],
    [504, 'unknown request server-error'],
  ])('%d: %s', (status, meaning) => {
    expect(meaningFor(status)).toBe(meaning);
    expect(meaningFor(status, 0)).toBe(meaning);
  });

  it('403 is the firewall where a page comes, and the path where JSON does', () => {
    expect(meaningFor(403, undefined, 'HTML page: Forbidden', false)).toBe('refused address firewall');
    expect(meaningFor(403, undefined, '', true)).toBe('refused path no-such-path');
  });
});

describe('a code under status 400', () => {
  it.each([
    ['refused key key', [-1002, -1005, -1011, -1022, -1099, -2008, -2014, -2015, -2017, -4056, -4057]],
    ['refused target account-blocked', [-2023]],
    ['refused account account-blocked', [-1109, -1110, -4088, -4109, -4192, 51068, 51122]],
    ['refused symbol symbol-restricted', [-4402, -4403, -4411]],
    ['refused symbol not-trading', [-1121, -1122, -4022, -4104, -4140, -4141, -4144]],
    ['refused path no-such-path', [-1016, -5000]],
    ['refused request clock', [-1021]],
    ['refused target window', [-5028, -4188]],
    ['throttled request overloaded', [-1004, -1008, -5041]],
    ['throttled address weight-limit', [-1003]],
    ['throttled account order-limit', [-1015]],
    ['unknown request server-error', [-1000, -1001, -1006, -1007, -4083, 51998, 51999]],
    ['refused request nothing-there', [-2011, -2013, -20124]],
    ['refused request already-sent', [-4116]],
    ['refused request triggering', [-4117]],
    ['refused target reduce-only-rejected', [-2022, -2024, -4118]],
    ['refused target too-large', [-4005]],
    ['refused target too-small', [-4003, -4004, -4164]],
    ['refused target too-many-digits', [-1111, -4023]],
    ['refused target thin-book', [-1112, -2020, -4131]],
    ['refused target mode-mismatch', [-1106, -4060, -4061, -4062]],
    ['refused symbol too-many-open', [-2025]],
    ['refused target rejected', [-4087, -4400, -4401, -4405, -4407, -4408, -4517, -4518, -4519, -2019]],
    ['refused target price-band', [-4016, -4024, -4183, -4184, -4210, -4211]],
    ['refused request our-bug', [-1102, -1105, -1130, -1131, -4015, -4120, -4136]],
    ['refused request unexpected', [-9999, -5047]],
  ])('%s: %j', (meaning, codes) => {
    expect(codes.map(code => [code, meaningFor(400, code)])).toEqual(codes.map(code => [code, meaning]));
  });
});

describe('a code and a status together', () => {
  it.each([
    ['an unknown code of 401 is about the key', 401, -9_999, '', 'refused key key'],
    ['a deleted key is answered 401', 401, -2_008, 'Invalid Api-Key ID.', 'refused key key'],
    ['… and 400 elsewhere', 400, -2_008, 'Invalid Api-Key ID.', 'refused key key'],
    ['a gateway that turns away has not executed', 401, -1_000, '', 'refused key key'],
    ['an unknown code of 404 is about the path', 404, -9_999, '', 'refused path no-such-path'],
    ['a known code of 404 says more', 404, -2_013, '', 'refused request nothing-there'],
    ['orders are limited with 429', 429, -1_015, 'Too many new orders.', 'throttled account order-limit'],
    ['429 is a limit whatever its code', 429, -9_999, '', 'throttled address weight-limit'],
    ['429 is a limit although the code is no limit', 429, -2_022, '', 'throttled address weight-limit'],
    ['a ban under another status', 400, -1_003, 'IP banned until 1591702613943.', 'throttled address ip-ban'],
    ['a ban with 429', 429, -1_003, 'IP banned until 1591702613943.', 'throttled address ip-ban'],
    ['an unknown code of 500', 500, -9_999, '', 'unknown request server-error'],
    ['an error inside a 200', 200, -1_000, '', 'unknown request server-error'],
    ['a location, whose code is 0', 451, 0, 'restricted location', 'refused address location'],
  ])('%s', (_what, status, code, message, meaning) => {
    expect(meaningFor(status, code, message)).toBe(meaning);
  });
});

describe('a 503', () => {
  it.each([
    ['Service Unavailable.', 'throttled request overloaded'],
    ['service unavailable', 'throttled request overloaded'],
    [' Service Unavailable. ', 'throttled request overloaded'],
    ['Request throttled by system-level protection.', 'throttled request overloaded'],
    ['Service Unavailable. Your order may be executing', 'unknown request server-error'],
    ['HTML page: Service Unavailable.', 'unknown request server-error'],
    ['Unknown error, please check your request or try again later.', 'unknown request server-error'],
    ['Internal error; unable to process your request. Please try again.', 'unknown request server-error'],
  ])('that says "%s": %s', (message, meaning) => {
    expect(meaningFor(503, undefined, message)).toBe(meaning);
  });

  it.each([-1_008, -1_004])('of code %d is overloaded, whatever it says', code => {
    expect(meaningFor(503, code, 'no')).toBe('throttled request overloaded');
  });
});
