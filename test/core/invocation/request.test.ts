import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { TRIGGERS } from '../../../lambda/contract.ts';
import { readRequest } from '../../../lambda/core/invocation/request.ts';

const KEY = 'vmPUZE6mv9SD5VNHk4HlWFsOr6aKE2zvsw0MuIgwCIPy6utIco14y7Ju91duEh8A';

function problemsOf(event: unknown): readonly string[] {
  const reading = readRequest(event);
  return reading.ok ? [] : reading.problems;
}

describe('a liquidation', () => {
  test('needs only its trigger', () => {
    expect(readRequest({ trigger: 'manual' })).toEqual({
      ok: true,
      request: {
        action: 'liquidate',
        trigger: 'manual',
        botId: 'default',
        correlationId: undefined,
        dryRun: false,
        symbols: undefined,
        reason: undefined,
      },
    });
  });

  test('may say all of it', () => {
    const event = {
      action: 'liquidate',
      trigger: 'SIGTERM',
      bot_id: 'alpha-1',
      correlation_id: 'liq_20260102_030405_0a1b2c',
      dry_run: true,
      symbols: ['BTCUSDT', '测试USDT'],
      reason: 'draw-down over 10 %',
    };
    expect(readRequest(event)).toEqual({
      ok: true,
      request: {
        action: 'liquidate',
        trigger: 'SIGTERM',
        botId: 'alpha-1',
        correlationId: 'liq_20260102_030405_0a1b2c',
        dryRun: true,
        symbols: ['BTCUSDT', '测试USDT'],
        reason: 'draw-down over 10 %',
      },
    });
  });

  test.each(TRIGGERS)('may be set off by %s', trigger => {
    expect(readRequest({ trigger })).toMatchObject({ ok: true, request: { trigger } });
  });

  test('repairs a reason that was cut in the middle of a character, since its hash must match what is stored', () => {
    expect(readRequest({ trigger: 'error', reason: 'boom \ud83d' })).toMatchObject({
      request: { reason: 'boom \ufffd' },
    });
  });
});

describe('a preflight', () => {
  test('needs no trigger', () => {
    expect(readRequest({ action: 'preflight' })).toEqual({
      ok: true,
      request: { action: 'preflight', botId: 'default', correlationId: undefined },
    });
  });

  test('refuses keys of a liquidation', () => {
    expect(problemsOf({ action: 'preflight', bot_id: 'a', trigger: 'manual', symbols: [] })).toEqual([
      'trigger does not belong to a preflight, which changes nothing; leave it out.',
      'symbols does not belong to a preflight, which changes nothing; leave it out.',
    ]);
  });
});

const LIQUIDATE = 'to liquidate, send {"trigger": "manual", "bot_id": "default"}.';
const CONSTANT = 'a constant JSON as its input, like {"trigger": "alarm", "bot_id": "default"}.';

test.each([
  { what: 'nothing', event: undefined, problem: `The event is undefined, and must be a JSON object; ${LIQUIDATE}` },
  { what: 'null', event: null, problem: `The event is null, and must be a JSON object; ${LIQUIDATE}` },
  { what: 'an empty event', event: {}, problem: `The event is empty; ${LIQUIDATE}` },
  {
    what: 'a list',
    event: [{ trigger: 'manual' }],
    problem: `The event is a list of 1, and must be a JSON object; ${LIQUIDATE}`,
  },
  {
    what: 'JSON in a text',
    event: '{"trigger":"manual"}',
    problem: `The event is a text, and must be a JSON object; ${LIQUIDATE}`,
  },
  {
    what: '100 kB of text',
    event: 'x'.repeat(100_000),
    problem: `The event is a text, and must be a JSON object; ${LIQUIDATE}`,
  },
  { what: 'a number', event: 1, problem: `The event is 1, and must be a JSON object; ${LIQUIDATE}` },
  {
    what: 'the console’s sample',
    event: { key1: 'value1', key2: 'value2', key3: 'value3' },
    problem: `The event is the console's sample (key1 and so on); ${LIQUIDATE}`,
  },
  {
    what: 'a raw EventBridge event',
    event: { version: '0', id: '1', 'detail-type': 'Scheduled Event', source: 'aws.events', detail: {} },
    problem: `The event is a raw EventBridge event, which does not say what to do; give the rule's target ${CONSTANT}`,
  },
  {
    what: 'a raw alarm',
    event: { source: 'aws.cloudwatch', alarmArn: 'arn:aws:cloudwatch:x', alarmData: {} },
    problem:
      'The event is a raw CloudWatch alarm, which does not say what to do; ' +
      'let an EventBridge rule on the alarm send a constant JSON, like {"trigger": "alarm", "bot_id": "default"}.',
  },
  {
    what: 'a message of a queue',
    event: { Records: [{ body: '{"trigger":"manual"}' }] },
    problem: `The event is a raw SNS, SQS or stream event, which does not say what to do; ${LIQUIDATE}`,
  },
  {
    what: 'a web request',
    event: { requestContext: {}, body: '{"trigger":"manual"}' },
    problem: `The event is a web request, which does not say what to do; there is no web entrance; ${LIQUIDATE}`,
  },
])('$what is refused in one sentence', ({ event, problem }) => {
  expect(problemsOf(event)).toEqual([problem]);
});

const ID = 'must be 1 to 40 lower-case letters, digits and hyphens; leave it out for "default".';
const CORRELATION = 'must be liq_YYYYMMDD_HHMMSS_ and 6 to 32 of 0-9a-f; leave it out to have one made.';
const BOOL = 'must be true or false, without quotes; leave it out to act.';
const LIST = 'must be a list of 1 to 500 symbols; leave it out to mean the whole account.';
const SYMBOL = 'is not a symbol; write it as the exchange does, like "BTCUSDT", at most 40 characters.';

test.each([
  { field: { bot_id: '' }, problem: `bot_id = "": ${ID}` },
  { field: { bot_id: 'Alpha' }, problem: `bot_id = "Alpha": ${ID}` },
  { field: { bot_id: 'a-'.repeat(21) }, problem: `bot_id = "${'a-'.repeat(21)}": ${ID}` },
  { field: { bot_id: 'a\n' }, problem: `bot_id = "a\\u{a}": ${ID}` },
  { field: { bot_id: 5 }, problem: `bot_id = 5: ${ID}` },
  { field: { bot_id: null }, problem: `bot_id = null: ${ID}` },
  {
    field: { correlation_id: 'liq_20260102_030405_0a1b2' },
    problem: `correlation_id = "liq_20260102_030405_0a1b2": ${CORRELATION}`,
  },
  {
    field: { correlation_id: 'liq_20260102_030405_0A1B2C' },
    problem: `correlation_id = "liq_20260102_030405_0A1B2C": ${CORRELATION}`,
  },
  { field: { correlation_id: '' }, problem: `correlation_id = "": ${CORRELATION}` },
  { field: { dry_run: 'true' }, problem: `dry_run = "true": ${BOOL}` },
  { field: { dry_run: 1 }, problem: `dry_run = 1: ${BOOL}` },
  { field: { dry_run: null }, problem: `dry_run = null: ${BOOL}` },
  { field: { symbols: [] }, problem: `symbols = a list of 0: ${LIST}` },
  { field: { symbols: null }, problem: `symbols = null: ${LIST}` },
  { field: { symbols: 'BTCUSDT' }, problem: `symbols = "BTCUSDT": ${LIST}` },
  {
    field: { symbols: Array.from({ length: 501 }, (_, index) => `S${index}USDT`) },
    problem: `symbols = a list of 501: ${LIST}`,
  },
  { field: { symbols: [''] }, problem: `symbols[0] = "": ${SYMBOL}` },
  { field: { symbols: ['BTCUSDT', ' '] }, problem: `symbols[1] = " ": ${SYMBOL}` },
  { field: { symbols: ['BTC USDT'] }, problem: `symbols[0] = "BTC USDT": ${SYMBOL}` },
  { field: { symbols: ['btcusdt'] }, problem: `symbols[0] = "btcusdt": ${SYMBOL}` },
  { field: { symbols: ['BTC/USDT:USDT'] }, problem: `symbols[0] = "BTC/USDT:USDT": ${SYMBOL}` },
  { field: { symbols: ['测'.repeat(41)] }, problem: `symbols[0] = "${'测'.repeat(41)}": ${SYMBOL}` },
  { field: { symbols: ['\ud83d'] }, problem: `symbols[0] = "\\u{d83d}": ${SYMBOL}` },
  {
    field: { symbols: [5] },
    problem: 'symbols[0] = 5: must be a text; write the symbol as the exchange does, like "BTCUSDT".',
  },
  {
    field: { symbols: ['BTCUSDT', 'ETHUSDT', 'BTCUSDT'] },
    problem: 'symbols[2] = "BTCUSDT": is there twice; name each symbol once.',
  },
  { field: { reason: 'x'.repeat(501) }, problem: 'reason = a text of 501: is longer than 500 characters; cut it.' },
  {
    field: { reason: 5 },
    problem: 'reason = 5: must be a text of at most 500 characters; leave it out if there is none.',
  },
  { field: { botId: 'a' }, problem: 'botId is not a key of the event; did you mean bot_id?' },
  { field: { dryrun: true }, problem: 'dryrun is not a key of the event; did you mean dry_run?' },
  {
    field: { colour: 'red' },
    problem:
      'colour is not a key of the event; take it out; ' +
      'there are action, bot_id, correlation_id, trigger, dry_run, symbols, reason.',
  },
])('$field is refused', ({ field, problem }) => {
  expect(problemsOf({ trigger: 'manual', ...field })).toEqual([problem]);
});

test.each([
  { field: { bot_id: '-'.repeat(40) } },
  { field: { correlation_id: `liq_20260102_030405_${'0'.repeat(32)}` } },
  { field: { symbols: ['测'.repeat(40)] } },
  { field: { symbols: ['BTCUSDT_260327'] } },
  { field: { symbols: Array.from({ length: 500 }, (_, index) => `S${index}USDT`) } },
  { field: { reason: 'x'.repeat(500) } },
  { field: { reason: '' } },
])('$field is taken, though it is at the limit', ({ field }) => {
  expect(readRequest({ trigger: 'manual', ...field }).ok).toBe(true);
});

const NAMES = 'shutdown, SIGTERM, SIGINT, error, watchdog, sentinel, alarm, manual, drill';

test.each([
  { event: { bot_id: 'a' }, problem: `trigger is missing: it must be one of ${NAMES}; say who presses the button.` },
  {
    event: { trigger: 'sigterm' },
    problem: `trigger = "sigterm": must be one of ${NAMES}; say who presses the button (did you mean SIGTERM?).`,
  },
  { event: { trigger: null }, problem: `trigger = null: must be one of ${NAMES}; say who presses the button.` },
  {
    event: { trigger: 'manual', action: 'Preflight' },
    problem: 'action = "Preflight": must be liquidate or preflight; leave it out to liquidate.',
  },
])('$event is refused', ({ event, problem }) => {
  expect(problemsOf(event)).toEqual([problem]);
});

test('what is only inherited does not count', () => {
  expect(problemsOf(JSON.parse('{"__proto__": {"trigger": "manual"}}'))).toEqual([
    `trigger is missing: it must be one of ${NAMES}; say who presses the button.`,
    '__proto__ is not a key of the event; take it out; there are action, bot_id, correlation_id, trigger, dry_run, symbols, reason.',
  ]);
  expect(readRequest(Object.create({ trigger: 'manual' }))).toMatchObject({ ok: false });
  expect(readRequest(Object.assign(Object.create({ trigger: 'manual' }), { bot_id: 'a' }))).toMatchObject({
    ok: false,
  });
});

test('all problems come at once', () => {
  const event = {
    trigger: 'me',
    bot_id: 'A',
    dry_run: 'no',
    symbols: 'ALL',
    reason: 5,
    correlation_id: 'x',
    colour: 1,
  };
  expect(problemsOf(event)).toHaveLength(7);
});

test('a flood of problems is counted, not listed', () => {
  const event = Object.fromEntries(Array.from({ length: 40 }, (_, index) => [`field-${index}`, 'x'.repeat(10_000)]));
  const problems = problemsOf(event);
  expect(problems).toHaveLength(11);
  expect(problems.at(-1)).toBe('And 31 more problems.');
  expect(problems.join('').length).toBeLessThan(3_000);
});

test('for every event, answers in bounded text, and accepts only one that names its trigger or is a preflight', () => {
  const value = fc.oneof(
    fc.anything({ withBigInt: true, withDate: true, withMap: true }),
    fc.constantFrom(...TRIGGERS, KEY),
  );
  const key = fc.constantFrom('action', 'trigger', 'bot_id', 'correlation_id', 'dry_run', 'symbols', 'reason', KEY);
  const event = fc.oneof(fc.anything(), fc.dictionary(key, value));
  fc.assert(
    fc.property(event, anything => {
      const reading = readRequest(anything);
      if (reading.ok) {
        const { action, trigger } = anything as { readonly action?: unknown; readonly trigger?: unknown };
        expect(action === 'preflight' || TRIGGERS.some(known => known === trigger)).toBe(true);
        return;
      }
      expect(reading.problems.length).toBeGreaterThan(0);
      expect(reading.problems.length).toBeLessThanOrEqual(11);
      for (const problem of reading.problems) expect(problem.length).toBeLessThan(400);
      expect(reading.problems.join()).not.toContain(KEY.slice(4, 40));
    }),
    { numRuns: 500 },
  );
});

test('the mark with which flatline resumes a run is read, and refused when it is not its own', () => {
  const event = { trigger: 'watchdog', resume: { hop: 2, not_before_ms: 1_000, until_ms: 2_000, token: '0a1b' } };
  expect(readRequest(event)).toMatchObject({
    ok: true,
    request: {
      resume: {
        hop: 2,
        notBeforeMs: 1_000,
        untilMs: 2_000,
        token: '0a1b',
        confirms: false,
        carried: undefined,
        waits: undefined,
      },
    },
  });
  for (const resume of [
    null,
    {},
    { hop: 1 },
    { ...event.resume, hop: 1.5 },
    { ...event.resume, hop: 0 },
    { ...event.resume, more: 1 },
    { ...event.resume, token: undefined },
    { ...event.resume, token: 'no hex' },
    { ...event.resume, confirms: 'yes' },
  ]) {
    expect(readRequest({ ...event, resume }).ok).toBe(false);
  }
});
