/** Whether the trip that a call of the liquidator serves is still valid. */

import { describe, expect, it } from 'vitest';
import { readBotRow } from '../../../lambda/core/heartbeat/read-bot-row.ts';
import type { BotFields } from '../../../lambda/core/heartbeat/row-change.ts';
import { tripValidity } from '../../../lambda/core/heartbeat/trip-checks.ts';

const AT = Date.UTC(2026, 10, 21, 12, 0, 0);
const TRIP = 'liq_20261121_120000_aaaaaaaaaaaaaaaa';
const OTHER = 'liq_20261121_130000_bbbbbbbbbbbbbbbb';
const row = (fields: BotFields) => readBotRow('alpha', { beats: 1, last_beat_at_ms: AT, ...fields });
const TRIPPED = row({ watch_state: 'tripped', correlation_id: TRIP });

describe('a call that serves a trip', () => {
  it('is valid while the bot is tripped for it', () => {
    expect(tripValidity({ trip: TRIP, isResumed: false }, TRIPPED, undefined)).toEqual({ kind: 'valid' });
    expect(tripValidity({ trip: TRIP, isResumed: true }, TRIPPED, { trip: TRIP })).toEqual({ kind: 'valid' });
  });

  it.each<[string, ReturnType<typeof row> | undefined, object | undefined, string]>([
    [
      'the bot was re-armed',
      row({ watch_state: 'armed', last_change: 'rearmed', changed_at_ms: AT, changed_by: 'ada' }),
      undefined,
      'the bot is armed: rearmed at 2026-11-21T12:00:00.000000Z by ada',
    ],
    ['the bot was re-armed and disarmed', row({ watch_state: 'disarmed' }), undefined, 'the bot is disarmed'],
    [
      'the bot was tripped again',
      row({ watch_state: 'tripped', correlation_id: OTHER }),
      undefined,
      `tripped again, for ${OTHER}`,
    ],
    ['the trip in the row was edited away', row({ watch_state: 'tripped' }), undefined, 'tripped again'],
    ['the row was deleted', undefined, undefined, 'no row'],
    ['the record of the run names another trip', TRIPPED, { trip: OTHER }, `belongs to the trip ${OTHER}`],
    ['the run was ended', TRIPPED, { trip: TRIP, gaveUpAtMs: AT }, 'was ended at 2026-11-21T12:00:00'],
  ])('is no longer valid when %s', (_when, fields, record, because) => {
    expect(tripValidity({ trip: TRIP, isResumed: true }, fields, record)).toMatchObject({
      kind: 'invalid',
      because: expect.stringContaining(because),
    });
  });
});

describe('a call that serves no trip', () => {
  it('is valid, whatever the row says: a person or the bot itself calls', () => {
    for (const fields of [undefined, TRIPPED, row({ watch_state: 'armed' })]) {
      expect(tripValidity({ trip: undefined, isResumed: false }, fields, undefined)).toEqual({ kind: 'valid' });
    }
  });

  it('is not resumed once a re-arm has ended it, but may be called again', () => {
    const ended = { gaveUpAtMs: AT };
    expect(tripValidity({ trip: undefined, isResumed: true }, undefined, ended)).toMatchObject({ kind: 'invalid' });
    expect(tripValidity({ trip: undefined, isResumed: false }, undefined, ended)).toEqual({ kind: 'valid' });
  });
});
