/**
 * What the watchdog finds besides silence, from its real tick to the message that people read; and that no event stands
 * in the table of events which nothing emits.
 */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { reportFailure, startOrBeat, startRun } from '../../lambda/app/ping/run-commands.ts';
import { defaultBot } from '../../lambda/core/config/settings.ts';
import { readLogLine } from '../../lambda/views/messages/log-line.ts';
import { placeOf } from '../../lambda/views/messages/message.ts';
import { notificationOf } from '../../lambda/views/messages/notification-of.ts';
import { every, START_MS, TIMES, type WatchRig, watchRig } from '../app/watch-rig.ts';
import { listFiles, ROOT } from '../docs/markdown.ts';

const MINUTE = 60_000;
const ABOUT = { place: placeOf('flatline-production', 'production'), lockoutMs: 60 * MINUTE };

/** Subjects of what people are notified of, of the lines with this event. */
function subjects(rig: WatchRig, event: string): readonly string[] {
  return rig.logs
    .filter(({ fields }) => (fields as { event?: string }).event === event)
    .flatMap(({ level, message, fields, atMs }) => {
      const timestamp = new Date(START_MS + atMs).toISOString();
      const line = readLogLine(JSON.stringify({ level, message, timestamp, service: 'watchdog', ...fields }));
      if (line === undefined) throw new Error(`not a line of ours: ${message}`);
      return notificationOf(line, ABOUT)?.message.subject ?? [];
    });
}

const beatOf = (rig: WatchRig, runId: string, count: number) => ({
  ...{ botId: 'alpha', runId, count, atMs: rig.clock.nowMs(), by: 'bot', times: TIMES },
});

describe('people are notified', () => {
  test('once of a bot that only restarts', async () => {
    const rig = watchRig();
    const restarting = async () => {
      for (const [index, at] of every(20_000, 0, 80_000).entries()) {
        await rig.until(at);
        await startRun(rig.bots, beatOf(rig, `run-1234-${index}`, index + 1), 1_000);
      }
    };
    await Promise.all([restarting(), rig.ticks(every(MINUTE, 61_000, 2 * MINUTE))]);
    expect(subjects(rig, 'bot_restarting')).toEqual([
      expect.stringMatching(/^RESTARTING REPEATEDLY - alpha .* - \d starts without completing a cycle$/),
    ]);
  });

  test('once of times that differ', async () => {
    const rig = watchRig();
    const times = { heartbeatMs: 60_000, lateAfterMs: 120_000, deadAfterMs: 300_000 };
    await startOrBeat(rig.bots, { ...beatOf(rig, 'run-1234-a', 1), times, isStart: true }, 1_000);
    await rig.ticks([1_000, MINUTE]);
    expect(subjects(rig, 'bot_times_differ')).toEqual([expect.stringMatching(/^TIMES DIFFER - alpha /)]);
  });

  test('once of a reported failure that is outdated', async () => {
    const rig = watchRig();
    await startRun(rig.bots, beatOf(rig, 'run-1234-a', 1), 1_000);
    const long = { ...beatOf(rig, 'run-1234-a', 1), atMs: START_MS - 3_600_000, reason: 'margin', callId: 'call-1' };
    await reportFailure(rig.bots, long, 1_000);
    await rig.ticks([1_000, MINUTE]);
    expect(subjects(rig, 'bot_report_outdated')).toEqual([
      expect.stringMatching(/^FAILURE REPORTED, NOT ACTED ON - alpha /),
    ]);
  });

  test('of bots whose heartbeats may have been lost, in each watchdog run', async () => {
    const rig = watchRig();
    for (const botId of ['alpha', 'beta']) {
      await startRun(rig.bots, { ...beatOf(rig, `run-of-${botId}`, 1), botId }, 1_000);
    }
    rig.bots.injectFaults(({ operation }) => (operation === 'change' ? 'refuse' : undefined));
    await rig.ticks(every(MINUTE, 13 * MINUTE, 14 * MINUTE), { bots: ['alpha', 'beta'].map(defaultBot) });
    expect(subjects(rig, 'watchdog_blind')).toEqual(
      Array.from({ length: 2 }, () => expect.stringMatching(/^HEARTBEATS MAY HAVE BEEN LOST - .* - 2 bots$/)),
    );
  });
});

test('every event of the table is emitted, and every emitted event is in the table', () => {
  const read = (file: string) => readFileSync(join(ROOT, file), 'utf8');
  const table = read('lambda/events.ts');
  const codesIn = (from: string, to: string, code: RegExp): readonly string[] =>
    [...table.slice(table.indexOf(from), table.indexOf(to)).matchAll(code)].map(([, name = '']) => name);
  const known = codesIn('interface LogEventFields', 'interface DailyStatus', /^ {2}readonly ([a-z_]+):/gm);
  const records = codesIn('NOTIFIED_RECORDS = [', '] as const', /^ {2}'([a-z_]+)',$/gm);
  const sources = listFiles('lambda/**/*.ts').filter(file => !/^lambda\/(events|contract|core\/messages\/)/.test(file));
  const text = sources.map(read).join('\n');
  const codes = new Set([...known, ...records]);
  expect(codes.size).toBeGreaterThan(20);
  expect([...codes].filter(code => !text.includes(`'${code}'`))).toEqual([]);
  const emitted = [...text.matchAll(/\bevent: '([a-z_]+)'/g)].map(([, code]) => String(code));
  expect(emitted.filter(code => !codes.has(code))).toEqual([]);
});
