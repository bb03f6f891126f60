/** How a Python bot ends, and that its account is flat then: signals, errors, blocks, loops, and children that are no bots. */

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { missing, type Rig, startRig } from './rig.ts';

/** The last word of each is the way in which the bot ends. */
const WAYS = {
  term: 'endings signal',
  int: 'endings signal',
  chained: 'endings signal_with_handler',
  block: 'endings block',
  thrown: 'endings error_in_block',
  uncaught: 'endings uncaught_error',
  normal: 'endings normal_end',
  kept: 'endings stop_at_exit',
  undone: 'endings undone_handlers',
  children: 'endings children',
  call: 'looping call',
  loop: 'looping signal',
  cancelled: 'looping cancel',
  fork: 'looping child',
  impatient: 'endings block',
  pressed: 'looping signal',
} as const;
type BotId = keyof typeof WAYS;

describe.skipIf(missing !== undefined).concurrent('a Python bot that ends', () => {
  let rig: Rig;
  beforeAll(async () => {
    const botIds = Object.keys(WAYS);
    rig = await startRig(botIds, { liquidates: true });
    for (const botId of botIds) rig.account(botId).open('BTCUSDT', '0.500');
  });
  afterAll(() => rig?.close());

  const start = (botId: BotId) => rig.run(WAYS[botId], botId);
  /** With a liquidator that does nothing until `answer` is called. */
  function startHeld(botId: BotId) {
    const { promise: mayAnswer, resolve: answer } = Promise.withResolvers<void>();
    const { promise: asked, resolve: ask } = Promise.withResolvers<void>();
    const name = `${botId}-liquidator`;
    rig.cloud.lambda.register(name, {
      ...rig.host,
      invoke: async event => {
        ask();
        await mayAnswer;
        return rig.host.invoke(event);
      },
    });
    return { bot: rig.run(WAYS[botId], botId, { FLATLINE_LIQUIDATOR: name }), asked, answer };
  }
  const open = (botId: BotId): number => rig.account(botId).truth().positions.length;

  test.each([
    ['term', 'SIGTERM', { code: null, signal: 'SIGTERM' }, 'trading'],
    ['int', 'SIGINT', { code: null, signal: 'SIGINT' }, 'trading'],
    ['block', 'SIGTERM', { code: null, signal: 'SIGTERM' }, 'trading'],
    ['chained', 'SIGTERM', { code: 7, signal: null }, 'trading'],
    ['loop', 'SIGTERM', { code: null, signal: 'SIGTERM' }, 'state'],
  ] as const)('%s: flat and disarmed before it ends by %s', async (botId, signal, end, ready) => {
    const bot = start(botId);
    await bot.says(ready);
    bot.child.kill(signal);
    const ended = await bot.ended;
    expect(ended).toMatchObject(end);
    expect(rig.calls(botId)).toMatchObject([{ kind: 'sync', trigger: signal, reason: `the bot received ${signal}` }]);
    expect(open(botId)).toBe(0);
    const row = await rig.row(botId);
    expect(row, ended.stderr).toMatchObject({ watch_state: 'disarmed' });
    expect(row.change_reason).toMatch(/^the bot received SIG\w+, and its account is flat \(liq_\w+\)$/);
    if (botId === 'chained') expect(ended.said).toContainEqual({ own_handler: 15 });
  });

  test.each([
    ['impatient', 'trading'],
    ['pressed', 'state'],
  ] as const)('%s: a second signal waits until the account is flat', async (botId, ready) => {
    const { bot, asked, answer } = startHeld(botId);
    await bot.says(ready);
    bot.child.kill('SIGTERM');
    await asked;
    bot.child.kill('SIGTERM');
    bot.child.kill('SIGINT');
    await bot.logs(/came while the account is being liquidated\. Wait: this ends soon\./);
    answer();
    expect((await bot.ended).signal).toBe('SIGTERM');
    expect([open(botId), (await rig.row(botId)).watch_state, rig.calls(botId).length]).toEqual([0, 'disarmed', 1]);
  });

  test.each([['thrown'], ['uncaught']] as const)('%s: an error liquidates, and is still raised', async botId => {
    const { code, stderr } = await start(botId).ended;
    expect(code).toBe(1);
    expect(stderr).toContain('RuntimeError: https://exchange/?signature=c0ffee');
    const [call, ...others] = rig.calls(botId) as readonly Record<string, unknown>[];
    expect(others).toEqual([]);
    expect(call).toMatchObject({ trigger: 'error' });
    // The audit log learns the kind and the place, never the text.
    expect(call?.reason).toMatch(/^RuntimeError in by_\w+ \(endings\.py:\d+\)$/);
    expect(open(botId)).toBe(0);
  });

  test('normally: the end of the process liquidates, and ends the watch', async () => {
    expect(await start('normal').ended).toMatchObject({ code: 0 });
    expect(rig.calls('normal')).toMatchObject([{ trigger: 'shutdown' }]);
    expect([open('normal'), (await rig.row('normal')).watch_state]).toEqual([0, 'disarmed']);
  });

  test('normally, with the option to keep its positions: only ends the watch', async () => {
    expect(await start('kept').ended).toMatchObject({ code: 0 });
    expect(rig.calls('kept')).toEqual([]);
    expect([open('kept'), (await rig.row('kept')).watch_state]).toEqual([1, 'disarmed']);
  });

  test('without handlers, since they were undone: the watchdog is left with it', async () => {
    expect((await start('undone').ended).said).toEqual([{ as_before: true }]);
    expect(rig.calls('undone')).toEqual([]);
    expect([open('undone'), (await rig.row('undone')).watch_state]).toEqual([1, 'armed']);
  });

  test('is not one of its children: a worker that ends ends nothing', async () => {
    const bot = start('children');
    await bot.says('trading');
    expect(bot.said).toEqual([
      { signal: -15 },
      { exit: 3 },
      { error: 1 },
      { state: 'armed', may_trade: true },
      { trading: true },
    ]);
    bot.child.kill('SIGKILL');
    await bot.ended;
    expect(rig.calls('children')).toEqual([]);
    expect([open('children'), (await rig.row('children')).watch_state]).toEqual([1, 'armed']);
  });

  test('in asyncio, is not one of its children there either', async ({ expect }) => {
    const bot = start('fork');
    expect(await bot.says('child')).toBe(-15);
    // An ending would have called the liquidator long before the second beat from here.
    const beats = Number((await rig.row('fork')).beats);
    await expect.poll(async () => Number((await rig.row('fork')).beats)).toBeGreaterThanOrEqual(beats + 2);
    bot.child.kill('SIGKILL');
    await bot.ended;
    expect(rig.calls('fork')).toEqual([]);
    expect((await rig.row('fork')).watch_state).toBe('armed');
  });

  test('in asyncio, liquidates while its loop turns', async () => {
    const { said } = await start('call').ended;
    expect(said).toMatchObject([
      { state: 'armed' },
      { outcome: { kind: 'answered', flat: true } },
      { stopped: 'disarmed' },
    ]);
    // A call that blocks leaves none, or one.
    expect(said[1]?.turns).toBeGreaterThan(4);
  });

  test('in asyncio, is flat before a cancelled block is left, even if it is cancelled again meanwhile', async () => {
    const { bot, asked, answer } = startHeld('cancelled');
    await asked;
    bot.goOn();
    await bot.says('cancelled_again');
    answer();
    const { stderr, code } = await bot.ended;
    expect(code).toBe(1);
    expect(stderr).toContain('CancelledError');
    expect(rig.calls('cancelled')).toMatchObject([{ trigger: 'shutdown', reason: 'the bot was cancelled' }]);
    expect([open('cancelled'), (await rig.row('cancelled')).watch_state]).toEqual([0, 'disarmed']);
  });
});
