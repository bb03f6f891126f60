/**
 * What the use cases really log, as messages: liquidations and ticks in virtual time, from their log lines to the messages that
 * somebody gets. One for each change of state, however many attempts and ticks there are.
 */

import { describe, expect, test } from 'vitest';
import { logFields } from '../../lambda/adapters/telemetry/telemetry.ts';
import { createDeduplicator } from '../../lambda/app/notifier/deduplicate.ts';
import { snooze } from '../../lambda/app/operator/operator-commands.ts';
import { readLogLine } from '../../lambda/views/messages/log-line.ts';
import { placeOf } from '../../lambda/views/messages/message.ts';
import { notificationOf } from '../../lambda/views/messages/notification-of.ts';
import { every, START_MS, watchRig } from '../app/watch-rig.ts';
import { liquidationRig } from '../support/liquidation-rig.ts';

const MINUTE = 60_000;
const about = { place: placeOf('flatline-production', 'production'), lockoutMs: 60 * MINUTE };
type Logged = readonly { readonly level: string; readonly message: string; readonly fields: object }[];

/** Subjects, without who it is about. */
function notified(logs: Logged): readonly string[] {
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

describe('notifications of a liquidation', () => {
  test('are one message when the first attempt ends flat', async () => {
    const rig = liquidationRig();
    rig.account.open('BTCUSDT', '0.5');
    await rig.run(event);
    expect(notified(rig.logs)).toEqual(['FLAT - SIGTERM, 1 closed']);
  });

  test('are two messages for all attempts when the account is never flat', async () => {
    const rig = liquidationRig();
    rig.account.open('BTCUSDT', '0.5');
    rig.exchange.faults.add(refuseAll);
    await rig.run(event, { liquidation: { resumeMs } });
    for (let n = 0; rig.invoked[n] !== undefined; n += 1) {
      await rig.run({}, { rawEvent: rig.invoked[n], liquidation: { resumeMs } });
    }
    expect(rig.invoked.length).toBeGreaterThan(5);
    expect(notified(rig.logs)).toEqual([
      'NOT FLAT, RETRYING UNTIL 12:03:07 UTC - SIGTERM, 1 still open',
      'NOT FLAT, CHECK BY HAND - SIGTERM, 1 still open',
    ]);
  });

  test('are the same when the tables are down', async () => {
    const rig = liquidationRig();
    rig.account.open('BTCUSDT', '0.5');
    rig.exchange.faults.add(refuseAll);
    rig.stores.script.failAll('refuse');
    await rig.run(event, { liquidation: { resumeMs } });
    for (let n = 0; n < 2; n += 1) await rig.run({}, { rawEvent: rig.invoked[n], liquidation: { resumeMs } });
    rig.exchange.faults.clear();
    await rig.run({}, { rawEvent: rig.invoked[2], liquidation: { resumeMs } });
    expect(notified(rig.logs)).toEqual([
      expect.stringMatching(/^NOT FLAT, RETRYING UNTIL 12:03:0\d UTC - SIGTERM, 1 still open$/),
      'FLAT - SIGTERM, 1 closed',
    ]);
  });

  test('contain the reason when the exchange refuses the key', async () => {
    const rig = liquidationRig();
    rig.setSecret(new Error('gone'));
    await rig.run(event);
    expect(notified(rig.logs)).toEqual([
      expect.stringMatching(/^NOT FLAT, RETRYING UNTIL \d\d:\d\d:\d\d UTC - SIGTERM, positions unknown$/),
    ]);
  });

  test('are one message for each call while protection is switched off', async () => {
    const rig = liquidationRig();
    await rig.run({ trigger: 'SIGTERM' }, { disabledByEnvironment: true, liquidation: OFF });
    expect(notified(rig.logs)).toEqual(['NOT LIQUIDATED, PROTECTION IS SWITCHED OFF - SIGTERM']);
  });

  test('are none for a dry run and its replay', async () => {
    const rig = liquidationRig();
    rig.account.open('BTCUSDT', '0.5');
    await rig.run({ ...event, dry_run: true });
    expect(notified(rig.logs)).toEqual([]);
    await rig.run(event);
    await rig.run(event);
    expect(notified(rig.logs)).toEqual(['FLAT - SIGTERM, 1 closed']);
  });

  test('are one message that nothing was done when the event was refused', async () => {
    const rig = liquidationRig();
    await rig.run({}, { rawEvent: { trigger: 'manul' } });
    expect(notified(rig.logs)).toEqual([
      'REFUSED, NOTHING DONE - production - the liquidator was called with an invalid event',
    ]);
  });

  test('are one message when a preflight fails and one when it passes again', async () => {
    const rig = liquidationRig();
    const secret = await rig.world.secrets.load('flatline/default', { fresh: false, timeoutMs: 1_000 });
    rig.setSecret(new Error('gone'));
    await rig.preflight();
    await rig.preflight();
    rig.setSecret(secret);
    await rig.preflight();
    await rig.preflight();
    expect(notified(rig.logs)).toEqual(['PREFLIGHT FAILED - secret', 'PREFLIGHT PASSES AGAIN']);
  });
});

describe('notifications of a bot', () => {
  test('are two for each silence when it is late and reports again', async () => {
    const rig = watchRig();
    const beats = [0, 10_000, ...every(10_000, 80_000, 120_000), ...every(10_000, 200_000, 240_000)];
    await Promise.all([rig.beats('alpha', beats), rig.ticks(every(MINUTE, 1_000, 5 * MINUTE))]);
    expect(notified(rig.logs).map(subject => subject.split(' - ')[0])).toEqual([
      'LATE',
      'REPORTS AGAIN',
      'LATE',
      'REPORTS AGAIN',
    ]);
  });

  test('are two when it dies, and none for the lock-out checks of its account', async () => {
    const rig = watchRig();
    await rig.beats('alpha', [0, 10_000]);
    await rig.ticks(every(MINUTE, 15_000, 6 * MINUTE));
    expect(rig.invoked.length).toBeGreaterThan(2);
    expect(notified(rig.logs).map(subject => subject.split(' - ')[0])).toEqual(['LATE', 'SILENT: LIQUIDATING']);
  });

  test('include one that the liquidator could not be called', async () => {
    const rig = watchRig();
    rig.refuseInvocations(40);
    await rig.beats('alpha', [0, 10_000]);
    await rig.ticks(every(MINUTE, 15_000, 3 * MINUTE));
    expect(notified(rig.logs).map(subject => subject.split(' - ')[0])).toEqual([
      'LATE',
      'SILENT: LIQUIDATING',
      'NOT LIQUIDATED YET',
    ]);
  });

  test('are one for a bot that is not in the configuration, however often it is found', async () => {
    const rig = watchRig();
    await Promise.all([rig.beats('stray', every(10_000, 0, 4 * MINUTE)), rig.ticks(every(MINUTE, 1_000, 4 * MINUTE))]);
    expect(notified(rig.logs)).toEqual(['NOT PROTECTED - stray (production) - not in the configuration']);
  });

  test('are one when a person snoozes it', async () => {
    const rig = watchRig();
    await rig.beats('alpha', [0]);
    const order = { botId: 'alpha', atMs: rig.clock.nowMs(), by: 'ops', reason: 'moving it' };
    await snooze(rig.bots, order, START_MS + 10 * MINUTE, 1_000);
    await rig.ticks([10_000, 70_000]);
    expect(notified(rig.logs)).toEqual(['SNOOZED UNTIL 12:10:07 UTC - by ops']);
  });
});
