/** A record of a liquidation that a hand in the console has been at: what no date, count or text can be is left out. */

import { expect, it } from 'vitest';
import { toItem } from '../../../lambda/adapters/dynamo/attributes.ts';
import { readRecordItem } from '../../../lambda/adapters/dynamo/lock-record.ts';
import type { Plain } from '../../../lambda/core/text/plain-json.ts';

const AT = Date.UTC(2026, 10, 21, 12, 0, 0);

it.each<[string, Record<string, Plain>, object]>([
  ['a date', { first_started_at_ms: AT }, { firstStartedAtMs: AT }],
  ['one that no date can hold', { first_started_at_ms: 8_640_000_000_000_001 }, { firstStartedAtMs: undefined }],
  ['one before all time', { started_at_ms: -1 }, { startedAtMs: undefined }],
  ['one of the next century', { lease_until_at_ms: Date.UTC(2100, 0, 1) }, { leaseUntilMs: undefined }],
  ['the last of this one', { lease_until_at_ms: Date.UTC(2100, 0, 1) - 1 }, { leaseUntilMs: Date.UTC(2100, 0, 1) - 1 }],
  ['an instant as a text', { resume_at_ms: '1' }, { resumeAtMs: undefined }],
  ['a count of attempts', { fence: 3 }, { attempts: 3 }],
  ['half an attempt', { fence: 0.5 }, { attempts: 0 }],
  ['fewer attempts than none', { fence: -1 }, { attempts: 0 }],
  ['more attempts than can be listed', { fence: 4_000_000_000 }, { attempts: 0 }],
  ['symbols', { only_symbols: ['BTCUSDT'] }, { symbols: ['BTCUSDT'] }],
  ['a symbol that is none', { only_symbols: [{ toString: [] }] }, { symbols: ['{"toString":[]}'] }],
  ['a seal', { seals: ['a1|5|ab'] }, { seals: [{ writer: 'a1', items: 5, lastHash: 'ab' }] }],
  ['a seal without a count', { seals: ['a1|x|ab', 'a1||ab', 'a1|-1|ab'] }, { seals: [] }],
  ['a seal that is none', { seals: [{ toString: [] }, null] }, { seals: [] }],
])('%s', (_what, fields, expected) => {
  expect(readRecordItem(toItem(fields))).toMatchObject(expected);
});
