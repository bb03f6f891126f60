/** The button of a Python bot, pressed against the real bundled liquidator and the simulated exchange. */

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { missing, NOWHERE, type Rig, startRig } from './rig.ts';

const BOTS = ['flat', 'dry', 'part', 'fail', 'gone', 'hanging', 'late', 'nobody', 'crashing'] as const;
const NO_CLOUD = { AWS_ENDPOINT_URL_DYNAMODB: NOWHERE, AWS_ENDPOINT_URL_LAMBDA: NOWHERE };

describe.skipIf(missing !== undefined).concurrent('the button of a Python bot', () => {
  let rig: Rig;
  beforeAll(async () => {
    rig = await startRig(BOTS, { liquidates: true });
    for (const botId of BOTS) {
      rig.account(botId).open('BTCUSDT', '0.500');
      rig.account(botId).open('ETHUSDT', '-4.000');
      rig.account(botId).watch();
    }
  });
  afterAll(() => rig?.close());

  const truth = (botId: string) =>
    rig
      .account(botId)
      .truth()
      .positions.map(({ symbol }) => symbol);

  test('makes the account flat, and gives the liquidator’s own answer', async () => {
    const { said, stderr } = await rig.run('button', 'flat').ended;
    const outcome = said[1]?.outcome as Record<string, unknown>;
    expect(said[0]).toEqual({ started: 'armed' });
    expect(outcome).toMatchObject({
      kind: 'answered',
      flat: true,
      correlation_id: expect.stringMatching(/^liq_\d{8}_\d{6}_[0-9a-f]{8}$/),
      answer: { headline: 'FLAT', state: 'completed', positions_closed: 2, trigger: 'error', bot_id: 'flat' },
    });
    expect(truth('flat')).toEqual([]);
    expect(rig.calls('flat')).toMatchObject([{ kind: 'sync', trigger: 'error', reason: 'a test' }]);
    // Flat by its own word: nothing has to be asked of the watchdog.
    expect(await rig.row('flat')).not.toHaveProperty('failed_at_ms');
    expect(stderr).toContain(
      `flatline flat: FLAT: 2 positions closed, 0 orders cancelled (${outcome.correlation_id}).`,
    );
  });

  test('shows the plan in a dry run, and touches nothing', async () => {
    const { said } = await rig.run('button --dry', 'dry').ended;
    expect(said[1]?.outcome).toMatchObject({ kind: 'answered', flat: false, answer: { headline: 'DRY RUN' } });
    expect(truth('dry')).toEqual(['BTCUSDT', 'ETHUSDT']);
  });

  test('closes a part of the account', async () => {
    const { said } = await rig.run('button --symbols BTCUSDT', 'part').ended;
    expect(said[1]?.outcome).toMatchObject({ kind: 'answered', flat: true, answer: { positions_closed: 1 } });
    expect(truth('part')).toEqual(['ETHUSDT']);
  });

  test('marks the row when the bot says that it fails', async () => {
    const { said } = await rig.run('button --fail', 'fail').ended;
    expect(said[1]?.outcome).toMatchObject({ kind: 'answered', flat: true });
    expect(await rig.row('fail')).toMatchObject({ watch_state: 'armed', failed_reason: 'margin call' });
  });

  test('returns in time and raises nothing when the network is gone', async () => {
    const { said, code, stderr } = await rig.run('button --within 1', 'gone', NO_CLOUD).ended;
    expect(said[1]?.outcome).toMatchObject({ kind: 'unreached', flat: false, answer: null });
    // One second for the answer, two and a half to try the rest; nothing but a hang takes so long as this.
    expect(said[1]?.seconds).toBeLessThan(60);
    expect(code).toBe(0);
    expect(stderr).toMatch(
      /gone: NOT FLAT, CHECK BY HAND\. AWS could not be reached; if the bot is armed, the watchdog liquidates 120 s after its last heartbeat\. The liquidator could not be called: AWS cannot be reached \(EndpointConnectionError\); check the network and the region\. \(liq_\w+\)/,
    );
    expect(stderr).not.toContain('local-secret');
    expect(stderr).not.toContain('Traceback');
  });

  test('hands the same ID to Lambda’s queue, and marks the row, when the call hangs: one liquidation', async () => {
    // By another name, so that no other bot has the fault.
    rig.cloud.lambda.register('hanging-liquidator', rig.host);
    rig.cloud.lambda.faults.next({ kind: 'hang' }, { target: 'hanging-liquidator' });
    const { said } = await rig.run('button --within 1 --liquidator hanging-liquidator', 'hanging').ended;
    const outcome = said[1]?.outcome as Record<string, unknown>;
    expect(outcome).toMatchObject({ kind: 'queued', flat: false });
    expect(outcome.sentence).toMatch(/^NOT KNOWN TO BE FLAT: Lambda has queued the liquidation and runs it\./);
    await rig.cloud.lambda.idle();
    expect(rig.calls('hanging')).toMatchObject([{ kind: 'async', correlation_id: outcome.correlation_id }]);
    expect(truth('hanging')).toEqual([]);
    expect(rig.account('hanging').violations).toEqual([]);
    expect(await rig.row('hanging')).toMatchObject({ failed_reason: 'a test', watch_state: 'armed' });
  });

  test('takes an answer that comes late, and nothing is closed twice', async () => {
    // Warm, and used by nobody else: its answer is there long before it may be returned.
    const host = rig.quietHost;
    await host.invoke({ trigger: 'manual', bot_id: 'late', dry_run: true });
    // The first is answered only when the bot has given up waiting for it, and has asked again.
    const { promise: askedAgain, resolve: askAgain } = Promise.withResolvers<void>();
    rig.cloud.lambda.register('slow-liquidator', {
      ...host,
      invoke: async event => {
        if (rig.calls('late').length === 2) askAgain();
        const answer = host.invoke(event);
        await askedAgain;
        return answer;
      },
    });
    const { said } = await rig.run('button --within 10 --liquidator slow-liquidator', 'late').ended;
    const outcome = said[1]?.outcome as Record<string, unknown>;
    expect(outcome).toMatchObject({ kind: 'answered' });
    await rig.cloud.lambda.idle();
    const ids = rig.calls('late').map(call => ('correlation_id' in call ? call.correlation_id : undefined));
    expect(ids).toEqual([outcome.correlation_id, outcome.correlation_id]);
    expect(truth('late')).toEqual([]);
    expect(rig.account('late').violations).toEqual([]);
  });

  test('asks the watchdog when there is no such function', async () => {
    const { said } = await rig.run('button --within 1 --liquidator no-such-function', 'nobody').ended;
    const outcome = said[1]?.outcome as Record<string, unknown>;
    expect(outcome).toMatchObject({ kind: 'marked', flat: false });
    expect(outcome.sentence).toMatch(
      /^NOT KNOWN TO BE FLAT: the watchdog liquidates within a minute\. The liquidator could not be called: AWS refused the call \(ResourceNotFoundException\); check the names/,
    );
    expect(await rig.row('nobody')).toMatchObject({ failed_reason: 'a test' });
  });

  test('calls again, by the queue, when the function ends without an answer', async () => {
    rig.cloud.lambda.register('crashing-liquidator', {
      ...rig.host,
      invoke: async event =>
        rig.calls('crashing').length === 1 ? { kind: 'died', signal: 'SIGKILL' } : rig.host.invoke(event),
    });
    const { said } = await rig.run('button --liquidator crashing-liquidator', 'crashing').ended;
    expect(said[1]?.outcome).toMatchObject({ kind: 'queued', sentence: expect.stringContaining('its log says why') });
    await rig.cloud.lambda.idle();
    expect(rig.calls('crashing').map(({ kind }) => kind)).toEqual(['sync', 'async']);
    expect(truth('crashing')).toEqual([]);
  });
});
