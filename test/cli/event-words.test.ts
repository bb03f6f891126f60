/** The words for an audit log's events: there are some for each kind, and no content makes them throw or leak into the terminal. */

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { eventWords } from '../../bin/incident/event-words.ts';
import { AUDIT_EVENT_TYPES } from '../../lambda/contract.ts';
import type { IncidentEvent } from '../../lambda/core/audit/event.ts';

const eventOf = (type: string, data: unknown, error?: unknown): IncidentEvent => ({
  atMs: 0,
  writer: 'a1',
  attempt: 1,
  seq: 1,
  type,
  operation: 'x',
  botId: 'default',
  symbol: undefined,
  data: data as IncidentEvent['data'],
  error: error as IncidentEvent['error'],
  doubtful: false,
});

describe('the words for an event', () => {
  test.each([
    ['liquidation_resumed', { prior_state: 'in_progress', died: true }, 'resumed', 'the previous attempt died'],
    [
      'liquidation_positions_queried',
      { round: 2, verified: false },
      'positions queried',
      'read 2: not everything could be read',
    ],
    [
      'liquidation_position_closed',
      { quantity: null, amount: '-4', average_price: null, realized_pnl: '1', pnl_is_estimate: true },
      'position closed',
      '-4, PnL 1 (estimate)',
    ],
    ['liquidation_started', { dry_run: true }, 'started', 'dry run'],
    [
      'bot_snoozed',
      { by: 'op', reason: 'upgrade', until: '2026-11-21T12:00:00.000000Z' },
      'bot snoozed',
      'until 2026-11-21 12:00:00 UTC, by op: upgrade',
    ],
    [
      'preflight_failed',
      {
        checks: [
          { name: 'key', status: 'failed' },
          { name: 'clock', status: 'ok' },
        ],
      },
      'preflight failed',
      '2 checks, key failed',
    ],
  ])('%s', (type, data, what, facts) => {
    const words = eventWords(eventOf(type, data));
    expect([words.what, words.facts.replaceAll('\u00a0', ' ')]).toEqual([what, facts]);
  });

  test('for every kind and any content: one line, no control character, no "undefined", no exception', () => {
    const types = fc.oneof(fc.constantFrom(...AUDIT_EVENT_TYPES), fc.string({ unit: 'binary' }));
    const keys = fc.constantFrom(
      'trigger',
      'reason',
      'round',
      'positions',
      'checks',
      'quantity',
      'until',
      'headline',
      'by',
    );
    const data = fc.dictionary(keys, fc.anything());
    fc.assert(
      fc.property(types, data, fc.option(data, { nil: undefined }), (type, content, error) => {
        const { what, facts } = eventWords(eventOf(type, content, error));
        expect(`${what}${facts}`).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}]|undefined/u);
      }),
    );
  });
});
