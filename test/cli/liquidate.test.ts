/** preflight and liquidate against a served cloud, judged by what the simulated exchange holds. */

import { spawn, spawnSync } from 'node:child_process';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { registerLiquidate } from '../../bin/commands/liquidate.ts';
import { registerPreflight } from '../../bin/commands/preflight.ts';
import { registerStatus } from '../../bin/commands/status.ts';
import { widthOf } from '../../bin/terminal/layout.ts';
import { COMMAND_LINE } from '../support/command-line.ts';
import { type Ended, type ServedForTests, serveForTests, unasked } from './served-cloud.ts';

let served: ServedForTests;
beforeAll(async () => {
  served = await serveForTests({
    bots: ['default', 'script', 'lost', 'stubborn', 'watched', 'terminal', 'throttled'],
    liquidation: { timeoutMs: 6_000, maxRetries: 0 },
  });
});
afterAll(() => served.close());

/** Without a process of its own. */
const here = (args: readonly string[]) => served.here([registerPreflight, registerLiquidate, registerStatus], args);
const held = (botId: string): number => {
  const truth = served.accounts.get(botId)?.truth();
  if (truth === undefined) throw new Error(`no account ${botId}`);
  return truth.positions.length + truth.orders.length + truth.conditionals.length;
};
const requestsOf = (botId: string): number => served.exchange.journal.filter(({ account }) => account === botId).length;
const tooWide = ({ stdout, stderr }: Ended): readonly string[] =>
  (stdout + stderr).split('\n').filter(line => widthOf(line) > 80 && !/^(liquidate|preflight): /.test(line));
const leaked = ({ stdout, stderr }: Ended): boolean =>
  served.secrets.some(secret => (stdout + stderr).includes(secret)) || /signature=/i.test(stdout + stderr);

/** The exchange refuses the closes of a bot until it is stopped. */
const refuseCloses = (account: string): void =>
  served.exchange.faults.add({
    on: { method: 'POST', path: '/fapi/v1/order', account },
    times: 1_000,
    fault: { kind: 'refuse', code: -2010 },
  });

/** The exchange refuses the lists of an account until it is stopped. */
function refuseReads(account: string, paths: readonly string[] = LISTS): void {
  for (const path of paths) {
    const fault = { kind: 'refuse', code: -2014 } as const;
    served.exchange.faults.add({ on: { method: 'GET', path, account }, times: 100, fault });
  }
}
const LISTS = ['/fapi/v1/openAlgoOrders', '/fapi/v3/positionRisk', '/fapi/v2/positionRisk', '/fapi/v1/openOrders'];

describe('preflight', () => {
  test('READY, as text and as JSON, and nothing is changed', async () => {
    const before = held('default');
    const [shown, told] = await Promise.all([here(['preflight', '--local']), here(['preflight', '--local', '--json'])]);
    expect(shown).toMatchObject({ code: 0, stderr: expect.stringMatching(/^(running the preflight …\n)?$/) });
    expect(shown.stdout).toMatch(/✓ {2}secret[\s\S]*BTCUSDT[\s\S]*║ READY {2}\d+ checks in/);
    expect(tooWide(shown)).toEqual([]);
    expect(JSON.parse(told.stdout)).toMatchObject({ headline: 'READY', ready: true, bot_id: 'default' });
    expect([leaked(shown), leaked(told), held('default')]).toEqual([false, false, before]);
  });

  test('NOT READY exits 1 and names the section of the guide', async () => {
    const name = 'flatline/script';
    served.cloud.secrets.remove(name);
    const fresh = await here(['preflight', '--local', '--bot', 'script']);
    expect(fresh.code).toBe(1);
    expect(fresh.stdout).toMatch(/✗ {2}secret[\s\S]*see "The\s+secret\s+cannot\s+be\s+read"[\s\S]*║ NOT READY/);
    const [, key] = [served.secrets.slice(0, 2), served.secrets.slice(2, 4)];
    served.cloud.secrets.put(name, JSON.stringify({ apiKey: key[0], apiSecret: key[1] }));
  });
});

describe('nothing is done', () => {
  test.each<[string, readonly string[], number, RegExp]>([
    ['without a terminal and without --yes', [], 3, /Nothing was done: the confirmation needs a terminal.*add --yes\./],
    [
      'for a bot that is none',
      ['--yes', '--bot', 'defualt'],
      3,
      /"defualt" is not in the configuration .*Did you mean default\?/,
    ],
    ['for a wrong ID', ['--yes', '--correlation-id', 'liq_1'], 3, /A correlation ID is liq_YYYYMMDD_HHMMSS_/],
    ['for a list with a hole', ['--yes', '--symbols', 'BTCUSDT,,'], 3, /like BTCUSDT,ETHUSDT/],
    ['for a dry run', ['--dry-run'], 0, /^$/],
  ])('%s', async (_when, options, code, sentence) => {
    const before = held('default');
    const ended = await here(['liquidate', '--local', ...options]);
    expect(ended.code).toBe(code);
    expect(ended.stderr.trimEnd()).toMatch(sentence);
    expect(held('default')).toBe(before);
  });
});

describe('a symbol without a position', () => {
  const args = ['liquidate', '--local', '--bot', 'script', '--symbols', 'BTCUSD'];

  test('is no green answer: what is open is named, nothing is touched, exit 1', async () => {
    const before = held('script');
    const [plan, done, asJson] = [
      await here([...args, '--dry-run']),
      await here([...args, '--yes']),
      await here([...args, '--yes', '--json']),
    ];
    expect(plan.stdout).toContain('nothing: no position and no order in BTCUSD');
    expect(done.stdout).toContain('║ NOTHING SEEN IN BTCUSD');
    for (const { stdout, code } of [plan, done]) {
      expect(stdout.replaceAll(/\s+/g, ' ')).toMatch(
        /no position and no order in BTCUSD; open in the account: BTCUSDT, /,
      );
      expect(code).toBe(1);
    }
    expect(JSON.parse(asJson.stdout)).toMatchObject({ outcome: 'nothing-seen', headline: 'NOTHING SEEN IN BTCUSD' });
    expect(asJson.code).toBe(1);
    expect(held('script')).toBe(before);
  });
});

test.each([
  ['btcusdt', /"btcusdt" is no symbol\. Did you mean BTCUSDT\?/],
  ['BTC/USDT:USDT', /"BTC\/USDT:USDT" is no symbol\. Did you mean BTCUSDT\?/],
  ['BTC/USD:BTC', /"BTC\/USD:BTC" is no symbol\. Write symbols as the exchange does/],
  ['BTCUSDT;ETHUSDT', /"BTCUSDT;ETHUSDT" is no symbol\. Write symbols as the exchange does/],
  ['BTCUSDT,BTCUSDT', /each once/],
  ['BTCUSDT,', /Write symbols as the exchange does/],
])('--symbols %s is refused before anything is asked', async (list, sentence) => {
  const calls = served.cloud.lambda.invocations.length;
  const { code, stdout, stderr } = await here(['liquidate', '--local', '--yes', '--symbols', list]);
  expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
  expect(stderr).toMatch(sentence);
  expect(served.cloud.lambda.invocations).toHaveLength(calls);
});

describe('an account that cannot be read', () => {
  afterEach(() => served.exchange.faults.clear());

  test('does not count as an empty one, and one fault is reported once', async () => {
    refuseReads('throttled');
    const ended = await here(['liquidate', '--local', '--bot', 'throttled', '--dry-run']);
    expect(ended.code).toBe(1);
    expect(ended.stdout).toMatch(/would do on the local cloud\n {2}not known: the account could not be read\n {2}✗ /);
    expect(ended.stdout.match(/KEY_REFUSED/g)).toHaveLength(1);
    expect(ended.stdout).not.toMatch(/nothing: no position/);
    expect(tooWide(ended)).toEqual([]);
  });

  test('in part: what was read is planned, and the rest is called unknown', async () => {
    refuseReads('throttled', LISTS.slice(0, 1));
    const { stdout, code } = await here(['liquidate', '--local', '--bot', 'throttled', '--dry-run']);
    expect(stdout).toMatch(/BTCUSDT +\d+[\s\S]*and possibly more: part of the account could not be read/);
    expect(code).toBe(1);
  });

  test('preflight says so as well', async () => {
    refuseReads('throttled');
    const { stdout, code } = await here(['preflight', '--local', '--bot', 'throttled']);
    expect(stdout).toMatch(/What a liquidation would do now\n {2}not known: the account could not be read\n/);
    expect(code).toBe(1);
  });
});

test('a bot’s exhausted weight leaves the others’ alone', async () => {
  const [key = ''] = served.secrets.slice(2 * 6, 2 * 6 + 1);
  const ask = () =>
    served.exchange.respond({
      method: 'GET',
      path: '/fapi/v1/openOrders',
      query: '',
      headers: { 'x-mbx-apikey': key },
      body: '',
    });
  const asked = await Promise.all(Array.from({ length: 70 }, ask));
  expect(asked.at(-1)).toMatchObject({ status: 429 });
  expect((await here(['liquidate', '--local', '--bot', 'script', '--dry-run'])).code).toBe(0);
});

describe('liquidate', () => {
  test('--yes: the audit log, then FLAT in a box, and the account is flat', async () => {
    const ended = await served.flatline(['liquidate', '--local', '--yes', '--reason', 'a test']);
    expect([ended.code, unasked(ended)]).toEqual([0, '']);
    expect(ended.stdout).toMatch(/^Liquidating default on the local cloud, liq_\d{8}_\d{6}_[0-9a-f]{8}\n/);
    expect(ended.stdout).toMatch(
      /started +attempt 1, by a person: a\s+test[\s\S]*position closed +BTCUSDT[\s\S]*║ FLAT {2}3 positions closed/,
    );
    expect(tooWide(ended)).toEqual([]);
    expect(leaked(ended)).toBe(false);
    expect(held('default')).toBe(0);
    expect(served.accounts.get('default')?.violations).toEqual([]);
  });

  test('--json: one document on stdout; part of an account is named as what it is', async () => {
    const ended = await here(['liquidate', '--local', '--yes', '--json', '--bot', 'script', '--symbols', 'BTCUSDT']);
    expect(ended.code).toBe(0);
    const document = JSON.parse(ended.stdout);
    expect(document).toMatchObject({
      outcome: 'flat',
      headline: 'FLAT (ONLY BTCUSDT)',
      answer: { state: 'completed', positions_closed: 1 },
    });
    expect(document.correlation_id).toBe(document.answer.correlation_id);
    const again = await here([
      ...['liquidate', '--local', '--yes', '--json', '--no-follow', '--bot', 'script', '--symbols', 'BTCUSDT'],
      ...['--correlation-id', document.correlation_id],
    ]);
    expect(JSON.parse(again.stdout)).toMatchObject({ outcome: 'flat', answer: { replayed: true } });
    expect(held('script')).toBeGreaterThan(0);
  });

  test('an answer that is lost: the record has the same result', async () => {
    served.cloud.lambda.faults.next({ kind: 'lose-answer' }, { operation: 'Invoke' });
    const ended = await here(['liquidate', '--local', '--yes', '--bot', 'lost']);
    expect(served.cloud.lambda.faults.calls.map(({ fault }) => fault)).toContain('lose-answer');
    expect(ended.stdout).toMatch(/║ FLAT {2}3 positions closed/);
    expect(ended.code).toBe(0);
    expect(held('lost')).toBe(0);
    const blind = await here(['liquidate', '--local', '--yes', '--bot', 'lost', '--json']);
    expect(JSON.parse(blind.stdout)).toMatchObject({ outcome: 'flat', answer: { positions_closed: 0 } });
  });

  test('NOT FLAT, RETRYING is followed until flat; --no-follow ends with it and exits 1', async () => {
    refuseCloses('stubborn');
    const first = await here(['liquidate', '--local', '--yes', '--no-follow', '--bot', 'stubborn']);
    expect(first.code).toBe(1);
    expect(first.stdout).toMatch(/║ NOT FLAT, RETRYING UNTIL \d\d:\d\d:\d\d/);
    expect(first.stdout).toMatch(/Still open: 3 positions[\s\S]*BTCUSDT +0\.5(00)? +1 stop left/);
    expect(tooWide(first)).toEqual([]);
    const following = served.start(['liquidate', '--local', '--yes', '--bot', 'stubborn']);
    await following.shows(/partial|failed/);
    served.exchange.faults.clear();
    const ended = await following.ended;
    expect(ended.stdout, ended.stdout).toMatch(/║ FLAT/);
    expect(ended.code).toBe(0);
    expect(held('stubborn')).toBe(0);
  });

  test('Ctrl-C ends the output and says so, and the liquidation continues', async () => {
    refuseCloses('watched');
    const { child, shows, ended } = served.start(['liquidate', '--local', '--yes', '--bot', 'watched']);
    await shows(/positions queried/);
    child.kill('SIGINT');
    const { code, stdout } = await ended;
    expect(code).toBe(130);
    expect(stdout).toMatch(
      /Stopped following\. THE LIQUIDATION CONTINUES[\s\S]*State: flatline status liq_\w+ --local/,
    );
    served.exchange.faults.clear();
    await expect.poll(() => held('watched'), { interval: 50 }).toBe(0);
    const [, id = ''] = /(liq_\w+)/.exec(stdout) ?? [];
    await expect.poll(async () => (await here(['status', id, '--local'])).stdout).toMatch(/║ FLAT/);
  });
});

describe.skipIf(spawnSync('script', ['--version']).status !== 0)('at a terminal', () => {
  /** `script` gives the command a terminal of 80 columns; what is typed comes once the question stands there. */
  function typed(answer: string, bot = 'terminal'): Promise<{ readonly code: number | null; readonly output: string }> {
    const command = `stty cols 80; '${process.execPath}' '${COMMAND_LINE}' liquidate --local --bot ${bot}`;
    const child = spawn('script', ['-qec', command, '/dev/null'], {
      env: { ...process.env, ...served.env, NO_COLOR: '1' },
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    let output = '';
    let isTyped = false;
    child.stdout.setEncoding('utf8').on('data', text => {
      output += text;
      if (isTyped || !output.includes('Type the bot’s name')) return;
      isTyped = true;
      child.stdin.write(answer);
    });
    return new Promise(resolve => child.once('close', code => resolve({ code, output })));
  }

  test.each([
    ['another name', 'default\r', 3, /Nothing was done: you typed "default", and the bot’s name is\s+terminal\./],
    ['Ctrl-C', '\u0003', 130, /Interrupted; nothing was done\./],
  ])('the plan is shown; %s does nothing', async (_what, answer, code, sentence) => {
    const before = held('terminal');
    const ended = await typed(answer);
    expect(ended.output).toMatch(/What a liquidation of terminal would do[\s\S]*BTCUSDT +\d+[\s\S]*SELL 0\.500/);
    expect(ended.output).toMatch(sentence);
    expect(ended.code).toBe(code);
    expect(held('terminal')).toBe(before);
    expect(requestsOf('terminal')).toBeGreaterThan(0);
  });

  test('the plan is not known: the command says so, and still asks', async () => {
    refuseReads('lost');
    const ended = await typed('nobody\r', 'lost');
    expect(ended.output).toMatch(
      /not known: the account could not be read[\s\S]*You can continue: a liquidation reads the account again\.[\s\S]*Type the bot’s name, lost/,
    );
    expect(ended.code).toBe(3);
    served.exchange.faults.clear();
  });

  test('the bot’s name starts the liquidation', async () => {
    const ended = await typed('terminal\r');
    expect(ended.output).toMatch(/║ FLAT {2}3 positions closed/);
    expect(ended.code).toBe(0);
    expect(held('terminal')).toBe(0);
  });
});
