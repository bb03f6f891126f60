import { expect, it } from 'vitest';
import { type TripOutcome, tripOutcome } from '../../../lambda/core/heartbeat/trip-checks.ts';
import { claimScope } from '../../../lambda/core/invocation/liquidation-record.ts';
import type { LiquidationRecord } from '../../../lambda/ports.ts';
import { flatRecord } from '../../support/flat-record.ts';

const TRIPPED = Date.UTC(2026, 10, 21, 12, 0, 0);
const NOW = TRIPPED + 60_000;
const FLAT = flatRecord('liq_20261121_120000_abcdef', 'alpha', TRIPPED + 900);
const { claimedFor: _scope, ...OF_BEFORE_SCOPES } = FLAT;
const symbols = ['NOSUCHUSDT'];

it.each<[string, LiquidationRecord | undefined, TripOutcome['kind'], string]>([
  ['one of the whole account that ended flat after the trip', FLAT, 'flat', ''],
  ['one that ended flat five seconds before, by another clock', { ...FLAT, finishedAtMs: TRIPPED - 5_000 }, 'flat', ''],
  [
    'one that ended flat before the trip',
    { ...FLAT, finishedAtMs: TRIPPED - 5_001 },
    'not-known-flat',
    'before the trip',
  ],
  ['one of an older version, of the whole account', OF_BEFORE_SCOPES, 'flat', ''],
  ['one of an older version, of a symbol', { ...OF_BEFORE_SCOPES, symbols }, 'not-known-flat', 'a list of symbols'],
  [
    'one of a symbol that ended flat',
    { ...FLAT, claimedFor: claimScope({ botId: 'alpha', symbols }) },
    'not-known-flat',
    'a list of symbols',
  ],
  [
    'one of another bot that ended flat',
    { ...FLAT, botId: 'beta', claimedFor: claimScope({ botId: 'beta', symbols: undefined }) },
    'not-known-flat',
    'the whole account of the bot beta',
  ],
  ['none', undefined, 'not-known-flat', 'no attempt has stored that it began'],
  [
    'a seal alone, of a run without the lock',
    { ...FLAT, state: 'idle', botId: undefined },
    'not-known-flat',
    'no attempt has stored',
  ],
  ['one whose holder lives', { ...FLAT, state: 'in_progress', leaseUntilMs: NOW + 1 }, 'underway', ''],
  [
    'one whose holder died, that will be taken up',
    { ...FLAT, state: 'in_progress', leaseUntilMs: NOW, resumeAtMs: NOW },
    'underway',
    '',
  ],
  [
    'one whose holder died, that nobody takes up',
    { ...FLAT, state: 'in_progress', leaseUntilMs: NOW },
    'not-known-flat',
    'in_progress, and none follows',
  ],
  ['a partial one that will be taken up', { ...FLAT, state: 'partial', resumeAtMs: NOW }, 'underway', ''],
  ['a partial one that nobody takes up', { ...FLAT, state: 'partial' }, 'not-known-flat', 'partial, and none follows'],
  ['a failed one that nobody takes up', { ...FLAT, state: 'failed' }, 'not-known-flat', 'failed, and none follows'],
  ['one that was given up, of which people know', { ...FLAT, state: 'partial', gaveUpAtMs: NOW }, 'notified', ''],
  ['one while liquidation is switched off, of which people know', { ...FLAT, state: 'skipped' }, 'notified', ''],
])('the record of a trip is %s', (_what, record, kind, because) => {
  const outcome = tripOutcome(record, { botId: 'alpha', trippedAtMs: TRIPPED }, NOW);
  expect(outcome.kind).toBe(kind);
  expect(outcome.kind === 'not-known-flat' ? outcome.because : '').toContain(because);
});
