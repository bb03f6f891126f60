/**
 * What the use cases really log, told: liquidations and ticks in virtual time, from their log lines to the messages that
 * somebody gets. One for each change of state, however many attempts and ticks there are.
 */

import { describe, expect, test } from 'vitest';
import { logFields } from '../../lambda/adapters/telemetry/log-fields.ts';
import { createDeduplicator } from '../../lambda/app/notifier/deduplicate.ts';
import { snooze } from '../../lambda/app/operator/operator-commands.ts';
import { readLogLine } from '../../lambda/views/messages/log-line.ts';
import { notificationOf } from '../../lambda/views/messages/notification-of.ts';
import { placeOf } from '../../lambda/views/messages/place.ts';
import { every, START_MS, watchRig } from '../app/watch-rig.ts';
import { liquidationRig } from '../support/liquidation-rig.ts';

const MINUTE = 60_000;
const about = { place: placeOf('flatline-production', 'production'), lockoutMs: 60 * MINUTE };
type Logged = readonly { readonly level: string; readonly message: string; readonly fields: object }[];

/** Subjects, without who it is about. */
function told(logs: Logged): readonly string[] {
  const memory = createDeduplicator();
  return logs.flatMap(({ level, message, fields }) => {
    const line = readLogLine(JSON.stringify({ ...logFields({ ...fields }), level, message }));
    const notification = line && notificationOf(line, about);
    if (notification === undefined || !memory.isNews(notification, 0)) return [];
    memory.note(notification, 0);
    return [notification.message.subject.replace(/ - (alpha|default) \(production\)/, '')];
  });
}

const refuseAll = {
  on: { method: 'POST', path: '/fapi/v1/order' },
  times: Number.POSITIVE_INFINITY,
  fault: { kind: 'refuse', code: -2010, msg: 'NEW_ORDER_REJECTED' },
} as const;
const event = { correlation_id: 'liq_20240229_120007_abcdef', trigger: 'SIGTERM' };
const resumeMs = 3 * MINUTE;
const OFF = { emergencyLiquidation: false, closePositions: false, cancelOrders: false };

describe('of a liquidation', () => {
  test('that is flat at once, there is one message', async () => {
    const rig = liquidationRig();
    rig.account.open('BTCUSDT', '0.5');
    await rig.run(event);
    expect(told(rig.logs)).toEqual(['FLAT - SIGTERM, 1 closed']);
  });

  test('that is never flat, there are two, for all its attempts', async () => {
    const rig = liquidationRig();
    rig.account.open('BTCUSDT', '0.5');
    rig.venue.faults.add(refuseAll);
    await rig.run(event, { liquidation: { resumeMs } });
    for (let n = 0; rig.invoked[n] !== undefined; n += 1) {
      await rig.run({}, { rawEvent: rig.invoked[n], liquidation: { resumeMs } });
    }
    expect(rig.invoked.length).toBeGreaterThan(5);
    expect(told(rig.logs)).toEqual([
      'NOT FLAT, RETRYING UNTIL 12:03:07 UTC - SIGTERM, 1 still open',
      'NOT FLAT, CHECK BY HAND - SIGTERM, 1 still open',
    ]);
  });

  test('whose tables are down, there are as many: nothing that tells needs them', async () => {
    const rig = liquidationRig();
    rig.account.open('BTCUSDT', '0.5');
    rig.venue.faults.add(refuseAll);
    rig.stores.script.failAll('refuse');
    await rig.run(event, { liquidation: { resumeMs } });
    for (let n = 0; n < 2; n += 1) await rig.run({}, { rawEvent: rig.invoked[n], liquidation: { resumeMs } });
    rig.venue.faults.clear();
    await rig.run({}, { rawEvent: rig.invoked[2], liquidation: { resumeMs } });
    expect(told(rig.logs)).toEqual([
      expect.stringMatching(/^NOT FLAT, RETRYING UNTIL 12:03:0\d UTC - SIGTERM, 1 still open$/),
      'FLAT - SIGTERM, 1 closed',
    ]);
  });

  test('whose key is refused, the reason stands in the message', async () => {
    const rig = liquidationRig();
    rig.setSecret(new Error('gone'));
    await rig.run(event);
    expect(told(rig.logs)).toEqual([
      expect.stringMatching(/^NOT FLAT, RETRYING UNTIL \d\d:\d\d:\d\d UTC - SIGTERM, nothing is known$/),
    ]);
  });

  test('that is switched off, there is one for each call', async () => {
    const rig = liquidationRig();
    await rig.run({ trigger: 'SIGTERM' }, { disabledByEnvironment: true, liquidation: OFF });
    expect(told(rig.logs)).toEqual(['NOT LIQUIDATED, PROTECTION IS SWITCHED OFF - SIGTERM']);
  });

  test('that was only tried, there is none, and none of its replay', async () => {
    const rig = liquidationRig();
    rig.account.open('BTCUSDT', '0.5');
    await rig.run({ ...event, dry_run: true });
    expect(told(rig.logs)).toEqual([]);
    await rig.run(event);
    await rig.run(event);
    expect(told(rig.logs)).toEqual(['FLAT - SIGTERM, 1 closed']);
  });

  test('that was no liquidation, one says that nothing was done', async () => {
    const rig = liquidationRig();
    await rig.run({}, { rawEvent: { trigger: 'manul' } });
    expect(told(rig.logs)).toEqual([
      'REFUSED, NOTHING DONE - production - the liquidator was called with a wrong event',
    ]);
  });

  test('that a self-test finds impossible, one names the check, and one says that it is mended', async () => {
    const rig = liquidationRig();
    const secret = await rig.world.secrets.load('flatline/default', { fresh: false, timeoutMs: 1_000 });
    rig.setSecret(new Error('gone'));
    await rig.preflight();
    await rig.preflight();
    rig.setSecret(secret);
    await rig.preflight();
    await rig.preflight();
    expect(told(rig.logs)).toEqual(['SELF-TEST FAILED - secret', 'SELF-TEST PASSES AGAIN']);
  });
});

describe('of a bot', () => {
  test('that is late and comes back, there are two, each silence anew', async () => {
    const rig = watchRig();
    const beats = [0, 10_000, ...every(10_000, 80_000, 120_000), ...every(10_000, 200_000, 240_000)];
    await Promise.all([rig.beats('alpha', beats), rig.ticks(every(MINUTE, 1_000, 5 * MINUTE))]);
    expect(told(rig.logs).map(subject => subject.split(' - ')[0])).toEqual([
      'LATE',
      'REPORTS AGAIN',
      'LATE',
      'REPORTS AGAIN',
    ]);
  });

  test('that dies, there are two, and none for the looks at its account', async () => {
    const rig = watchRig();
    await rig.beats('alpha', [0, 10_000]);
    await rig.ticks(every(MINUTE, 15_000, 6 * MINUTE));
    expect(rig.invoked.length).toBeGreaterThan(2);
    expect(told(rig.logs).map(subject => subject.split(' - ')[0])).toEqual(['LATE', 'SILENT: LIQUIDATING']);
  });

  test('that dies while AWS takes no call, one says so', async () => {
    const rig = watchRig();
    rig.refuseInvocations(40);
    await rig.beats('alpha', [0, 10_000]);
    await rig.ticks(every(MINUTE, 15_000, 3 * MINUTE));
    expect(told(rig.logs).map(subject => subject.split(' - ')[0])).toEqual([
      'LATE',
      'SILENT: LIQUIDATING',
      'NOT LIQUIDATED YET',
    ]);
  });

  test('that the configuration does not know, there is one, however often it is found', async () => {
    const rig = watchRig();
    await Promise.all([rig.beats('stray', every(10_000, 0, 4 * MINUTE)), rig.ticks(every(MINUTE, 1_000, 4 * MINUTE))]);
    expect(told(rig.logs)).toEqual(['NOT PROTECTED - stray (production) - not in the configuration']);
  });

  test('that a person snoozes, there is one', async () => {
    const rig = watchRig();
    await rig.beats('alpha', [0]);
    const order = { botId: 'alpha', atMs: rig.clock.nowMs(), by: 'ops', reason: 'moving it' };
    await snooze(rig.bots, order, START_MS + 10 * MINUTE, 1_000);
    await rig.ticks([10_000, 70_000]);
    expect(told(rig.logs)).toEqual(['SNOOZED UNTIL 12:10:07 UTC - by ops']);
  });
});
