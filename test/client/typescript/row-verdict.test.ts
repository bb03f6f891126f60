/** What a refused run reads in its row: the two tables of docs/heartbeat-protocol.md, line by line. */

import { describe, expect, test } from 'vitest';
import { verdictOnBeat, verdictOnStart } from '../../../client/typescript/row-verdict.ts';
import type { Attributes } from '../../../client/typescript/times.ts';

const row = (fields: Readonly<Record<string, string | number>>): Attributes =>
  Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [
      name,
      typeof value === 'number' ? { N: String(value) } : { S: value },
    ]),
  );

const OTHERS = { run_id: 'theirs', beats: 7, last_beat_at_ms: 1_000, heartbeat_ms: 5_000 };
const TRIPPED = { watch_state: 'tripped', correlation_id: 'liq_x', tripped_by: 'watchdog' };

describe('a start that was refused', () => {
  test.each<readonly [string, Attributes | undefined, string]>([
    ['no row', undefined, 'again'],
    ['tripped, and our run', row({ ...TRIPPED, run_id: 'ours' }), 'tripped'],
    ['tripped, and a newer run', row({ ...TRIPPED, ...OTHERS, prior_run_id: 'ours' }), 'tripped'],
    ['disarmed after our start', row({ watch_state: 'disarmed', run_id: 'ours' }), 'disarmed'],
    ['disarmed after a newer run', row({ watch_state: 'disarmed', ...OTHERS, prior_run_id: 'ours' }), 'replaced'],
    ['disarmed meanwhile, by another run', row({ watch_state: 'disarmed', ...OTHERS }), 'again'],
    ['our run: an earlier try has landed', row({ watch_state: 'armed', run_id: 'ours' }), 'armed'],
    ['our run, in a state that nobody knows', row({ watch_state: 'odd', run_id: 'ours' }), 'armed'],
    ['a newer run', row({ watch_state: 'armed', ...OTHERS, prior_run_id: 'ours' }), 'replaced'],
    ['another run, and the bot is exclusive', row({ watch_state: 'armed', ...OTHERS, is_exclusive: 1 }), 'occupied'],
    [
      'another run, and a mark of exclusive that nobody knows',
      row({ watch_state: 'armed', ...OTHERS, is_exclusive: 'x' }),
      'occupied',
    ],
    ['another run, which came between two writes', row({ watch_state: 'armed', ...OTHERS }), 'again'],
    ['no run, armed by hand meanwhile', row({ watch_state: 'armed' }), 'again'],
  ])('%s', (_name, seen, expected) => {
    expect(verdictOnStart(seen, 'ours', false).kind).toBe(expected);
  });

  test.each<readonly [string, Attributes | undefined, string]>([
    ['another run', row({ watch_state: 'armed', ...OTHERS }), 'occupied'],
    ['another run without a state', row(OTHERS), 'occupied'],
    ['no run', row({ watch_state: 'armed' }), 'free'],
    ['our run', row({ watch_state: 'armed', run_id: 'ours', is_exclusive: 1 }), 'armed'],
    ['tripped', row({ ...TRIPPED, ...OTHERS }), 'tripped'],
  ])('of a client that replaces no other: %s', (_name, seen, expected) => {
    expect(verdictOnStart(seen, 'ours', true).kind).toBe(expected);
  });

  test('remembers the run that holds an exclusive bot, and for how long it may be silent', () => {
    expect(verdictOnStart(row({ ...OTHERS, is_exclusive: 1 }), 'ours', false)).toEqual({
      kind: 'occupied',
      seen: { runId: { S: 'theirs' }, beats: { N: '7' }, lastBeatAtMs: { N: '1000' }, heartbeatMs: 5_000 },
    });
  });

  test.each([[-1], [0], [86_400_000]])(
    'a heartbeat interval of %i ms in the row is invalid: a minute is used',
    heartbeatMs => {
      const seen = row({ ...OTHERS, heartbeat_ms: heartbeatMs, is_exclusive: 1 });
      expect(verdictOnStart(seen, 'ours', false)).toMatchObject({ seen: { heartbeatMs: 60_000 } });
    },
  );

  test('a trip comes with its liquidation, and who it was', () => {
    expect(verdictOnStart(row(TRIPPED), 'ours', false)).toEqual({
      kind: 'tripped',
      correlationId: 'liq_x',
      by: 'watchdog',
    });
  });
});

describe('a heartbeat that was refused', () => {
  test.each<readonly [string, Attributes | undefined, string]>([
    ['no row', undefined, 'start'],
    ['a row without a run', row({ watch_state: 'armed' }), 'start'],
    ['a row without a run, tripped', row(TRIPPED), 'start'],
    ['another run', row({ watch_state: 'armed', ...OTHERS }), 'replaced'],
    ['another run, tripped by now', row({ ...TRIPPED, ...OTHERS }), 'replaced'],
    ['another run, disarmed by now', row({ watch_state: 'disarmed', ...OTHERS }), 'replaced'],
    ['our run, tripped', row({ ...TRIPPED, run_id: 'ours' }), 'tripped'],
    ['our run, disarmed', row({ watch_state: 'disarmed', run_id: 'ours' }), 'disarmed'],
    ['our run, armed by an operator meanwhile', row({ watch_state: 'armed', run_id: 'ours' }), 'again'],
  ])('%s', (_name, seen, expected) => {
    expect(verdictOnBeat(seen, 'ours').kind).toBe(expected);
  });
});
