import { describe, expect, it } from 'vitest';
import { disarm, snooze } from '../../lambda/app/operator/operator-commands.ts';
import { watch } from '../../lambda/app/watchdog/tick.ts';
import { WATCHDOG_ROW } from '../../lambda/bot-row.ts';
import { CORRELATION_ID_PATTERN } from '../../lambda/contract.ts';
import { verifyAuditLog } from '../../lambda/core/audit/verify-chain.ts';
import { defaultBot, SAFE_DEFAULTS } from '../../lambda/core/config/settings.ts';
import type { BotFields } from '../../lambda/core/heartbeat/row-change.ts';
import { timesDigest } from '../../lambda/core/heartbeat/watch-times.ts';
import { fail, rearm } from '../support/bot-actions.ts';
import { every, START_MS, TIMES, type WatchRig, watchRig } from './watch-rig.ts';

const MINUTE = 60_000;
const seconds = (count: number): number => count * 1_000;
const order = (rig: WatchRig, botId: string, reason = 'test') => ({
  botId,
  atMs: rig.clock.nowMs(),
  by: 'ops',
  reason,
});
const row = (rig: WatchRig, botId = 'alpha'): BotFields => rig.bots.rows().get(botId) ?? {};
const levels = (rig: WatchRig, level: string) => rig.logs.filter(line => line.level === level);

describe('a silent bot', () => {
  it('is reported late once, and tripped within a second of its deadline, once', async () => {
    const rig = watchRig();
    await Promise.all([
      rig.beats('alpha', every(10_000, 0, seconds(100))),
      rig.ticks(every(MINUTE, 1_000, 8 * MINUTE)),
    ]);
    const firings = rig.invoked.filter(call => call.trigger === 'watchdog');
    expect(firings).toHaveLength(1);
    // The last beat at 100 s, and 120 s of silence.
    expect(firings[0]?.atMs).toBeGreaterThanOrEqual(seconds(220));
    expect(firings[0]?.atMs).toBeLessThan(seconds(221));
    expect(firings[0]?.event).toMatchObject({ action: 'liquidate', bot_id: 'alpha' });
    expect(firings[0]?.correlationId).toMatch(CORRELATION_ID_PATTERN);
    // 12:00:07 and 220 s.
    expect(firings[0]?.correlationId).toMatch(/^liq_20240229_120347_/);
    expect(rig.audited('bot_late')).toHaveLength(1);
    expect(rig.audited('bot_dead')).toHaveLength(1);
    expect(row(rig)).toMatchObject({ watch_state: 'tripped', correlation_id: firings[0]?.correlationId });
  });

  it('is reported late before it dies, and has its pages in an audit log that verifies', async () => {
    const rig = watchRig();
    await Promise.all([rig.beats('alpha', [0, 10_000]), rig.ticks(every(MINUTE, 500, 3 * MINUTE))]);
    const [late] = rig.audited('bot_late');
    const [dead] = rig.audited('bot_dead');
    expect(late?.correlation_id).toBe(dead?.correlation_id);
    expect(late?.data).toMatchObject({ silent_since: '2024-02-29T12:00:17.000000Z', late_after_ms: 30_000 });
    expect(dead?.data).toMatchObject({
      cause: 'silence',
      deadline: '2024-02-29T12:02:17.000000Z',
      in_configuration: true,
    });
    const record = await rig.locks.readRecord(dead?.correlation_id ?? '', 1_000);
    const pages = rig.audited().filter(item => item.correlation_id === dead?.correlation_id);
    expect(verifyAuditLog(pages, record?.seals ?? [])).toMatchObject({ ok: true, sealed: true });
  });

  it('that sends a heartbeat before its deadline lives, and its next silence is reported again', async () => {
    const rig = watchRig();
    const beats = [0, 10_000, seconds(125), seconds(135), seconds(145), ...every(10_000, seconds(240), seconds(300))];
    await Promise.all([rig.beats('alpha', beats), rig.ticks(every(MINUTE, 1_000, 5 * MINUTE))]);
    expect(rig.invoked).toEqual([]);
    expect(rig.audited('bot_late')).toHaveLength(2);
  });

  it('that sends a heartbeat in the very second of its deadline lives', async () => {
    const rig = watchRig();
    // Dead at 130.000; the beat arrives at 129.99.
    const beats = [0, 10_000, 129_985, ...every(10_000, seconds(140), seconds(200))];
    await Promise.all([rig.beats('alpha', beats), rig.ticks(every(MINUTE, 1_000, 3 * MINUTE))]);
    expect(rig.invoked).toEqual([]);
  });

  it('is not tripped if it never reported or stopped cleanly', async () => {
    const rig = watchRig();
    await rig.beats('alpha', [0]);
    await disarm(rig.bots, order(rig, 'alpha'), 1_000);
    await rig.ticks(every(MINUTE, 1_000, 6 * MINUTE));
    expect(rig.invoked).toEqual([]);
    expect(rig.audited('bot_disarmed')).toHaveLength(1);
    expect(row(rig)).not.toHaveProperty('next_check_at_ms');
  });

  it('dies together with 199 others: all are tripped within a second, one heartbeat later than alone', async () => {
    const rig = watchRig({ latencyMs: 20 });
    const ids = Array.from({ length: 200 }, (_, index) => `bot-${index}`);
    await Promise.all([
      ...ids.map(id => rig.beats(id, [0, 10_000])),
      rig.ticks(every(MINUTE, 1_000, 2 * MINUTE), { bots: ids.map(defaultBot) }),
    ]);
    const firings = rig.invoked.filter(call => call.trigger === 'watchdog');
    expect(new Set(firings.map(call => call.botId)).size).toBe(200);
    expect(firings).toHaveLength(200);
    expect(Math.min(...firings.map(call => call.atMs))).toBeGreaterThanOrEqual(seconds(142));
    expect(Math.max(...firings.map(call => call.atMs))).toBeLessThan(seconds(143));
  });

  it('is tripped by the next watchdog run when the ones before were lost', async () => {
    const rig = watchRig();
    // Dead at 130 s; the tick of 61 s and its watch are lost.
    await Promise.all([rig.beats('alpha', [0, 10_000]), rig.ticks([1_000, seconds(15), seconds(140)])]);
    expect(rig.invoked.map(call => call.trigger)).toEqual(['watchdog']);
    // It was reporting when the table was last seen to answer, so it has until its next beat would have come: 12 s.
    expect(rig.invoked[0]?.atMs).toBeGreaterThanOrEqual(seconds(152));
    expect(rig.invoked[0]?.atMs).toBeLessThan(seconds(153));
  });
});

describe('a bot that reports its own failure', () => {
  it('is tripped by the next watchdog run, with or without heartbeats', async () => {
    const rig = watchRig();
    await rig.beats('alpha', [0, 10_000]);
    await fail(rig.bots, order(rig, 'alpha', 'margin call'), 1_000);
    await rig.ticks([seconds(15)]);
    expect(rig.invoked[0]).toMatchObject({ trigger: 'watchdog', botId: 'alpha' });
    expect(rig.invoked[0]?.atMs).toBeLessThan(seconds(16));
    expect(rig.invoked[0]?.event.reason).toBe('the bot says that it failed: margin call');
    expect(rig.audited('bot_dead')[0]?.data).toMatchObject({ cause: 'failure' });
  });

  it.each(['now', 0, START_MS + 9e12])('is tripped whatever its clock says: %s', async failedAtMs => {
    const rig = watchRig();
    await rig.beats('alpha', [0]);
    rig.bots.edit('alpha', { ...row(rig), failed_at_ms: failedAtMs, failed_reason: 7 });
    await rig.ticks([seconds(5)]);
    expect(rig.invoked.filter(call => call.trigger === 'watchdog')).toHaveLength(1);
  });
});

describe('a tripped bot', () => {
  const trippedAt = seconds(130);
  const dead = async (rig: WatchRig, untilMs: number, changes = {}): Promise<void> => {
    await Promise.all([rig.beats('alpha', [0, 10_000]), rig.ticks(every(MINUTE, 1_000, untilMs), changes)]);
  };

  it('has its heartbeats refused until it is re-armed, and then its full time', async () => {
    const rig = watchRig();
    await dead(rig, 5 * MINUTE);
    expect(await rig.beats('alpha', [seconds(300), seconds(310)])).toBe(2);
    await rearm(rig.bots, order(rig, 'alpha'), 1_000);
    const rearmedAt = rig.nowMs();
    const before = rig.invoked.length;
    await rig.ticks(every(MINUTE, rearmedAt + 1_000, rearmedAt + 4 * MINUTE));
    const again = rig.invoked.slice(before).filter(call => call.trigger === 'watchdog');
    expect(again).toHaveLength(1);
    expect(again[0]?.atMs).toBeGreaterThanOrEqual(rearmedAt - 10 + seconds(120));
    expect(again[0]?.atMs).toBeLessThan(rearmedAt + seconds(121));
    expect(again[0]?.correlationId).not.toBe(rig.invoked[0]?.correlationId);
    expect(rig.audited('bot_rearmed')[0]?.data).toMatchObject({ by: 'ops', reason: 'test' });
  });

  it('has its account checked once in each minute of the lock-out, and not after it', async () => {
    const rig = watchRig();
    await dead(rig, 20 * MINUTE, { liquidation: { lockoutMs: 10 * MINUTE } });
    const checks = rig.invoked.filter(call => call.trigger === 'sentinel');
    expect(checks).toHaveLength(9);
    expect(new Set(checks.map(call => call.correlationId)).size).toBe(9);
    for (const [index, check] of checks.entries()) {
      const minute = trippedAt + (index + 1) * MINUTE;
      expect(check.atMs).toBeGreaterThanOrEqual(minute);
      expect(check.atMs).toBeLessThan(minute + 1_000);
    }
    expect(row(rig)).not.toHaveProperty('watch_shard');
    expect(row(rig).watch_state).toBe('tripped');
  });

  it('is not checked again when there is no lock-out', async () => {
    const rig = watchRig();
    await dead(rig, 6 * MINUTE, { liquidation: { lockoutMs: 0 } });
    expect(rig.invoked).toHaveLength(1);
    expect(row(rig)).not.toHaveProperty('watch_shard');
  });

  it('has no lock-out checks while liquidation is switched off', async () => {
    const rig = watchRig();
    await dead(rig, 6 * MINUTE, { liquidation: { emergencyLiquidation: false } });
    expect(rig.invoked.map(call => call.trigger)).toEqual(['watchdog']);
  });

  it('whose liquidator did not accept is tried again, and then by the next watchdog run, under the same ID', async () => {
    const rig = watchRig();
    rig.refuseInvocations(20);
    await dead(rig, 5 * MINUTE);
    // Four tries each time, all refused.
    expect(rig.metrics.filter(({ name }) => name === 'InvokeFailures')).toHaveLength(5);
    const firings = rig.invoked.filter(call => call.trigger === 'watchdog');
    expect(firings).toHaveLength(1);
    expect(firings[0]?.correlationId).toMatch(/^liq_20240229_120217_/);
    expect(
      levels(rig, 'CRITICAL')
        .map(line => line.message)
        .join(),
    ).toContain('not invoked for the bot alpha');
  });

  it('whose watchdog died between claim and invocation is found by the next watchdog run', async () => {
    const rig = watchRig();
    await dead(rig, 3 * MINUTE, { liquidation: { lockoutMs: 0 } });
    const { invoked_at_ms: _, ...claimed } = row(rig);
    rig.bots.edit('alpha', { ...claimed, watch_shard: 8, next_check_at_ms: 0, tripped_by: 'somebody else' });
    await rig.tick({ liquidation: { lockoutMs: 0 } });
    expect(rig.invoked).toHaveLength(2);
    expect(rig.invoked[1]?.correlationId).toBe(rig.invoked[0]?.correlationId);
    expect(rig.audited('bot_dead')[1]?.data).toMatchObject({ taken_over: true });
  });
});

describe('a snooze', () => {
  it('suspends the watch, ends by itself, and gives full time after it', async () => {
    const rig = watchRig();
    await rig.beats('alpha', [0, 10_000]);
    await snooze(rig.bots, order(rig, 'alpha'), START_MS + 10 * MINUTE, 1_000);
    await rig.ticks(every(MINUTE, 15_000, 14 * MINUTE));
    const [firing] = rig.invoked;
    expect(firing?.atMs).toBeGreaterThanOrEqual(12 * MINUTE);
    expect(firing?.atMs).toBeLessThan(12 * MINUTE + 1_000);
    expect(rig.audited('bot_snoozed')[0]?.data).toMatchObject({ until: '2024-02-29T12:10:07.000000Z', by: 'ops' });
    expect(rig.audited('bot_late')).toHaveLength(1);
  });

  it('that was written without an end is cut to a day, and ends', async () => {
    const rig = watchRig();
    await rig.beats('alpha', [0, 10_000]);
    rig.bots.edit('alpha', { ...row(rig), snoozed_until_ms: Date.UTC(2090, 0, 1) });
    const report = await rig.tick();
    expect(report.problems.join()).toContain('cut to 24 hours');
    expect(Number(row(rig).snoozed_until_ms)).toBeLessThanOrEqual(rig.clock.nowMs() + 86_400_000);
    await rig.ticks(every(MINUTE, 86_400_000 - MINUTE, 86_400_000 + 4 * MINUTE));
    expect(rig.invoked.filter(call => call.trigger === 'watchdog')).toHaveLength(1);
  });
});

describe('a watchdog that did not run, or could not read', () => {
  it('trips a bot that is long dead once its heartbeats could have been stored for a heartbeat interval and 2 s', async () => {
    const rig = watchRig();
    const healthy = rig.ticks(every(MINUTE, 1_000, 3 * MINUTE));
    await Promise.all([rig.beats('alpha', every(10_000, 0, seconds(180))), healthy]);
    // Ten minutes without a tick, and without a beat.
    await rig.ticks(every(MINUTE, 13 * MINUTE, 16 * MINUTE));
    expect(rig.invoked[0]?.atMs).toBeGreaterThanOrEqual(13 * MINUTE + seconds(12));
    expect(rig.invoked[0]?.atMs).toBeLessThan(13 * MINUTE + seconds(13));
  });

  it('does not trip bots that report again after an outage of the table', async () => {
    const rig = watchRig();
    const outage = (): boolean => rig.nowMs() > 5 * MINUTE && rig.nowMs() < 20 * MINUTE;
    rig.bots.injectFaults(() => (outage() ? 'refuse' : undefined));
    const beating = async (): Promise<void> => {
      for (const at of every(10_000, 0, 30 * MINUTE)) {
        await rig.until(at);
        if (!outage()) await rig.beats('alpha', [at]);
      }
    };
    await Promise.all([beating(), rig.ticks(every(MINUTE, 1_000, 30 * MINUTE))]);
    expect(rig.invoked).toEqual([]);
    expect(levels(rig, 'CRITICAL').length).toBeGreaterThan(10);
    expect(rig.metrics.some(({ name }) => name === 'WatchdogFailures')).toBe(true);
  });

  it.each([
    ['between two ticks', seconds(20), 65_500],
    ['while a tick waits for its deadline', seconds(70), seconds(110)],
  ])(
    'for less than that, %s, and longer than a bot may be silent: trips no bot that sends heartbeats',
    async (_when, fromMs, toMs) => {
      const rig = watchRig();
      const bots = [{ ...defaultBot('alpha'), lateAfterMs: 15_000, deadAfterMs: 30_000 }];
      const isOut = (): boolean => rig.nowMs() >= fromMs && rig.nowMs() < toMs;
      rig.bots.injectFaults(() => (isOut() ? 'refuse' : undefined));
      const beating = async (): Promise<void> => {
        for (const at of every(10_000, 5_000, 5 * MINUTE)) {
          await rig.until(at);
          if (!isOut()) await rig.beats('alpha', [at]);
        }
      };
      await Promise.all([beating(), rig.ticks(every(MINUTE, 6_000, 4 * MINUTE), { bots })]);
      expect(rig.invoked).toEqual([]);
    },
  );

  it('in one shard only still trips bots in the others', async () => {
    const rig = watchRig();
    // beta stands in shard 2: 98+101+116+97 = 412. alpha stands in 8.
    rig.bots.injectFaults(call => (call.operation === 'due' && call.target === '2' ? 'refuse' : undefined));
    await Promise.all([
      rig.beats('alpha', [0, 10_000]),
      rig.beats('beta', [0, 10_000]),
      rig.ticks(every(MINUTE, 1_000, 6 * MINUTE)),
    ]);
    expect(rig.invoked.filter(call => call.trigger === 'watchdog').map(call => call.botId)).toEqual(['alpha']);
    expect(rig.invoked[0]?.atMs).toBeLessThan(seconds(131));
  });
});

describe('a table that fails', () => {
  it('at each call of a watchdog run in turn never trips a bot early, and trips every dead bot', async () => {
    // As many calls as ticks make while alpha dies, then some.
    for (const fault of ['refuse', 'lose-answer', 'hang'] as const) {
      for (let nth = 1; nth <= 45; nth += 1) {
        const rig = watchRig();
        let counted = 0;
        rig.bots.injectFaults(() => {
          if (rig.nowMs() < seconds(60)) return undefined;
          counted += 1;
          return counted === nth ? fault : undefined;
        });
        await Promise.all([rig.beats('alpha', [0, 10_000]), rig.ticks([1_000, ...every(MINUTE, 15_000, 4 * MINUTE)])]);
        const firings = rig.invoked.filter(call => call.trigger === 'watchdog');
        const ids = new Set(firings.map(call => call.correlationId));
        expect([fault, nth, ids.size]).toEqual([fault, nth, 1]);
        expect(firings[0]?.atMs).toBeGreaterThanOrEqual(seconds(130));
        expect(firings[0]?.atMs).toBeLessThan(seconds(134));
      }
    }
  }, 30_000);

  it('for a bot that is due is reported, if it lasts to the end of the watchdog run', async () => {
    const rig = watchRig();
    await Promise.all([rig.beats('alpha', [0, 10_000]), rig.ticks([1_000])]);
    await rig.until(seconds(60));
    rig.bots.injectFaults(call => (call.target === 'alpha' ? 'refuse' : undefined));
    const report = await rig.tick();
    expect(report.success).toBe(false);
    expect(report.problems.join()).toContain('BOT_NOT_JUDGED');
    expect(rig.invoked).toEqual([]);
    rig.bots.injectFaults(() => undefined);
    await rig.tick();
    expect(rig.invoked[0]).toMatchObject({ trigger: 'watchdog', botId: 'alpha' });
  });

  it('from beginning to end trips no bot, and the run reports it in time', async () => {
    const rig = watchRig();
    await rig.beats('alpha', [0]);
    rig.bots.injectFaults(() => 'hang');
    const report = await rig.tick();
    expect(report.success).toBe(false);
    expect(report.duration_ms).toBeLessThan(108_000);
    expect(rig.invoked).toEqual([]);
    expect(rig.metrics.some(({ name }) => name === 'WatchdogTicks')).toBe(false);
    expect(rig.metrics.some(({ name }) => name === 'WatchdogFailures')).toBe(true);
  });
});

describe('a watchdog run', () => {
  it('ends two seconds before Lambda would end it, however much there is to wait for', async () => {
    const rig = watchRig();
    await Promise.all([rig.beats('alpha', [0, 10_000]), rig.ticks([1_000])]);
    await rig.until(seconds(60));
    const report = await rig.tick({ remainingMs: 30_000 });
    expect(report.late).toEqual(['alpha']);
    expect(report.duration_ms).toBeLessThanOrEqual(28_000);
    await rig.until(seconds(91));
    await rig.tick();
    expect(rig.invoked[0]?.atMs).toBeLessThan(seconds(131));
  });

  it('is short while everybody is well', async () => {
    const rig = watchRig();
    const beating = rig.beats('alpha', every(10_000, 0, 4 * MINUTE));
    const [reports] = await Promise.all([rig.ticks(every(MINUTE, 12_000, 4 * MINUTE)), beating]);
    for (const report of reports) expect(report.duration_ms).toBeLessThan(200);
    expect(reports.every(({ success }) => success)).toBe(true);
  });

  it('costs the same for ten bots as for ten thousand, when none is due', async () => {
    const costOf = async (count: number): Promise<number> => {
      const rig = watchRig();
      const sound = {
        watch_state: 'armed',
        beats: 1,
        last_beat_at_ms: START_MS,
        next_check_at_ms: START_MS + 10 * MINUTE,
      };
      for (let index = 0; index < count; index += 1) {
        rig.bots.edit(`bot-${index}`, { ...sound, watch_shard: index % 10, last_change: 'armed' });
      }
      const known = { settings: { ...SAFE_DEFAULTS, bots: ['alpha', 'beta'].map(defaultBot) }, isFallback: false };
      rig.bots.edit(WATCHDOG_ROW, { times_digest: timesDigest(known) });
      await rig.tick();
      return rig.bots.calls.length;
    };
    // Ten queries, the watchdog's own row read and written twice, and one bot whose place in the index is checked.
    expect(await costOf(10)).toBe(14);
    expect(await costOf(10_000)).toBe(14);
  });

  it('audits who armed a bot, once', async () => {
    const rig = watchRig();
    const beating = rig.beats('alpha', every(10_000, 0, 3 * MINUTE));
    await Promise.all([beating, rig.ticks(every(30_000, 1_000, 3 * MINUTE))]);
    expect(rig.audited('bot_armed').map(item => [item.bot_id, item.data])).toEqual([
      ['alpha', { at: '2024-02-29T12:00:07.000000Z', by: 'bot', reason: null }],
    ]);
  });

  it('never counts as a bot', async () => {
    const rig = watchRig();
    await rig.tick();
    expect(rig.bots.rows().has(WATCHDOG_ROW)).toBe(true);
    expect([...(await rig.bots.list(1_000)).keys()]).toEqual([]);
  });

  it('reports what it saw in metrics', async () => {
    const rig = watchRig();
    await Promise.all([rig.beats('alpha', [0, 10_000]), rig.ticks([1_000])]);
    await rig.until(seconds(60));
    await rig.tick({ remainingMs: 20_000 });
    const last = new Map(rig.metrics.map(({ name, value }) => [name, value]));
    expect(last.get('WatchdogTicks')).toBe(1);
    expect(last.get('BotsArmed')).toBe(1);
    expect(last.get('BotsLate')).toBe(1);
    expect(last.get('BotsDead')).toBe(0);
    // It was proven late a heartbeat and 2 s after the tick began.
    expect(last.get('SecondsSinceBeat')).toBeGreaterThanOrEqual(62);
    expect(last.get('SecondsSinceBeat')).toBeLessThan(63);
  });

  it('refuses an event that is not a tick, and does nothing then', async () => {
    const rig = watchRig();
    const config = { settings: SAFE_DEFAULTS, isFallback: false };
    const answer = await watch(rig.world, config, { trigger: 'manual', bot_id: 'alpha' }, 110_000);
    expect(answer).toMatchObject({ success: false, errors: [{ code: 'EVENT_INVALID' }] });
    expect(rig.bots.calls).toEqual([]);
    expect(await watch(rig.world, config, { action: 'tick' }, 110_000)).toMatchObject({ success: true });
  });
});

describe('a row with invalid values', () => {
  const armedRow = async (edit: BotFields, changes = {}) => {
    const rig = watchRig();
    await rig.beats('alpha', [0]);
    rig.bots.edit('alpha', { ...row(rig), ...edit });
    const reports = await rig.ticks(every(MINUTE, 5_000, 5 * MINUTE), changes);
    return { rig, problems: reports.flatMap(report => report.problems).join('\n') };
  };

  it.each<[string, BotFields]>([
    ['dead_after_ms', { dead_after_ms: 0 }],
    ['late_after_ms', { late_after_ms: '30000' }],
    ['watch_state', { watch_state: 'ARMED' }],
    ['last_beat_at_ms', { last_beat_at_ms: 'noon' }],
    ['last_beat_at_ms', { last_beat_at_ms: 12 }],
    ['seen_at_ms', { seen_at_ms: 'x', seen_beat: 'y' }],
  ])('in %s is reported, and the bot is watched by the configuration', async (named, edit) => {
    const { rig, problems } = await armedRow(edit);
    expect(problems).toContain('BOT_ROW_INVALID');
    expect(problems).toContain(named);
    const firings = rig.invoked.filter(call => call.trigger === 'watchdog');
    expect(firings).toHaveLength(1);
    expect(firings[0]?.atMs).toBeGreaterThanOrEqual(seconds(120));
    expect(firings[0]?.atMs).toBeLessThan(seconds(126));
  });

  it('so that the bot never reported trips no bot', async () => {
    const rig = watchRig();
    rig.bots.edit('alpha', { watch_state: 'armed', watch_shard: 8, next_check_at_ms: 0 });
    const reports = await rig.ticks(every(MINUTE, 5_000, 6 * MINUTE));
    expect(rig.invoked).toEqual([]);
    expect(reports.every(({ problems }) => problems.join().includes('never reported'))).toBe(true);
  });

  it('with the state "tripped" written by hand trips no bot', async () => {
    const { rig, problems } = await armedRow({ watch_state: 'tripped' });
    expect(rig.invoked).toEqual([]);
    expect(problems).toContain('use flatline rearm');
  });

  it.each<[string, BotFields]>([
    ['a shard that nobody asks', { watch_shard: 77 }],
    ['a check in a thousand years', { next_check_at_ms: 33_000_000_000_000 }],
    ['a check in two hours', { next_check_at_ms: START_MS + 7_200_000 }],
  ])('out of the index (%s) is found by the repair of the index', async (_what, edit) => {
    const { rig, problems } = await armedRow(edit);
    expect(problems).toContain('put back');
    expect(rig.invoked.filter(call => call.trigger === 'watchdog')).toHaveLength(1);
  });

  it('that is no bot’s is reported and left alone', async () => {
    const rig = watchRig();
    rig.bots.edit('No Bot', {
      watch_state: 'armed',
      beats: 1,
      last_beat_at_ms: START_MS,
      watch_shard: 1,
      next_check_at_ms: 0,
    });
    const report = await rig.tick();
    expect(report.problems.join()).toContain('delete the row');
  });

  it('raises the alarm for rows, in each watchdog run until it is corrected', async () => {
    const { rig } = await armedRow({ dead_after_ms: 0 });
    expect(rig.metrics.filter(({ name }) => name === 'BotRowsInvalid')).toHaveLength(5);
  });

  it('does not take away the protection when the configuration is broken too', async () => {
    const { rig } = await armedRow({ dead_after_ms: 1 }, { bots: SAFE_DEFAULTS.bots, isFallback: true });
    expect(rig.invoked.filter(call => call.trigger === 'watchdog')).toHaveLength(1);
  });
});

describe('a bot that the configuration does not know', () => {
  const strangers = { bots: [defaultBot('beta')] };

  it('is reported as critical in each watchdog run, and neither tripped nor liquidated, since flatline has no key of it', async () => {
    const rig = watchRig();
    const [reports] = await Promise.all([
      rig.ticks(every(MINUTE, 1_000, 4 * MINUTE), strangers),
      rig.beats('alpha', [0, 10_000]),
    ]);
    expect(rig.invoked).toEqual([]);
    expect(row(rig).watch_state).toBe('armed');
    expect(reports.map(({ problems }) => problems)).toEqual(
      reports.map(() => [
        'BOT_UNKNOWN: The bot alpha is armed, but not in the configuration: its account is never ' +
          'liquidated. Stop the bot and run flatline disarm, or add [bot:alpha] and deploy.',
      ]),
    );
    expect(rig.metrics.filter(({ name }) => name === 'BotsUnprotected')).toHaveLength(reports.length);
    expect(levels(rig, 'CRITICAL')).toHaveLength(reports.length);
  });

  it('is not acted on when it reports its failure, but its operator is notified', async () => {
    const rig = watchRig();
    await rig.beats('alpha', [0]);
    await fail(rig.bots, order(rig, 'alpha', 'margin call'), 1_000);
    const report = await rig.tick(strangers);
    expect(rig.invoked).toEqual([]);
    expect(report.problems.join()).toContain('BOT_UNKNOWN');
  });

  it('has its full time from the instant at which it became known', async () => {
    const rig = watchRig();
    await rig.beats('alpha', [0]);
    await rig.ticks(every(MINUTE, 1_000, 10 * MINUTE), strangers);
    const knownAt = rig.nowMs();
    await rig.ticks(every(MINUTE, knownAt + 1_000, knownAt + 4 * MINUTE));
    const [firing] = rig.invoked;
    expect(firing?.trigger).toBe('watchdog');
    expect(firing?.atMs).toBeGreaterThanOrEqual(knownAt + seconds(120));
    expect(firing?.atMs).toBeLessThan(knownAt + seconds(122));
  });

  it('is no longer checked in its lock-out once it was taken out, which is reported until the lock-out ends', async () => {
    const rig = watchRig();
    const lockout = { liquidation: { lockoutMs: 5 * MINUTE } };
    await Promise.all([rig.beats('alpha', [0, 10_000]), rig.ticks(every(MINUTE, 1_000, 2 * MINUTE), lockout)]);
    expect(rig.invoked).toHaveLength(1);
    const reports = await rig.ticks(every(MINUTE, 3 * MINUTE, 9 * MINUTE), { ...strangers, ...lockout });
    expect(rig.invoked).toHaveLength(1);
    // Tripped at 130 s, so until 430 s: the ticks of 180 to 420 s report it, the next one takes it out of the index.
    expect(reports.map(({ problems }) => problems.length)).toEqual([1, 1, 1, 1, 1, 0, 0]);
    expect(reports[0]?.problems[0]).toContain('alpha is tripped, but not in the configuration');
    expect(row(rig)).not.toHaveProperty('watch_shard');
  });
});

describe('unfinished liquidations', () => {
  const run = (startedAgoMs: number) => ({
    ...({ correlationId: 'liq_20240229_115500_abcdef', botId: 'alpha', trigger: 'SIGTERM', attempt: 3 } as const),
    ...({ symbols: ['BTCUSDT'], state: 'partial' } as const),
    firstStartedAtMs: START_MS - startedAgoMs,
    resumeAtMs: START_MS - 500,
    holder: 'holder-3',
  });

  it('are resumed under the same ID and trigger', async () => {
    const rig = watchRig();
    rig.unfinished.push(run(5 * MINUTE));
    const report = await rig.tick();
    expect(report.resumed).toEqual(['liq_20240229_115500_abcdef']);
    expect(rig.invoked[0]?.event).toEqual({
      ...{ action: 'liquidate', trigger: 'SIGTERM', bot_id: 'alpha', correlation_id: 'liq_20240229_115500_abcdef' },
      symbols: ['BTCUSDT'],
      resume: { hop: 4, not_before_ms: START_MS - 500, until_ms: START_MS + 115 * MINUTE, token: 'holder-3' },
    });
    expect(rig.metrics).toContainEqual({ name: 'UnfinishedLiquidations', value: 1 });
  });

  it.each([
    ['one millisecond before resume_minutes are over', 120 * MINUTE - 1, 1, 0],
    ['when they are over', 120 * MINUTE, 0, 1],
  ])('are resumed or given up: %s', async (_when, startedAgoMs, resumed, gaveUp) => {
    const rig = watchRig({ latencyMs: 0 });
    rig.unfinished.push(run(startedAgoMs));
    const report = await rig.tick();
    expect([report.resumed.length, report.gave_up.length]).toEqual([resumed, gaveUp]);
  });

  it('that another attempt works on are counted with their age, and left alone', async () => {
    const rig = watchRig({ latencyMs: 0 });
    rig.unfinished.push({ ...run(5 * MINUTE), state: 'in_progress', resumeAtMs: START_MS + 8_000 });
    const report = await rig.tick();
    expect([report.resumed, report.gave_up, rig.invoked]).toEqual([[], [], []]);
    expect(rig.metrics).toContainEqual({ name: 'UnfinishedLiquidations', value: 1 });
    expect(rig.metrics).toContainEqual({ name: 'UnfinishedAgeMs', value: 5 * MINUTE });
  });

  it('are given up once, with an alarm', async () => {
    const rig = watchRig();
    rig.unfinished.push(run(121 * MINUTE));
    await Promise.all([rig.tick(), rig.tick()]);
    expect(rig.gaveUp).toHaveLength(1);
    expect(rig.metrics.filter(({ name }) => name === 'ResumeGaveUp')).toHaveLength(1);
    expect(levels(rig, 'CRITICAL')[0]?.message).toContain('close by hand');
  });
});

it('heartbeats at the bot’s own interval do not change the index', async () => {
  const rig = watchRig();
  await rig.beats('alpha', [0]);
  rig.bots.edit('alpha', { ...row(rig), next_check_at_ms: START_MS + 30_000 });
  await rig.beats('alpha', [10_000, 20_000]);
  expect(row(rig)).toMatchObject({ next_check_at_ms: START_MS + 30_000, heartbeat_ms: TIMES.heartbeatMs });
});
