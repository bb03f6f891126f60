/** Snoozes that come again each week: when they begin, that they end by themselves, and that nobody is tripped in one. */

import { describe, expect, test } from 'vitest';
import { planSnoozes } from '../../lambda/app/operator/operator-commands.ts';
import { lastWindowEndMs, readEvery, snoozedUntil } from '../../lambda/core/heartbeat/snooze-plan.ts';
import { every as instants, START_MS, watchRig } from './watch-rig.ts';

const HOUR = 3_600_000;
const at = (text: string): number => Date.parse(text);

describe('what an operator writes', () => {
  test.each([
    ['Sun 02:00 UTC', 'Sun 02:00 UTC'],
    ['sun 2:00', 'Sun 02:00 UTC'],
    ['Wed,Mon 22:30 UTC', 'Mon,Wed 22:30 UTC'],
    ['daily 00:00 utc', 'daily 00:00 UTC'],
  ])('%s is %s', (text, tidy) => {
    expect(readEvery(text)).toBe(tidy);
  });

  test.each([
    '',
    'Sun',
    '02:00',
    'Sun 24:00',
    'Sun 02:60',
    'Son 02:00',
    'Sun,Sun 02:00',
    'Sun 02:00 CET',
    'Sun 02:00 UTC; rm',
  ])('"%s" is refused', text => {
    expect(readEvery(text)).toBeUndefined();
  });
});

describe('a window', () => {
  const plan = { every: 'Sun 02:00 UTC', forMs: 2 * HOUR };

  // 2026-11-29 is a Sunday.
  test.each([
    ['one millisecond before it', '2026-11-29T01:59:59.999Z', '2026-11-22T04:00:00Z'],
    ['as it begins', '2026-11-29T02:00:00.000Z', '2026-11-29T04:00:00Z'],
    ['in the middle', '2026-11-29T03:00:00.000Z', '2026-11-29T04:00:00Z'],
    ['as it ends', '2026-11-29T04:00:00.000Z', '2026-11-29T04:00:00Z'],
    ['six days later', '2026-12-05T23:00:00.000Z', '2026-11-29T04:00:00Z'],
  ])('%s: the last one ends at the right instant', (_what, now, end) => {
    expect(lastWindowEndMs(plan, at(now))).toBe(at(end));
  });

  test('may continue beyond midnight', () => {
    const night = { every: 'Sat 23:00 UTC', forMs: 3 * HOUR };
    expect(lastWindowEndMs(night, at('2026-11-29T01:30:00Z'))).toBe(at('2026-11-29T02:00:00Z'));
  });

  test('is never longer than a day, whatever the row says', () => {
    expect(lastWindowEndMs({ ...plan, forMs: 400 * HOUR }, at('2026-11-29T02:00:00Z'))).toBe(
      at('2026-11-30T02:00:00Z'),
    );
  });

  test('and a single snooze: the longer one counts', () => {
    const now = at('2026-11-29T03:00:00Z');
    expect(snoozedUntil({ snoozedUntilMs: now + 5 * HOUR, snoozePlan: plan }, now)).toBe(now + 5 * HOUR);
    expect(snoozedUntil({ snoozedUntilMs: now - HOUR, snoozePlan: plan }, now)).toBe(at('2026-11-29T04:00:00Z'));
    expect(snoozedUntil({ snoozedUntilMs: undefined }, now)).toBe(0);
  });
});

describe('a bot that falls silent', () => {
  const MINUTE = 60_000;
  // START_MS is Thursday 2024-02-29 12:00:07.
  const FOR_MS = 10 * MINUTE;
  const ends = Date.UTC(2024, 1, 29, 12, 11) - START_MS;
  const silent = async (every: string) => {
    const rig = watchRig();
    const action = { botId: 'alpha', atMs: rig.clock.nowMs(), by: 'ops' };
    await rig.beats('alpha', [1_000]);
    expect(await planSnoozes(rig.bots, action, { every, forMs: FOR_MS }, 1_000)).toMatchObject({ kind: 'done' });
    await Promise.all([
      rig.beats('alpha', instants(10_000, 11_000, 30_000)),
      rig.ticks(instants(MINUTE, 5_000, 20 * MINUTE)),
    ]);
    return rig.invoked.filter(({ trigger }) => trigger === 'watchdog').map(({ atMs }) => atMs);
  };

  test('in its window is tripped only its full time after the window', async () => {
    const [firedAtMs = 0, ...more] = await silent('Thu 12:01 UTC');
    expect(more).toEqual([]);
    expect(firedAtMs).toBeGreaterThanOrEqual(ends + 120_000);
    expect(firedAtMs).toBeLessThan(ends + 121_000);
  });

  test('outside of its window is tripped at its deadline', async () => {
    expect(await silent('Fri 12:01 UTC')).toEqual([expect.any(Number)]);
    expect((await silent('Fri 12:01 UTC'))[0]).toBeLessThan(3 * MINUTE);
  });
});
