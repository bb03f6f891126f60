/** Runs of one Python bot against real tables: who replaces whom, whose clean stop counts, when it may trade. */

import { afterAll, beforeAll, describe, test } from 'vitest';
import { createBotStore } from '../../lambda/adapters/dynamo/bot-store.ts';
import { disarm, snooze } from '../../lambda/app/operator/operator-commands.ts';
import { TABLE_NAMES } from '../../simulator/cloud/tables.ts';
import { answers } from '../client/typescript/cloud.ts';
import { rearm } from '../support/bot-actions.ts';
import { openCuttableConnection } from '../support/cuttable-connection.ts';
import { missing, type Rig, type Run, startRig } from './rig.ts';

const ID = 'liq_20240229_120000_abc123';

describe.skipIf(missing !== undefined).concurrent('runs of a Python bot', () => {
  let rig: Rig;
  const started: Run[] = [];
  beforeAll(async () => {
    rig = await startRig(['somebody'], { liquidates: true });
  });
  afterAll(async () => {
    for (const { child } of started) child.kill('SIGKILL');
    await rig?.close();
  });

  const store = () => createBotStore({ client: rig.cloud.tables.client, tableName: TABLE_NAMES.bots });
  const operator = (botId: string) => ({ botId, atMs: rig.clock.nowMs(), by: 'operator', reason: 'by hand' });
  const trip = (botId: string) =>
    store().change(
      {
        ...{ botId, doing: 'trip', requires: [] },
        set: { watch_state: 'tripped', tripped_by: 'watchdog', correlation_id: ID },
      },
      5_000,
    );

  /** A bot that follows its script line by line. */
  function bot(botId: string, options: object = {}, env: Readonly<Record<string, string>> = {}) {
    const run = rig.run('running', botId, env, [JSON.stringify(options)]);
    started.push(run);
    let lines = 0;
    return {
      run,
      does: async (command: string): Promise<unknown> => {
        run.child.stdin?.write(`${command}\n`);
        lines += 1;
        return run.says(`${command} ${lines - 1}`);
      },
    };
  }
  type Bot = ReturnType<typeof bot>;

  /** Asks until the gate says so. */
  async function gateBecomes(one: Bot, expected: string): Promise<void> {
    for (let asked = 0; asked < 600; asked += 1) {
      if ((await one.does('gate')) === expected) return;
      await rig.clock.sleep(50);
    }
    throw new Error(`the gate never became ${expected}`);
  }

  test('rolling restart: the old run is notified, and neither its clean stop nor its end touches the new one', async ({
    expect,
  }) => {
    const old = bot('rolling');
    expect(await old.does('start')).toBe('armed');
    const fresh = bot('rolling');
    expect(await fresh.does('start')).toBe('armed');
    await gateBecomes(old, 'replaced');
    expect(await old.does('alive')).toBe(false);
    expect(await old.does('stop')).toBe('replaced');
    expect(await rig.row('rolling')).toMatchObject({ watch_state: 'armed' });
    expect([await fresh.does('state'), await fresh.does('gate')]).toEqual(['armed', 'open']);
    old.run.child.kill('SIGKILL');
    expect((await old.run.ended).stderr).toContain('A newer run of rolling has taken over');
  });

  test('a start proves no work, the first alive() does', async ({ expect }) => {
    const first = bot('proof', { proven_within_seconds: 60 });
    await first.does('start');
    const second = bot('proof', { proven_within_seconds: 60 });
    await second.does('start');
    expect(await rig.row('proof')).toMatchObject({ unproven_starts: 2 });
    await second.does('alive');
    await expect.poll(() => rig.row('proof')).toHaveProperty('worked_at_ms');
    expect(await rig.row('proof')).not.toHaveProperty('unproven_starts');
  });

  test('the gate is shut before the start, opens with it, and shuts with the clean stop', async ({ expect }) => {
    const one = bot('life-of-gate');
    expect([await one.does('gate'), await one.does('alive')]).toEqual(['not-started', false]);
    expect([await one.does('start'), await one.does('gate'), await one.does('alive')]).toEqual(['armed', 'open', true]);
    expect([await one.does('stop'), await one.does('gate'), await one.does('alive')]).toEqual([
      'disarmed',
      'disarmed',
      false,
    ]);
    expect([await one.does('start'), await one.does('gate')]).toEqual(['armed', 'open']);
  });

  test('a partition that lasts longer than dead_after shuts the gate; its end opens it', async ({ expect }) => {
    const way = await openCuttableConnection(rig.urls.tables);
    const one = bot('partition', {}, { AWS_ENDPOINT_URL_DYNAMODB: way.url });
    expect([await one.does('start'), await one.does('gate')]).toEqual(['armed', 'open']);
    way.cut();
    await gateBecomes(one, 'too-old');
    expect([await one.does('alive'), await one.does('state')]).toEqual([false, 'armed']);
    way.restore();
    await gateBecomes(one, 'open');
    await way.close();
  });

  test('a forked child may not trade, does not stop the watch, and becomes a run of its own by a start', async ({
    expect,
  }) => {
    const one = bot('forked');
    expect(await one.does('start')).toBe('armed');
    expect(await one.does('fork')).toEqual(['another-process', false, false, 'unknown']);
    expect([await one.does('gate'), (await rig.row('forked')).watch_state]).toEqual(['open', 'armed']);
    expect(await one.does('fork and start')).toEqual(['armed', 'open']);
    await gateBecomes(one, 'replaced');
  });

  test('every thread and the loop of asyncio see the same gate', async ({ expect }) => {
    const one = bot('threads');
    await one.does('start');
    expect([await one.does('thread'), await one.does('loop')]).toEqual([
      ['open', true, true],
      ['open', true, true],
    ]);
    await trip('threads');
    await gateBecomes(one, 'tripped');
    expect([await one.does('thread'), await one.does('loop')]).toEqual([
      ['tripped', false, false],
      ['tripped', false, false],
    ]);
  });

  test('an operator’s disarm shuts the gate, and no heartbeat undoes it; a new start does', async ({ expect }) => {
    const one = bot('by-hand');
    await one.does('start');
    await disarm(store(), operator('by-hand'), 5_000);
    await gateBecomes(one, 'disarmed');
    expect([await one.does('alive'), (await rig.row('by-hand')).watch_state]).toEqual([false, 'disarmed']);
    expect([await one.does('start'), await one.does('gate')]).toEqual(['armed', 'open']);
  });

  test('a re-arm and a disarm between two heartbeats of a bot that began tripped stay', async ({ expect }) => {
    await trip('began-tripped');
    const one = bot('began-tripped', { heartbeat_seconds: 5, late_after_seconds: 10, dead_after_seconds: 20 });
    expect(await one.does('start')).toBe('tripped');
    await rearm(store(), operator('began-tripped'), 5_000);
    await disarm(store(), operator('began-tripped'), 5_000);
    await gateBecomes(one, 'disarmed');
    expect(await rig.row('began-tripped')).toMatchObject({ watch_state: 'disarmed', changed_by: 'operator' });
  });

  /**
   * A liquidator that answers FLAT once `happens` is over, which begins when the row has been marked. The second call is the
   * one for the queue, and has nothing to do with it.
   */
  function lateLiquidator(botId: string, happens: () => Promise<unknown> = async () => undefined) {
    const name = `late-${botId}`;
    let calls = 0;
    const invoke = async () => {
      calls += 1;
      if (calls > 1) return answers('completed');
      for (let looks = 0; looks < 4_000 && !('failed_at_ms' in (await rig.row(botId))); looks += 1) {
        await rig.clock.sleep(25);
      }
      await happens();
      return answers('completed');
    };
    rig.cloud.lambda.register(name, { ...rig.host, invoke });
    const times = { heartbeat_seconds: 5, late_after_seconds: 10, dead_after_seconds: 60 };
    return bot(botId, { answer_within_seconds: 3, ...times }, { FLATLINE_LIQUIDATOR: name });
  }

  test('the mark of a call that ended flat after all is gone before the bot gets the answer', async ({ expect }) => {
    const one = lateLiquidator('flat-late');
    await one.does('start');
    const outcome = await one.does('liquidate');
    expect(outcome).toMatchObject({ kind: 'answered', flat: true });
    const row = await rig.row('flat-late');
    expect(row).toMatchObject({
      watch_state: 'armed',
      withdrawn_call_id: (outcome as { correlation_id: string }).correlation_id,
    });
    expect(row).not.toHaveProperty('failed_at_ms');
    expect(await one.does('gate')).toBe('open');
  });

  test('a mark of a bot that an operator has disarmed meanwhile is removed, and the bot is not told that it was tripped', async ({
    expect,
  }) => {
    const one = lateLiquidator('flat-disarmed', () => disarm(store(), operator('flat-disarmed'), 5_000));
    await one.does('start');
    const outcome = await one.does('liquidate');
    expect(outcome).toMatchObject({ kind: 'answered', flat: true });
    expect(JSON.stringify(outcome)).not.toContain('tripped');
    const row = await rig.row('flat-disarmed');
    expect(row).toMatchObject({ watch_state: 'disarmed', changed_by: 'operator' });
    expect(row).not.toHaveProperty('failed_at_ms');
  });

  test('an operator’s snooze outlasts an upgrade: the clean stop of the old run and the start of the new one', async ({
    expect,
  }) => {
    const old = bot('upgraded');
    await old.does('start');
    const untilMs = Math.floor(rig.clock.nowMs() + 3_600_000);
    await snooze(store(), operator('upgraded'), untilMs, 5_000);
    expect(await old.does('stop')).toBe('disarmed');
    const fresh = bot('upgraded');
    expect(await fresh.does('start')).toBe('armed');
    expect(await rig.row('upgraded')).toMatchObject({ watch_state: 'armed', snoozed_until_ms: untilMs });
  });

  test('a liquidation that is not known to be flat shuts the gate until a start', async ({ expect }) => {
    // A bot that the configuration does not know: its liquidation is refused.
    const one = bot('resting');
    await one.does('start');
    expect(await one.does('liquidate')).toMatchObject({ flat: false });
    expect([await one.does('gate'), await one.does('alive')]).toEqual(['resting', false]);
    expect([await one.does('start'), await one.does('gate')]).toEqual(['armed', 'open']);
  });
});
