import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  formatFinding,
  readIni,
  readJson,
  type SettingsReading,
  toJson,
} from '../../../lambda/core/config/read-settings.ts';
import { BOT_KEYS, SECTION_KEYS } from '../../../lambda/core/config/section-reader.ts';
import {
  baseUrlOf,
  DEPLOYMENT_DEFAULTS,
  dataUrlOf,
  EXCHANGE_HOSTS,
  SAFE_DEFAULTS,
  type Settings,
} from '../../../lambda/core/config/settings.ts';
import { MARKETS } from '../../../lambda/core/exchange/market.ts';

const KEY = 'vmPUZE6mv9SD5VNHk4HlWFsOr6aKE2zvsw0MuIgwCIPy6utIco14y7Ju91duEh8A';

function errorsOf(reading: SettingsReading): readonly string[] {
  return reading.findings
    .filter(({ level }) => level === 'ERROR')
    .map(({ line, key, value, rule }) => `${line ?? '-'} ${key ?? '-'} = ${value ?? '-'}: ${rule}`);
}

function settingsOf(reading: SettingsReading): Settings {
  expect(errorsOf(reading)).toEqual([]);
  if (!reading.ok) throw new Error('not valid');
  return reading.settings;
}

describe('a value', () => {
  const liquidation = (key: string, field: string) => ({ section: 'liquidation', key, field });
  const exchange = (key: string, field: string) => ({ section: 'exchange', key, field });

  const timeout = { ...liquidation('timeout_seconds', 'timeoutMs'), rule: 'must be a number, 1.0 to 30.0' };
  const retries = { ...liquidation('max_retries', 'maxRetries'), rule: 'must be a whole number, 0 to 10' };
  const delay = { ...liquidation('retry_delay_seconds', 'retryDelayMs'), rule: 'must be a number, 0.1 to 5.0' };
  const resume = { ...liquidation('resume_minutes', 'resumeMs'), rule: 'must be a whole number, 0 to 1440' };
  const lockout = { ...liquidation('lockout_minutes', 'lockoutMs'), rule: 'must be a whole number, 0 to 1440' };
  const window = { ...exchange('recv_window_ms', 'recvWindowMs'), rule: 'must be a whole number, 100 to 60000' };
  const confirm = { ...liquidation('confirm_seconds', 'confirmMs'), rule: 'must be a whole number, 0 to 600' };
  const environment = { ...exchange('environment', 'environment'), rule: 'must be production or testnet' };
  const close = {
    ...liquidation('close_positions', 'closePositions'),
    rule: 'must be true or false (or yes/no, on/off, 1/0)',
  };

  test.each([
    { ...timeout, text: '1.0', value: 1_000 },
    { ...timeout, text: '1', value: 1_000 },
    { ...timeout, text: '2.345', value: 2_345 },
    { ...timeout, text: '30.0', value: 30_000 },
    { ...timeout, text: '"5"', value: 5_000 },
    { ...retries, text: '0', value: 0 },
    { ...retries, text: '-0', value: 0 },
    { ...retries, text: '10', value: 10 },
    { ...delay, text: '0.1', value: 100 },
    { ...delay, text: '5.0', value: 5_000 },
    { ...resume, text: '0', value: 0 },
    { ...resume, text: '1440', value: 86_400_000 },
    { ...lockout, text: '0', value: 0 },
    { ...lockout, text: '1440', value: 86_400_000 },
    { ...window, text: '100', value: 100 },
    { ...window, text: '5000', value: 5_000 },
    { ...environment, text: 'testnet', value: 'testnet' },
    { ...close, text: 'TRUE', value: true },
    { ...close, text: 'Yes', value: true },
    { ...close, text: 'on', value: true },
    { ...close, text: '1', value: true },
    { ...close, text: 'false', value: false },
    { ...close, text: 'no', value: false },
    { ...close, text: 'OFF', value: false },
    { ...close, text: '0', value: false },
  ])('$key = $text is taken as $value', ({ section, key, field, text, value }) => {
    const settings = settingsOf(readIni(`[${section}]\n${key} = ${text}`, 'c.ini'));
    expect(settings).toHaveProperty([section, field], value);
  });

  test.each([
    { ...timeout, text: '0.999' },
    { ...timeout, text: '30.001' },
    { ...timeout, text: '-5' },
    { ...timeout, text: '5s' },
    { ...timeout, text: '5,0' },
    { ...timeout, text: '1e1' },
    { ...timeout, text: '0x5' },
    { ...timeout, text: '.5' },
    { ...timeout, text: 'nan' },
    { ...timeout, text: 'inf' },
    { ...timeout, text: '9'.repeat(39) },
    { ...timeout, text: '٥' },
    { ...retries, text: '-1' },
    { ...retries, text: '11' },
    { ...retries, text: '2.5' },
    { ...delay, text: '0.099' },
    { ...delay, text: '5.001' },
    { ...resume, text: '-1' },
    { ...resume, text: '1441' },
    { ...lockout, text: '-1' },
    { ...lockout, text: '1441' },
    { ...window, text: '99' },
    { ...window, text: '60001' },
    { ...confirm, text: '-1' },
    { ...confirm, text: '601' },
    { ...confirm, text: '1.5' },
    { ...environment, text: 'Production' },
    { ...environment, text: 'live' },
    { ...close, text: 'yes please' },
    { ...close, text: 'truee' },
    { ...close, text: '2' },
  ])('$key = $text is refused', ({ section, key, text, rule }) => {
    const reading = readIni(`[${section}]\n${key} = ${text}`, 'c.ini');
    expect(errorsOf(reading)).toEqual([`2 ${section}.${key} = ${text}: ${rule}`]);
    expect(reading.ok).toBe(false);
  });

  test('that is empty is refused and shown as such', () => {
    expect(errorsOf(readIni('[liquidation]\ntimeout_seconds =', 'c.ini'))).toEqual([
      '2 liquidation.timeout_seconds = (empty): must be a number, 1.0 to 30.0',
    ]);
  });

  test('that is absent has its default', () => {
    expect(settingsOf(readIni('[liquidation]\n', 'c.ini'))).toEqual({
      liquidation: {
        emergencyLiquidation: true,
        closePositions: true,
        cancelOrders: true,
        timeoutMs: 5_000,
        maxRetries: 3,
        retryDelayMs: 500,
        resumeMs: 7_200_000,
        lockoutMs: 3_600_000,
        confirmMs: 10_000,
      },
      exchange: {
        environment: 'production',
        baseUrl: 'https://fapi.binance.com',
        recvWindowMs: 5_000,
        account: 'futures',
        markets: ['usdm'],
      },
      bots: [
        {
          botId: 'default',
          secretName: 'flatline/default',
          heartbeatMs: 10_000,
          lateAfterMs: 30_000,
          deadAfterMs: 120_000,
          exclusive: false,
        },
      ],
      alerts: {},
      deployment: DEPLOYMENT_DEFAULTS,
    });
  });
});

describe('the three switches', () => {
  const text = (all: string, close: string, cancel: string): string =>
    `[liquidation]\nemergency_liquidation = ${all}\nclose_positions = ${close}\ncancel_orders = ${cancel}`;
  const nothingToDo =
    'emergency_liquidation is true, but close_positions and cancel_orders are both false: nothing to do';
  const halfOff = 'emergency_liquidation = false requires close_positions = false and cancel_orders = false';

  test.each([
    ['true', 'true', 'true'],
    ['true', 'true', 'false'],
    ['true', 'false', 'true'],
    ['false', 'false', 'false'],
  ])('may be %s, %s, %s', (all, close, cancel) => {
    expect(errorsOf(readIni(text(all, close, cancel), 'c.ini'))).toEqual([]);
  });

  test.each([
    ['true', 'false', 'false', nothingToDo],
    ['false', 'true', 'true', halfOff],
    ['false', 'true', 'false', halfOff],
    ['false', 'false', 'true', halfOff],
  ])('may not be %s, %s, %s', (all, close, cancel, rule) => {
    expect(errorsOf(readIni(text(all, close, cancel), 'c.ini'))).toEqual([
      `2 liquidation.emergency_liquidation = -: ${rule}`,
    ]);
  });

  test('are judged with their defaults: one alone set to false is not enough', () => {
    expect(errorsOf(readIni('[liquidation]\nemergency_liquidation = false', 'c.ini'))).toEqual([
      `2 liquidation.emergency_liquidation = -: ${halfOff}`,
    ]);
    expect(errorsOf(readIni('[liquidation]\nclose_positions = no\ncancel_orders = no', 'c.ini'))).toEqual([
      `2 liquidation.close_positions = -: ${nothingToDo}`,
    ]);
  });

  test('are not judged together while one of them is unreadable', () => {
    expect(errorsOf(readIni(text('false', 'maybe', 'false'), 'c.ini'))).toEqual([
      '3 liquidation.close_positions = maybe: must be true or false (or yes/no, on/off, 1/0)',
    ]);
  });
});

describe('the exchange', () => {
  test.each([
    { text: 'environment = production', url: 'https://fapi.binance.com' },
    { text: 'environment = testnet', url: 'https://demo-fapi.binance.com' },
    { text: 'environment = testnet\nbase_url = http://127.0.0.1:9000/', url: 'http://127.0.0.1:9000' },
  ])('$text is reached at $url', ({ text, url }) => {
    expect(settingsOf(readIni(`[exchange]\n${text}`, 'c.ini')).exchange.baseUrl).toBe(url);
  });

  test('is never shown with credentials in its address', () => {
    const reading = readIni('[exchange]\nbase_url = https://trader:hunter2@fapi.binance.com', 'c.ini');
    expect(reading.ok).toBe(false);
    expect(JSON.stringify(reading)).not.toContain('hunter2');
  });
});

describe('a bot', () => {
  test('has the values of its section, and its own defaults', () => {
    const text = '[bot:alpha]\nsecret = team/alpha\nheartbeat_seconds = 5\n[bot:beta-2]\ndead_after_seconds = 60';
    expect(settingsOf(readIni(text, 'c.ini')).bots).toEqual([
      {
        botId: 'alpha',
        secretName: 'team/alpha',
        heartbeatMs: 5_000,
        lateAfterMs: 30_000,
        deadAfterMs: 120_000,
        exclusive: false,
      },
      {
        botId: 'beta-2',
        secretName: 'flatline/beta-2',
        heartbeatMs: 10_000,
        lateAfterMs: 30_000,
        deadAfterMs: 60_000,
        exclusive: false,
      },
    ]);
  });

  test.each([
    { heartbeat: 1, late: 2, dead: 3 },
    { heartbeat: 60, late: 61, dead: 62 },
    { heartbeat: 10, late: 30, dead: 86_400 },
  ])('may send a heartbeat every $heartbeat s, be late after $late, dead after $dead', ({ heartbeat, late, dead }) => {
    expect(errorsOf(readIni(botText(heartbeat, late, dead), 'c.ini'))).toEqual([]);
  });

  test.each([
    { heartbeat: 0, late: 30, dead: 120, error: '2 bot:a.heartbeat_seconds = 0: must be a whole number, 1 to 60' },
    { heartbeat: 61, late: 90, dead: 120, error: '2 bot:a.heartbeat_seconds = 61: must be a whole number, 1 to 60' },
    {
      heartbeat: 10,
      late: 10,
      dead: 120,
      error: '3 bot:a.late_after_seconds = -: late_after_seconds (10) must be greater than heartbeat_seconds (10)',
    },
    {
      heartbeat: 10,
      late: 30,
      dead: 30,
      error: '4 bot:a.dead_after_seconds = -: dead_after_seconds (30) must be greater than late_after_seconds (30)',
    },
    {
      heartbeat: 10,
      late: 30,
      dead: 86_401,
      error: '4 bot:a.dead_after_seconds = 86401: must be a whole number, 1 to 86400',
    },
  ])(
    'may not send a heartbeat every $heartbeat s, be late after $late, dead after $dead',
    ({ heartbeat, late, dead, error }) => {
      expect(errorsOf(readIni(botText(heartbeat, late, dead), 'c.ini'))).toEqual([error]);
    },
  );

  test('is judged with its defaults, at the line that disturbs them', () => {
    expect(errorsOf(readIni('[bot:a]\nheartbeat_seconds = 40', 'c.ini'))).toEqual([
      '2 bot:a.heartbeat_seconds = -: late_after_seconds (30) must be greater than heartbeat_seconds (40)',
    ]);
  });

  test.each(['Alpha', 'a b', 'a_b', '', 'a.b', 'ä', `${'a-'.repeat(20)}a`])('may not be called "%s"', id => {
    expect(errorsOf(readIni(`[bot:${id}]`, 'c.ini'))).toEqual([
      `1 [bot:${id}] = -: a bot ID is 1 to 40 lower-case letters, digits and hyphens`,
    ]);
  });

  test.each(['a'.repeat(40), 'a', '0', 'bot-1'])('may be called "%s"', id => {
    expect(settingsOf(readIni(`[bot:${id}]`, 'c.ini')).bots[0]?.botId).toBe(id);
  });

  test.each([
    { secret: KEY, why: 'a key pasted where its name belongs' },
    { secret: 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:a', why: 'an ARN' },
    { secret: 'https://hooks.example.com/services/T0/B0/abc', why: 'an address' },
    { secret: 'two words', why: 'a space' },
    { secret: 'x'.repeat(513), why: '513 characters' },
  ])('may not have as its secret $why, which is not shown', ({ secret }) => {
    const reading = readIni(`[bot:a]\nsecret = ${secret}`, 'c.ini');
    expect(errorsOf(reading)).toEqual([
      '2 bot:a.secret = -: must be the name of a Secrets Manager secret: letters, digits and /_+=.@-, at most 512',
    ]);
    expect(JSON.stringify(reading)).not.toContain(secret);
  });

  function botText(heartbeat: number, late: number, dead: number): string {
    return `[bot:a]\nheartbeat_seconds = ${heartbeat}\nlate_after_seconds = ${late}\ndead_after_seconds = ${dead}`;
  }
});

describe('alerts', () => {
  test('go to the configured address', () => {
    const text = '[alerts]\nemail = ops+bots@example.co.uk\nchat_webhook_secret = flatline/chat';
    expect(settingsOf(readIni(text, 'c.ini')).alerts).toEqual({
      email: 'ops+bots@example.co.uk',
      chatWebhookSecret: 'flatline/chat',
    });
  });

  test.each(['ops', 'ops@host', '@host.org', 'a@b.org, c@d.org', 'a b@c.org', `${'a'.repeat(246)}@host.org`])(
    'do not go to "%s"',
    address => {
      expect(readIni(`[alerts]\nemail = ${address}`, 'c.ini')).toMatchObject({ ok: false });
    },
  );

  test('link to where the documents can be read', () => {
    const text = '[alerts]\ndocs_url = https://git.example.com/desk/flatline/blob/main/docs/';
    const settings = settingsOf(readIni(text, 'c.ini'));
    expect(settings.alerts.docsUrl).toBe('https://git.example.com/desk/flatline/blob/main/docs');
    expect(settingsOf(readJson(toJson(settings), 'v')).alerts.docsUrl).toBe(settings.alerts.docsUrl);
    for (const bad of ['http://x.y', 'docs', 'https://u:p@x.y', 'https://x.y?token=1', 'javascript:alert(1)']) {
      expect(readIni(`[alerts]\ndocs_url = ${bad}`, 'c.ini').ok).toBe(false);
    }
  });

  test('do not show a webhook address pasted in place of its secret’s name', () => {
    const reading = readIni('[alerts]\nchat_webhook_secret = https://hooks.example.com/T0/B0/x1', 'c.ini');
    expect(reading.ok).toBe(false);
    expect(JSON.stringify(reading)).not.toContain('hooks');
  });
});

describe('unknown names', () => {
  test.each([
    { text: '[liquidation]\ntimeout_second = 5', remedy: 'did you mean timeout_seconds?' },
    { text: '[liquidation]\nemail = a@example.com', remedy: 'move it to [alerts]' },
    { text: '[bot:a]\nmarkets = usdm', remedy: 'move it to [exchange]' },
    { text: '[exchange]\ndead_after_seconds = 120', remedy: 'move it to [bot:ID]' },
    { text: '[liquidation]\nRetries = 5', remedy: 'did you mean max_retries?' },
    {
      text: '[exchange]\nhost = x',
      remedy: expect.stringMatching(
        /^delete it; the keys here are environment, base_url, recv_window_ms, account, markets$/,
      ),
    },
    {
      text: '[bot:a]\napi_key = x',
      remedy: 'delete it; credentials belong in Secrets Manager, the configuration only names the secret',
    },
    { text: '[liquidation]\nconstructor = 5', remedy: expect.stringMatching(/^delete it/) },
    { text: '[Liquidation]', remedy: 'did you mean [liquidation]?' },
    { text: '[alert]', remedy: 'did you mean [alerts]?' },
    { text: '[bot alpha]\nsecret = x', remedy: 'did you mean [bot:ID]?' },
    { text: '[bots]\nheartbeat_seconds = 1', remedy: 'did you mean [bot:ID]?' },
    {
      text: '[liquidation]\n[strategy]',
      remedy: 'delete it; the sections are [liquidation], [exchange], [bot:ID], [alerts], [deployment]',
    },
  ])('are refused with the nearest known one: $text', ({ text, remedy }) => {
    const errors = readIni(text, 'c.ini').findings.filter(({ level }) => level === 'ERROR');
    expect(errors.map(error => error.remedy)).toEqual([remedy]);
  });

  test('never bring their values into a finding', () => {
    const reading = readIni('[bot:a]\napi_secret = hunter2\n[bot]\npassword = hunter2', 'c.ini');
    expect(reading.ok).toBe(false);
    expect(JSON.stringify(reading)).not.toContain('hunter2');
  });
});

describe('a bot’s own file', () => {
  const own = [
    'logging: on',
    '[binance]',
    'api_key = hunter2',
    'pairs = [',
    '   "BTC/USDT",',
    '[bot]',
    'name = momentum',
    '[liquidation]',
    'timeout_seconds = 7.5',
    '[binance]',
    'api_key = hunter2',
  ].join('\n');

  test('is read for our sections, whatever the other sections contain', () => {
    const reading = readIni(own, 'bot.ini', { foreignSections: 'ignore' });
    expect(settingsOf(reading).liquidation.timeoutMs).toBe(7_500);
    expect(reading.findings).toContainEqual({
      level: 'INFO',
      source: 'bot.ini',
      rule: 'sections of other programs were ignored: binance, bot',
      remedy: 'nothing to do',
    });
    expect(JSON.stringify(reading)).not.toContain('hunter2');
  });

  test('is refused unless the option declares it as one', () => {
    expect(errorsOf(readIni(own, 'bot.ini')).length).toBeGreaterThan(3);
  });

  test.each([
    { text: '[liquidaton]\ntimeout_seconds = 5', why: 'a misspelled section would put the defaults in its place' },
    { text: '[bot alpha]\nsecret = x', why: 'a section with a key of ours was meant for us' },
    {
      text: '[liquidation]\n[Bot:alpha]',
      why: 'a bot of ours needs no key, and without its section it is not protected',
    },
    { text: '[liquidation]\n[bot alpha]\n[alerts]', why: 'a bot’s section was written with a space' },
    { text: '[liquidation]\n[bots.alpha]\nheartbeat_second = 5', why: 'a bot’s section has a misspelled key' },
    { text: '[liquidation]\nnonsense', why: 'our section has a syntax' },
    { text: '[liquidation]\nname = binance', why: 'our section has only our keys' },
    { text: '[liquidation]\n[exchange]\nbase_urll = https://x.y', why: 'a slip of the pen in a key of ours' },
    { text: 'timeout_seconds = 5\n[liquidation]', why: 'a key of ours stands before any section' },
  ])('is refused: $why', ({ text }) => {
    expect(readIni(text, 'bot.ini', { foreignSections: 'ignore' }).ok).toBe(false);
  });
});

describe('a section of the bot with a name that flatline uses', () => {
  const read = (text: string) => readIni(text, 'bot.ini', { foreignSections: 'ignore' });

  test('is ignored while it has no key of flatline, with a note', () => {
    const reading = read(
      '[exchange]\nname = binance\nkey = hunter2\npairs = [\n  "BTC"\n[alerts]\nsound = on\n[liquidation]\ntimeout_seconds = 7',
    );
    expect(settingsOf(reading).liquidation.timeoutMs).toBe(7_000);
    expect(reading.findings).toContainEqual({
      level: 'INFO',
      source: 'bot.ini',
      rule: 'sections of other programs were ignored: exchange (the bot’s), alerts (the bot’s)',
      remedy: 'nothing to do; flatline’s own sections may be called [flatline.exchange], [flatline.alerts]',
    });
  });

  test('is allowed beside flatline’s own, which has a prefix', () => {
    const reading = read('[exchange]\nenvironment = paper\n[flatline.exchange]\nenvironment = testnet\n[liquidation]');
    expect(settingsOf(reading).exchange.environment).toBe('testnet');
  });

  test('is flatline’s where it holds a key of flatline’s: what else is in it is refused', () => {
    expect(errorsOf(read('[exchange]\nenvironment = testnet\nname = binance\n[liquidation]'))).toHaveLength(1);
  });
});

describe('a file that is not flatline’s', () => {
  const FREQTRADE = JSON.stringify({
    ...Object.fromEntries(Array.from({ length: 120 }, (_, index) => [`key_${index}`, index])),
    exchange: { name: 'binance', key: 'hunter2', secret: 'hunter2' },
    telegram: { token: '123456789:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw' },
  });

  test.each(['refuse', 'ignore'] as const)('is one sentence, not a hundred (sections: %s)', foreignSections => {
    const readings = [
      readJson(FREQTRADE, 'config.json', { foreignSections }),
      readIni('', 'c.ini', { foreignSections }),
      readIni('hello world\nthis = is a text\n\u0001', 'c.ini', { foreignSections }),
      readIni('[strategy]\nname = x\n'.repeat(100), 'c.ini', { foreignSections }),
    ];
    for (const { ok, findings } of readings) {
      expect([ok, findings.length]).toEqual([false, 1]);
      expect(findings[0]?.rule).toMatch(/^this file has no flatline section|^the file is not/);
    }
    expect(JSON.stringify(readings)).not.toContain('hunter2');
  });

  test('names the keys of flatline’s that are in it without a section', () => {
    const { findings } = readIni('timeout_seconds = 30\npairs = x', 'c.ini', { foreignSections: 'ignore' });
    expect(findings.map(({ line, rule }) => [line, rule])).toEqual([[1, 'the key is before the first section']]);
  });
});

describe('advice does not weaken', () => {
  test.each([
    { line: 'timeout_seconds = 5s', remedy: 'write digits, without a unit; the default is 5' },
    { line: 'timeout_seconds = three', remedy: 'write digits, without a unit; the default is 5' },
    { line: 'timeout_seconds = 0', remedy: 'raise it to 1.0 or more; the default is 5' },
    { line: 'max_retries = many', remedy: 'write digits, without a unit; the default is 3' },
    { line: 'retry_delay_seconds = 9', remedy: 'lower it to 5.0 or less; the default is 0.5' },
    { line: 'lockout_minutes = -1', remedy: 'raise it to 0 or more; the default is 60' },
    { line: 'resume_minutes = 1.5', remedy: 'remove the fraction; the default is 120' },
  ])('$line: $remedy', ({ line, remedy }) => {
    expect(readIni(`[liquidation]\n${line}`, 'c.ini').findings.map(finding => finding.remedy)).toEqual([remedy]);
  });
});

test('the keys by which a section is recognised are those that it is read for', () => {
  const keysOf = (section: string): readonly string[] =>
    readIni(`[${section}]\nqqqqqqqqqq = 1`, 'c.ini')
      .findings.find(({ rule }) => rule === 'no such key')
      ?.remedy.replace(/^delete it; the keys here are /, '')
      .split(', ')
      .toSorted() ?? [];
  for (const [section, keys] of Object.entries(SECTION_KEYS)) expect(keysOf(section)).toEqual([...keys].toSorted());
  expect(keysOf('bot:a')).toEqual([...BOT_KEYS].toSorted());
});

test('a file with ten mistakes reports all ten, each with its line', () => {
  const text = [
    'timeout_seconds = 5', // 1 before any section
    '[liquidation]',
    'emergency_liquidation = yes please', // 2 no bool
    'timeout_second = 5', // 3 unknown key
    'timeout_seconds = 50', // 4 out of range
    'max_retries: 3', // 5 no assignment
    'retry_delay_seconds = 0.5',
    'retry_delay_seconds = 0.6', // 6 twice
    '[exchnge]', // 7 unknown section
    '[exchange]',
    'base_url = http://example.com', // 8 not https
    '[bot:a]',
    'heartbeat_seconds = 30', // 9 late is not greater
    '[bot:B]', // 10 no ID
  ].join('\n');
  const reading = readIni(text, 'config/bad.ini');
  expect(reading.ok).toBe(false);
  expect(reading.findings.map(({ line }) => line)).toEqual([1, 3, 4, 5, 6, 8, 9, 11, 13, 14]);
  expect(reading.findings.every(({ level, source }) => level === 'ERROR' && source === 'config/bad.ini')).toBe(true);
});

test('more than a hundred problems are counted, not listed', () => {
  const { findings } = readIni(`[liquidation]\n${'x\n'.repeat(150)}`, 'c.ini');
  expect(findings).toHaveLength(101);
  expect(findings.at(-1)?.rule).toBe('50 more problems are not listed');
});

test('a missing [liquidation] section means safe defaults and a warning', () => {
  const reading = readIni('[alerts]', 'c.ini');
  expect(settingsOf(reading)).toEqual({ ...SAFE_DEFAULTS, deployment: DEPLOYMENT_DEFAULTS });
  expect(reading.findings).toContainEqual({
    level: 'WARNING',
    source: 'c.ini',
    key: '[liquidation]',
    rule: 'the section is missing, so the safe defaults apply',
    remedy: 'add [liquidation] with your settings',
  });
});

test('advice on a valid file points to the line it is about', () => {
  const reading = readIni('[liquidation]\n\nmax_retries = 0', 'c.ini', { environment: 'testnet' });
  expect(reading.findings).toContainEqual({
    level: 'WARNING',
    source: 'c.ini',
    line: 3,
    key: 'liquidation.max_retries',
    value: '0',
    rule: 'without retries one refused request leaves a position open',
    remedy: 'set 3',
  });
});

test('bots fit into the environment of a function, or the file says that they do not', () => {
  const bots = (count: number): string =>
    Array.from({ length: count }, (_, index) => `[bot:b${index}]\nsecret = some/other/secret-${index}\n`).join('');
  expect(readIni(bots(40), 'c.ini').ok).toBe(true);
  expect(errorsOf(readIni(bots(80), 'c.ini'))).toEqual([
    expect.stringMatching(
      /^- - = -: the configuration takes \d+ characters of the functions’ environment, 3000 at most$/,
    ),
  ]);
});

describe('JSON', () => {
  test('has the sections and keys of the INI, with types', () => {
    const text = '{"liquidation":{"timeout_seconds":7.5,"cancel_orders":false},"bot:alpha":{"heartbeat_seconds":5}}';
    const settings = settingsOf(readJson(text, 'FLATLINE_CONFIG'));
    expect(settings.liquidation).toMatchObject({ timeoutMs: 7_500, cancelOrders: false });
    expect(settings.bots).toMatchObject([{ botId: 'alpha', heartbeatMs: 5_000 }]);
  });

  test.each([
    { json: '{"timeout_seconds":"5"}', error: '- liquidation.timeout_seconds = "5": must be a number, 1.0 to 30.0' },
    { json: '{"timeout_seconds":null}', error: '- liquidation.timeout_seconds = null: must be a number, 1.0 to 30.0' },
    {
      json: '{"timeout_seconds":[5]}',
      error: '- liquidation.timeout_seconds = a list of 1: must be a number, 1.0 to 30.0',
    },
    { json: '{"max_retries":2.5}', error: '- liquidation.max_retries = 2.5: must be a whole number, 0 to 10' },
    { json: '{"max_retries":true}', error: '- liquidation.max_retries = true: must be a whole number, 0 to 10' },
    { json: '{"close_positions":"true"}', error: '- liquidation.close_positions = "true": must be true or false' },
    { json: '{"close_positions":1}', error: '- liquidation.close_positions = 1: must be true or false' },
    { json: '{"__proto__":{"timeout_seconds":5}}', error: '- liquidation.__proto__ = -: no such key' },
    { json: '[]', error: '- [liquidation] = a list of 0: a section must be an object of keys and values' },
    { json: 'true', error: '- [liquidation] = true: a section must be an object of keys and values' },
  ])('is strict: $json', ({ json, error }) => {
    expect(errorsOf(readJson(`{"liquidation":${json}}`, 'FLATLINE_CONFIG'))).toEqual([error]);
  });

  test.each([
    { text: '', rule: 'this is not JSON' },
    { text: '{"liquidation":', rule: 'this is not JSON' },
    { text: '[liquidation]', rule: 'this is not JSON' },
    { text: 'null', rule: 'the JSON must be an object of sections' },
    { text: '[]', rule: 'the JSON must be an object of sections' },
    { text: '"x"', rule: 'the JSON must be an object of sections' },
  ])('is refused as a whole: $text', ({ text, rule }) => {
    expect(errorsOf(readJson(text, 'FLATLINE_CONFIG'))).toEqual([`- - = -: ${rule}`]);
  });

  test('has no inherited sections', () => {
    expect(errorsOf(readJson('{"liquidation":{},"__proto__":{},"toString":{}}', 'v'))).toEqual([
      '- [__proto__] = -: no such section',
      '- [toString] = -: no such section',
    ]);
  });
});

test('what the stack hands to the functions is this', () => {
  expect(JSON.parse(toJson(settingsOf(readIni('[bot:a]\nlate_after_seconds = 40', 'c.ini'))))).toEqual({
    liquidation: {
      emergency_liquidation: true,
      close_positions: true,
      cancel_orders: true,
      timeout_seconds: 5,
      max_retries: 3,
      retry_delay_seconds: 0.5,
      resume_minutes: 120,
      lockout_minutes: 60,
      confirm_seconds: 10,
    },
    exchange: { environment: 'production', recv_window_ms: 5000 },
    'bot:a': { late_after_seconds: 40 },
    alerts: {},
  });
});

test('for every valid settings, JSON gives the same settings back', () => {
  fc.assert(
    fc.property(validSettings(), settings => {
      expect(settingsOf(readJson(toJson(settings), 'FLATLINE_CONFIG'))).toEqual({
        ...settings,
        deployment: DEPLOYMENT_DEFAULTS,
      });
    }),
  );
});

test('for every text, both readers answer, and never with a key that is in it', () => {
  const piece = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom(
      '\n',
      '\n',
      '=',
      ' = ',
      '"',
      '{',
      '}',
      ':',
      ',',
      ';',
      '[liquidation]',
      '[bot:a]',
      '[exchange]',
      '[x]',
    ),
    fc.constantFrom(
      'timeout_seconds',
      'secret',
      'base_url',
      'email',
      'apiKey',
      'environment',
      'close_positions',
      KEY,
      KEY,
    ),
    fc.constantFrom(
      'https://',
      '@',
      '-----BEGIN PRIVATE KEY-----',
      '{"liquidation":{"',
      '":"',
      '"}}',
      '{"bot:a":{"secret":"',
    ),
  );
  const text = fc.array(piece, { maxLength: 25 }).map(pieces => pieces.join(''));
  fc.assert(
    fc.property(text, fc.constantFrom('refuse' as const, 'ignore' as const), (anything, foreignSections) => {
      const readings = [readIni(anything, 'c.ini', { foreignSections }), readJson(anything, 'v')];
      const shown = readings.flatMap(reading => reading.findings.map(formatFinding)).join('\n');
      expect(shown).not.toContain(KEY.slice(4, 40));
    }),
    { numRuns: 500 },
  );
});

describe('a finding on one line', () => {
  const finding = {
    level: 'ERROR',
    source: 'config/production.ini',
    rule: 'must be 1.0 to 30.0',
    remedy: 'lower it',
  } as const;

  test.each([
    {
      more: { line: 12, key: 'liquidation.timeout_seconds', value: '50' },
      text: '[ERROR] config/production.ini:12 liquidation.timeout_seconds = 50: must be 1.0 to 30.0; lower it',
    },
    { more: { line: 12 }, text: '[ERROR] config/production.ini:12: must be 1.0 to 30.0; lower it' },
    { more: { key: '[alerts]' }, text: '[ERROR] config/production.ini [alerts]: must be 1.0 to 30.0; lower it' },
    { more: { source: 'a\nb' }, text: '[ERROR] a\\u{a}b: must be 1.0 to 30.0; lower it' },
  ])('reads $text', ({ more, text }) => {
    expect(formatFinding({ ...finding, ...more })).toBe(text);
  });
});

function validSettings(): fc.Arbitrary<Settings> {
  const secret = fc.stringMatching(/^[A-Za-z0-9/_+=.@-]{1,40}$/);
  const bot = fc
    .record({
      botId: fc.stringMatching(/^[a-z0-9-]{1,40}$/),
      secretName: secret,
      heartbeat: fc.integer({ min: 1, max: 60 }),
      latePlus: fc.integer({ min: 1, max: 40_000 }),
      deadPlus: fc.integer({ min: 1, max: 40_000 }),
      exclusive: fc.boolean(),
    })
    .map(({ botId, secretName, heartbeat, latePlus, deadPlus, exclusive }) => ({
      botId,
      secretName,
      heartbeatMs: heartbeat * 1_000,
      lateAfterMs: (heartbeat + latePlus) * 1_000,
      deadAfterMs: (heartbeat + latePlus + deadPlus) * 1_000,
      exclusive,
    }));
  const switches = fc.constantFrom(
    { emergencyLiquidation: true, closePositions: true, cancelOrders: true },
    { emergencyLiquidation: true, closePositions: true, cancelOrders: false },
    { emergencyLiquidation: true, closePositions: false, cancelOrders: true },
    { emergencyLiquidation: false, closePositions: false, cancelOrders: false },
  );
  const numbers = fc.record({
    timeoutMs: fc.integer({ min: 1_000, max: 30_000 }),
    maxRetries: fc.integer({ min: 0, max: 10 }),
    retryDelayMs: fc.integer({ min: 100, max: 5_000 }),
    resumeMs: fc.integer({ min: 0, max: 1440 }).map(minutes => minutes * 60_000),
    lockoutMs: fc.integer({ min: 0, max: 1440 }).map(minutes => minutes * 60_000),
    confirmMs: fc.integer({ min: 0, max: 600 }).map(seconds => seconds * 1_000),
  });
  return fc.record({
    liquidation: fc.tuple(switches, numbers).map(([on, sizes]) => ({ ...on, ...sizes })),
    exchange: fc.record({
      environment: fc.constantFrom('production' as const, 'testnet' as const),
      baseUrl: fc.constantFrom('https://fapi.binance.com', 'https://demo-fapi.binance.com', 'http://[::1]:8080/x/y'),
      recvWindowMs: fc.integer({ min: 100, max: 60_000 }),
      account: fc.constantFrom('futures' as const),
      markets: fc.constantFrom(['usdm' as const], ['coinm' as const], ['usdm' as const, 'coinm' as const]),
    }),
    bots: fc.uniqueArray(bot, { minLength: 1, maxLength: 4, selector: ({ botId }) => botId }),
    alerts: fc.record(
      {
        email: fc.constantFrom('ops@example.org', 'a.b+c@d-e.co'),
        chatWebhookSecret: secret,
        dailyMessage: fc.boolean(),
      },
      { requiredKeys: [], noNullPrototype: true },
    ),
  });
}

describe('the kind of account and its markets', () => {
  const read = (text: string) => readIni(`[liquidation]\n[exchange]\n${text}`, 'c.ini');
  const exchangeOf = (text: string) => {
    const reading = read(text);
    return reading.ok ? reading.settings.exchange : reading.findings.filter(one => one.level === 'ERROR');
  };

  test('are an ordinary one with USDⓈ-M, unless the file says otherwise', () => {
    expect(exchangeOf('')).toMatchObject({ account: 'futures', markets: ['usdm'] });
    expect(exchangeOf('markets = coinm, usdm\naccount = portfolio_margin')).toMatchObject({
      account: 'portfolio_margin',
      markets: ['coinm', 'usdm'],
    });
  });

  test.each([
    ['account = usdm', 'must be futures or portfolio_margin'],
    ['markets = spot', 'must be usdm or coinm'],
    ['markets = usdm, usdm', 'markets names a market twice'],
    ['account = portfolio_margin\nenvironment = testnet', 'Binance has no test network for portfolio margin'],
  ])('refuse %j', (text, rule) => {
    expect(exchangeOf(text)).toMatchObject([{ rule }]);
  });

  test('may be portfolio margin on a test network behind an address of its own', () => {
    const text = 'account = portfolio_margin\nenvironment = testnet\nbase_url = http://127.0.0.1:8080';
    expect(exchangeOf(text)).toMatchObject({ account: 'portfolio_margin' });
  });

  test('have hosts of their own', () => {
    const hosts = (['production', 'testnet'] as const).map(environment => {
      const exchange = { ...SAFE_DEFAULTS.exchange, environment, baseUrl: EXCHANGE_HOSTS[environment] };
      return Object.values(MARKETS).map(market => [baseUrlOf(exchange, market), dataUrlOf(exchange, market)].join(' '));
    });
    expect(hosts).toEqual([
      [
        'https://fapi.binance.com https://fapi.binance.com',
        'https://dapi.binance.com https://dapi.binance.com',
        'https://papi.binance.com https://fapi.binance.com',
        'https://papi.binance.com https://dapi.binance.com',
      ],
      expect.arrayContaining(['https://demo-dapi.binance.com https://demo-dapi.binance.com']),
    ]);
    const behindOne = { ...SAFE_DEFAULTS.exchange, baseUrl: 'http://127.0.0.1:8080' };
    for (const market of Object.values(MARKETS)) expect(baseUrlOf(behindOne, market)).toBe('http://127.0.0.1:8080');
  });
});
