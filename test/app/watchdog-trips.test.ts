/**
 * Work for a trip that is no longer valid: each call of the liquidator names its trip, and a re-arm ends what is unfinished.
 * End to end, with the liquidator's own entrance and the exchange.
 */

import { describe, expect, it } from 'vitest';
import { checkTrip } from '../../lambda/app/liquidator/check-trip.ts';
import { rearm } from '../../lambda/app/operator/rearm.ts';
import type { Trigger } from '../../lambda/contract.ts';
import type { BotFields } from '../../lambda/core/heartbeat/row-change.ts';
import { StoreError } from '../../lambda/core/invocation/error-codes.ts';
import { liquidationRig } from '../support/liquidation-rig.ts';
import { claimOf } from '../support/stored-records.ts';
import { watchedAccount } from '../support/watched-account.ts';

const TRIP = 'liq_20240229_120007_aaaaaaaaaaaaaaaa';
const OTHER = 'liq_20240229_120007_bbbbbbbbbbbbbbbb';
const TRIPPED: BotFields = {
  watch_state: 'tripped',
  beats: 1,
  last_beat_at_ms: Date.UTC(2024, 1, 29),
  correlation_id: TRIP,
};
const ARMED: BotFields = { ...TRIPPED, watch_state: 'armed' };
/** Of the record of the attempt before: a resumed one shows by it that it is flatline's own. */
const TOKEN = 'abcdef0123456789';
const closes = (rig: { readonly exchange: { readonly journal: readonly { readonly path: string }[] } }) =>
  rig.exchange.journal.filter(({ path }) => path === '/fapi/v1/order');

const first = { trigger: 'watchdog', correlation_id: TRIP, trip: TRIP };
const resumed = { ...first, resume: { hop: 2, not_before_ms: 1, until_ms: Date.UTC(2024, 1, 29, 13), token: TOKEN } };
const lockOutCheck = { trigger: 'sentinel', correlation_id: OTHER, trip: TRIP };

const leaveRecord = (rig: ReturnType<typeof liquidationRig>) =>
  rig.stores.lock.claim(
    claimOf(TRIP, { botId: 'default', trigger: 'watchdog', holder: TOKEN, nowMs: 0, leaseUntilMs: 1 }),
    1_000,
  );

describe('a call of the liquidator', () => {
  const calls = [
    ['first', first],
    ['resumed', resumed],
    ['lock-out', lockOutCheck],
  ] as const;

  it.each(calls)('of the watchdog (%s) closes the account while the bot is tripped for it', async (_which, event) => {
    const rig = liquidationRig();
    rig.account.open('BTCUSDT', '0.5');
    rig.bots.edit('default', TRIPPED);
    if ('resume' in event) await leaveRecord(rig);
    expect(await rig.run({}, { rawEvent: event })).toMatchObject({ state: 'completed' });
    expect(closes(rig)).toHaveLength(1);
  });

  it.each(
    calls.flatMap(([which, event]) => [
      [which, 'was re-armed', event, ARMED] as const,
      [which, 'was disarmed', event, { ...ARMED, watch_state: 'disarmed' }] as const,
      [which, 'was tripped again', event, { ...TRIPPED, correlation_id: OTHER }] as const,
      [which, 'has no row', event, undefined] as const,
    ]),
  )('of the watchdog (%s) asks the exchange nothing once the bot %s', async (_which, _state, event, fields) => {
    const rig = liquidationRig();
    rig.account.open('BTCUSDT', '0.5');
    rig.bots.edit('default', fields);
    if ('resume' in event) await leaveRecord(rig);
    const before = await rig.stores.lock.readRecord(String(event.correlation_id), 1_000);
    const answer = await rig.run({}, { rawEvent: event });
    expect(answer).toMatchObject({ headline: 'REFUSED, NOTHING DONE', errors: [{ code: 'TRIP_GONE' }] });
    expect(rig.exchange.journal).toEqual([]);
    expect(await rig.stores.lock.readRecord(String(event.correlation_id), 1_000)).toEqual(before);
  });

  it.each<[Trigger]>([['manual'], ['SIGTERM'], ['error'], ['watchdog']])(
    'by %s that names no trip needs none',
    async trigger => {
      const rig = liquidationRig();
      rig.account.open('BTCUSDT', '0.5');
      rig.bots.edit('default', ARMED);
      expect(await rig.run({ trigger })).toMatchObject({ state: 'completed' });
      expect(rig.bots.calls).toEqual([]);
    },
  );

  it.each([
    ['a trip’s first call goes on', first, 'valid'],
    ['a trip’s resumed attempt does nothing', resumed, 'invalid'],
    ['a lock-out check does nothing', lockOutCheck, 'invalid'],
    ['a resumed run of no trip goes on', { ...resumed, trip: undefined }, 'valid'],
  ])('whose tables cannot be read: %s', async (_what, event, kind) => {
    const logs: string[] = [];
    const unreadable = async () => {
      throw new StoreError('unknown', 'The table did not answer.');
    };
    const ports = {
      bots: { read: unreadable },
      records: { read: unreadable },
      telemetry: { log: (level: string) => logs.push(level) },
    };
    const resume =
      'resume' in event
        ? { hop: 2, notBeforeMs: 1, untilMs: 2, token: '0', confirms: false, carried: undefined, waits: undefined }
        : undefined;
    const asked = { botId: 'default', correlationId: event.correlation_id, trip: event.trip, resume };
    const trigger = event.trigger as Trigger;
    expect(await checkTrip(ports, { ...asked, trigger }, 500)).toMatchObject({ kind });
    expect(logs).toEqual(['ERROR']);
  });
});

describe('a re-arm', () => {
  const refuseCloses = {
    on: { method: 'POST', path: '/fapi/v1/order' },
    times: 99,
    fault: { kind: 'refuse', code: -2010, msg: 'no' },
  } as const;
  /** A liquidation that ended without being flat, for a trip or not. */
  async function unfinished(event: Readonly<Record<string, unknown>>) {
    const account = watchedAccount();
    account.account.open('BTCUSDT', '0.500');
    account.bots.edit('default', {
      ...TRIPPED,
      watch_shard: 1,
      next_check_at_ms: 0,
      invoked_at_ms: Date.UTC(2024, 1, 29),
    });
    account.exchange.faults.add(refuseCloses);
    await account.run({}, { rawEvent: event });
    account.exchange.faults.clear();
    const before = account.exchange.journal.length;
    return { account, before };
  }
  const action = (atMs: number) => ({ botId: 'default', atMs, by: 'ada', reason: 'looked at it' });
  const ports = ({ bots, watchWorld }: ReturnType<typeof watchedAccount>) => ({
    bots,
    unfinished: watchWorld.unfinished,
  });

  it.each([
    ['of the trip', first],
    ['of the bot’s own call', { trigger: 'SIGTERM', correlation_id: OTHER }],
    ['of a person', { trigger: 'manual', correlation_id: OTHER }],
  ])('ends the unfinished liquidation %s: what the bot opens then is not touched', async (_whose, event) => {
    const { account, before } = await unfinished(event);
    const result = await rearm(ports(account), action(account.clock.nowMs()), { timeoutMs: 1_000 });
    expect(result).toEqual({ kind: 'done', ended: [event.correlation_id] });
    // The hand-over is on its way, and ticks come for an hour.
    await account.runAccepted();
    await account.untilFinished({}, 3);
    expect(account.exchange.journal.slice(before)).toEqual([]);
    expect(account.account.truth().positions).toHaveLength(1);
    expect(await account.stores.lock.unfinished.due(Number.MAX_SAFE_INTEGER, 10, 1_000)).toEqual([]);
  });

  it('is refused while a liquidation of the bot may be sending orders, and says until when', async () => {
    const { account } = await unfinished(first);
    const nowMs = account.clock.nowMs();
    const claim = {
      correlationId: OTHER,
      botId: 'default',
      trigger: 'manual',
      symbols: undefined,
      holder: 'another',
    } as const;
    await account.stores.lock.claim(
      { ...claim, nowMs, leaseUntilMs: nowMs + 8_000, retakeCompletedBeforeMs: 0 },
      1_000,
    );
    const result = await rearm(ports(account), action(nowMs), { timeoutMs: 1_000 });
    expect(result).toMatchObject({ kind: 'refused', state: 'tripped', ended: [] });
    expect(result.kind === 'refused' && result.sentence).toMatch(
      new RegExp(`${OTHER} is running, until \\d\\d:\\d\\d:\\d\\d UTC`),
    );
    expect(account.bots.rows().get('default')?.watch_state).toBe('tripped');
  });

  it('leaves the liquidations of other bots alone', async () => {
    const { account } = await unfinished(first);
    const nowMs = account.clock.nowMs();
    const claim = {
      correlationId: OTHER,
      botId: 'beta',
      trigger: 'manual',
      symbols: undefined,
      holder: 'another',
    } as const;
    await account.stores.lock.claim(
      { ...claim, nowMs, leaseUntilMs: nowMs + 8_000, retakeCompletedBeforeMs: 0 },
      1_000,
    );
    const result = await rearm(ports(account), action(nowMs), { timeoutMs: 1_000 });
    expect(result).toEqual({ kind: 'done', ended: [TRIP] });
    expect(await account.stores.lock.unfinished.due(Number.MAX_SAFE_INTEGER, 10, 1_000)).toMatchObject([
      { botId: 'beta' },
    ]);
  });

  it('of another trip than the one that was read is refused', async () => {
    const { account } = await unfinished(first);
    const result = await rearm(ports(account), action(account.clock.nowMs()), {
      timeoutMs: 1_000,
      correlationId: OTHER,
    });
    expect(result.kind).toBe('refused');
    expect(account.bots.rows().get('default')?.watch_state).toBe('tripped');
  });

  it.each(['armed', 'disarmed'])('of a bot that is %s ends nothing', async state => {
    const { account } = await unfinished({ trigger: 'manual', correlation_id: OTHER });
    account.bots.edit('default', { ...TRIPPED, watch_state: state });
    const result = await rearm(ports(account), action(account.clock.nowMs()), { timeoutMs: 1_000 });
    expect(result).toMatchObject({ kind: 'refused', state, ended: [] });
    expect(await account.stores.lock.unfinished.due(Number.MAX_SAFE_INTEGER, 10, 1_000)).toHaveLength(1);
  });
});

it('the watchdog ends an unfinished liquidation whose trip is over, and calls no liquidator for it', async () => {
  const account = watchedAccount();
  account.bots.edit('default', { ...ARMED, worked_at_ms: Date.UTC(2024, 1, 29) });
  const nowMs = account.clock.nowMs();
  const claim = {
    correlationId: TRIP,
    botId: 'default',
    trigger: 'watchdog',
    symbols: undefined,
    trip: TRIP,
    holder: 'dead',
  } as const;
  await account.stores.lock.claim(
    { ...claim, nowMs: nowMs - 60_000, leaseUntilMs: nowMs - 52_000, retakeCompletedBeforeMs: 0 },
    1_000,
  );
  const report = await account.tick();
  expect(report.resumed).toEqual([]);
  expect(account.invoked).toEqual([]);
  expect(await account.stores.lock.readRecord(TRIP, 1_000)).toMatchObject({
    resumeAtMs: undefined,
    gaveUpAtMs: expect.any(Number),
  });
});
