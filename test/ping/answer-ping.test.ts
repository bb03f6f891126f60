/** The ping URL: what each path does to the bot's row, and what nobody can do with it. In virtual time, with the real writes. */

import { describe, expect, test } from 'vitest';
import { arm, disarm } from '../../lambda/app/operator/operator-commands.ts';
import { answerPing, type PingAnswer } from '../../lambda/app/ping/answer-ping.ts';
import { startRun } from '../../lambda/app/ping/run-commands.ts';
import { defaultBot, SAFE_DEFAULTS } from '../../lambda/core/config/settings.ts';
import { newTokenChange, noTokenChange, readPing, tokenRow } from '../../lambda/core/heartbeat/ping.ts';
import { TIMES, type WatchRig, watchRig } from '../app/watch-rig.ts';
import { rearm } from '../support/bot-actions.ts';

const SECRET = 'a1'.repeat(24);
const OTHER = 'b2'.repeat(24);
const ALPHA = `/alpha.${SECRET}`;
const CONFIG = { settings: { ...SAFE_DEFAULTS, bots: ['alpha', 'beta'].map(defaultBot) }, isFallback: false };

async function withToken(rig: WatchRig, secret = SECRET, priorUntilMs?: number): Promise<void> {
  const before = await rig.bots.read(tokenRow('alpha'), 1_000);
  const change = newTokenChange('alpha', secret, { before, priorUntilMs, atMs: rig.clock.nowMs(), by: 'ops' });
  expect(await rig.bots.change(change, 1_000)).toBeDefined();
}

async function pinged(): Promise<WatchRig> {
  const rig = watchRig();
  await withToken(rig);
  return rig;
}

const ping = (
  rig: WatchRig,
  path: string,
  { method = 'GET', body }: { method?: string; body?: string } = {},
): Promise<PingAnswer> => answerPing({ ...rig.world, bots: rig.bots }, CONFIG, { method, path, body });
const row = (rig: WatchRig) => rig.bots.rows().get('alpha') ?? {};

describe('a path', () => {
  const sign = (path: string, body?: string) => {
    const request = readPing('GET', path, body);
    return request.kind === 'ping' ? request.sign : request;
  };

  test.each([
    [ALPHA, { kind: 'beat' }],
    [`${ALPHA}/`, { kind: 'beat' }],
    [`${ALPHA}/start`, { kind: 'start' }],
    [`${ALPHA}/0`, { kind: 'end' }],
    [`${ALPHA}/fail`, { kind: 'fail', reason: 'by its ping URL: it says that it failed' }],
    [`${ALPHA}/1`, { kind: 'fail', reason: 'by its ping URL: exit code 1' }],
    [`${ALPHA}/255`, { kind: 'fail', reason: 'by its ping URL: exit code 255' }],
    ['/probe', { kind: 'probe' }],
  ])('%s asks for %j', (path, expected) => {
    expect(sign(path)).toEqual(expected);
  });

  test.each([
    '/',
    '/alpha',
    `/${SECRET}`,
    `/alpha.${SECRET.toUpperCase()}`,
    `/alpha.${SECRET}0`,
    `/ALPHA.${SECRET}`,
    `/alpha.${SECRET}.${SECRET}`,
    `/alpha.${SECRET}/256`,
    `/alpha.${SECRET}/-1`,
    `/alpha.${SECRET}/start/now`,
    `/alpha.${SECRET}/liquidate`,
    `/%23watchdog.${SECRET}`,
    `/${'x'.repeat(10_000)}`,
  ])('%s is not found', path => {
    expect(readPing('GET', path, undefined)).toEqual({ kind: 'refused', status: 404 });
  });

  test('may have a posted text for people, cut to a readable length', () => {
    const reason = sign(`${ALPHA}/fail`, `  out of memory\u001b[31m${'!'.repeat(5_000)}`);
    expect(reason).toMatchObject({
      reason: expect.stringMatching(/^by its ping URL: it says that it failed: out of memory/),
    });
    expect((reason as { reason: string }).reason.length).toBeLessThanOrEqual(500);
    expect((reason as { reason: string }).reason).not.toContain('\u001b');
  });

  test.each(['PUT', 'DELETE', 'OPTIONS', undefined])('is not taken by %s', method => {
    expect(readPing(method, ALPHA, undefined)).toEqual({ kind: 'refused', status: 405 });
  });
});

describe('a ping', () => {
  test.each(['GET', 'HEAD', 'POST'])(
    'by %s arms the watch of a bot that was never seen, and counts as a heartbeat from then on',
    async method => {
      const rig = await pinged();
      expect(await ping(rig, ALPHA, { method })).toEqual({ status: 200, text: 'OK' });
      const first = row(rig);
      expect(first).toMatchObject({
        watch_state: 'armed',
        heartbeat_ms: TIMES.heartbeatMs,
        dead_after_ms: TIMES.deadAfterMs,
      });
      await rig.until(5_000);
      expect(await ping(rig, ALPHA, { method })).toMatchObject({ status: 200 });
      expect(row(rig)).toMatchObject({
        run_id: first.run_id,
        last_beat_at_ms: rig.clock.nowMs() - 5,
        worked_at_ms: expect.any(Number),
      });
    },
  );

  test('at /start begins a new run', async () => {
    const rig = await pinged();
    await ping(rig, ALPHA);
    const { run_id } = row(rig);
    expect(await ping(rig, `${ALPHA}/start`)).toMatchObject({ status: 200 });
    expect(row(rig)).toMatchObject({ prior_run_id: run_id, unproven_starts: expect.any(Number) });
    expect(row(rig).run_id).not.toBe(run_id);
  });

  test.each(['/0'])('at %s is a clean stop: the bot is not watched until the next /start', async end => {
    const rig = await pinged();
    await ping(rig, ALPHA);
    expect(await ping(rig, `${ALPHA}${end}`)).toMatchObject({ status: 200 });
    expect(row(rig).watch_state).toBe('disarmed');
    expect(await ping(rig, ALPHA)).toMatchObject({ status: 409, text: expect.stringContaining('/start') });
    expect(row(rig).watch_state).toBe('disarmed');
    expect(await ping(rig, `${ALPHA}/start`)).toMatchObject({ status: 200 });
    expect(row(rig).watch_state).toBe('armed');
  });

  test.each(['/fail', '/1', '/137'])('at %s has the next watchdog run liquidate the account', async end => {
    const rig = await pinged();
    await ping(rig, ALPHA);
    expect(await ping(rig, `${ALPHA}${end}`, { method: 'POST', body: 'margin call' })).toMatchObject({ status: 200 });
    await rig.tick();
    expect(rig.invoked).toMatchObject([{ trigger: 'watchdog', botId: 'alpha' }]);
    expect(await ping(rig, ALPHA)).toMatchObject({
      status: 409,
      text: expect.stringMatching(/^tripped by liq_.*do not trade/),
    });
  });

  test('at /fail of a bot that has never pinged is a failure too', async () => {
    const rig = await pinged();
    expect(await ping(rig, `${ALPHA}/fail`)).toMatchObject({ status: 200 });
    await rig.tick();
    expect(rig.invoked).toMatchObject([{ botId: 'alpha' }]);
  });

  test('counts again once a tripped bot was re-armed', async () => {
    const rig = await pinged();
    await ping(rig, `${ALPHA}/fail`);
    await rig.tick();
    expect(await ping(rig, `${ALPHA}/start`)).toMatchObject({ status: 409 });
    await rearm(rig.bots, { botId: 'alpha', atMs: rig.clock.nowMs(), by: 'ops' }, 1_000);
    expect(await ping(rig, ALPHA)).toMatchObject({ status: 200 });
  });

  test('does not undo an operator’s disarm', async () => {
    const rig = await pinged();
    await ping(rig, ALPHA);
    const action = { botId: 'alpha', atMs: rig.clock.nowMs(), by: 'ops' };
    await disarm(rig.bots, action, 1_000);
    expect(await ping(rig, ALPHA)).toMatchObject({ status: 409 });
    await arm(rig.bots, action, 1_000);
    expect(await ping(rig, ALPHA)).toMatchObject({ status: 200 });
  });

  test('takes nothing from a client that sends heartbeats, unless it is /start', async () => {
    const rig = await pinged();
    const beat = {
      botId: 'alpha',
      runId: 'run-of-a-client',
      atMs: rig.clock.nowMs(),
      count: 1,
      by: 'bot',
      times: TIMES,
    };
    await startRun(rig.bots, beat, 1_000);
    for (const path of [ALPHA, `${ALPHA}/0`, `${ALPHA}/fail`])
      expect(await ping(rig, path)).toMatchObject({ status: 409 });
    expect(row(rig)).toMatchObject({ run_id: 'run-of-a-client', watch_state: 'armed' });
    expect(await ping(rig, `${ALPHA}/start`)).toMatchObject({ status: 200 });
  });

  test('that the table did not store gets the answer to send it again, and raises the alarm', async () => {
    const rig = await pinged();
    rig.bots.injectFaults(() => 'refuse');
    expect(await ping(rig, ALPHA)).toEqual({ status: 503, text: 'not stored, try again' });
    expect(rig.metrics).toContainEqual({ name: 'PingsNotStored', value: 1 });
    expect(JSON.stringify(rig.logs)).not.toContain(SECRET);
  });
});

describe('without the right secret', () => {
  test.each([
    ['another secret', `/alpha.${OTHER}`],
    ['the secret of another bot', `/beta.${SECRET}`],
    ['a bot that there is not', `/gamma.${SECRET}`],
  ])('%s is answered like a page that there is not, and changes nothing', async (_what, path) => {
    const rig = await pinged();
    const before = new Map(rig.bots.rows());
    for (const end of ['', '/start', '/fail', '/0']) {
      expect(await ping(rig, `${path}${end}`)).toEqual({ status: 404, text: 'not found' });
    }
    expect(new Map(rig.bots.rows())).toEqual(before);
  });

  test('a bot that the configuration does not know costs no read', async () => {
    const rig = await pinged();
    const calls = rig.bots.calls.length;
    await ping(rig, `/gamma.${SECRET}`);
    expect(rig.bots.calls.length).toBe(calls);
  });

  test('the table holds no secret, only its hash', async () => {
    const rig = await pinged();
    expect(JSON.stringify([...rig.bots.rows()])).not.toContain(SECRET);
  });
});

describe('a rotation', () => {
  test('ends the URL before at once', async () => {
    const rig = await pinged();
    await withToken(rig, OTHER);
    expect(await ping(rig, ALPHA)).toMatchObject({ status: 404 });
    expect(await ping(rig, `/alpha.${OTHER}`)).toMatchObject({ status: 200 });
  });

  test('may leave it valid until an instant, and not a millisecond longer', async () => {
    const rig = await pinged();
    await withToken(rig, OTHER, rig.clock.nowMs() + 60_000);
    const untilMs = rig.nowMs() + 60_000 - 5;
    await rig.until(untilMs - 100);
    expect(await ping(rig, ALPHA)).toMatchObject({ status: 200 });
    await rig.until(untilMs + 5);
    expect(await ping(rig, ALPHA)).toMatchObject({ status: 404 });
    expect(await ping(rig, `/alpha.${OTHER}`)).toMatchObject({ status: 200 });
  });

  test('is refused where another one came between, so that no URL is printed that is not valid', async () => {
    const rig = await pinged();
    const before = await rig.bots.read(tokenRow('alpha'), 1_000);
    await withToken(rig, OTHER);
    const late = newTokenChange('alpha', SECRET, { before, priorUntilMs: undefined, atMs: 0, by: 'ops' });
    expect(await rig.bots.change(late, 1_000)).toBeUndefined();
  });

  test('an ended URL is not found', async () => {
    const rig = await pinged();
    await rig.bots.change(noTokenChange('alpha', rig.clock.nowMs(), 'ops'), 1_000);
    expect(await ping(rig, ALPHA)).toMatchObject({ status: 404 });
  });
});

describe('times that a deployment has shortened', () => {
  const slow = { ...defaultBot('alpha'), heartbeatMs: 60_000, lateAfterMs: 120_000, deadAfterMs: 300_000 };
  const before = { settings: { ...SAFE_DEFAULTS, bots: [slow] }, isFallback: false };
  const pingAs = (rig: WatchRig, path: string, config = CONFIG): Promise<PingAnswer> =>
    answerPing({ ...rig.world, bots: rig.bots }, config, { method: 'GET', path, body: undefined });

  test('are those of the next start; a run that continues keeps the interval that it began with', async () => {
    const rig = await pinged();
    await pingAs(rig, ALPHA, before);
    await pingAs(rig, ALPHA);
    expect(row(rig)).toMatchObject({ heartbeat_ms: 60_000 });
    await pingAs(rig, `${ALPHA}/start`);
    expect(row(rig)).toMatchObject({ heartbeat_ms: TIMES.heartbeatMs, dead_after_ms: TIMES.deadAfterMs });
    await pingAs(rig, ALPHA);
    expect(row(rig)).toMatchObject({ heartbeat_ms: TIMES.heartbeatMs, dead_after_ms: TIMES.deadAfterMs });
  });
});
