/** `flatline bundle`: what it collects, what it says it could not read, and that no planted secret is in it. */

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { collect } from '../../bin/commands/bundle/collect.ts';
import { tarOf } from '../../bin/commands/bundle/tar.ts';
import type { Connection } from '../../bin/connect/connection.ts';
import { bundleRedaction } from '../../bin/incident/redact.ts';
import { METRICS } from '../../lambda/contract.ts';
import { link, sealOf, startChain } from '../../lambda/core/audit/chain.ts';
import { effectiveSettings } from '../../lambda/core/config/effective-settings.ts';
import { createMemoryBotStore } from '../../simulator/stores/bot-store.ts';
import { liquidationRig, START_MS } from '../support/liquidation-rig.ts';
import { type ServedForTests, serveForTests } from './served-cloud.ts';

const ID = 'liq_20240229_120007_abc123';

/** Of every shape that keys, tokens and secret addresses have; none of them was ever issued. */
const PLANTED = {
  hmacKey: 'vmPUZE6mv9SD5VNHk4HlWFsOr6aKE2zvsw0MuIgwCIPy6utIco14y7Ju91duEh8A',
  hexKey: 'dbefbc809e3e83c283a984c3a1459732ea7db1360ca80c5c2c8867408d28cc84',
  pemLine: 'MC4CAQAwBQYDK2VwBCIEIHV3Tz1xqNnM0bV2s8bqg9uM1JTq0m7s5r1ZbQvK3xYz',
  signature: 'c8db56825ae71d6d79447849e617115f4a920fa2acdcab2b053c4b2838bd6b71',
  awsKeyId: 'AKIAIOSFODNN7EXAMPLE',
  awsSecret: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
  slack: 'hooks.slack.com/services/T00000000/B00000000/XXXXXXXXXXXXXXXXXXXXXXXX',
  telegram: 'bot110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw',
  telegramAlone: '5110201543:BBIerUduDI2wHXKygTgpGTBt1L6QBMEtbx',
  password: 'correct-horse-battery',
} as const;

const EVERYTHING = [
  `key ${PLANTED.hmacKey} and ${PLANTED.hexKey}`,
  `-----BEGIN PRIVATE KEY-----\n${PLANTED.pemLine}\n-----END PRIVATE KEY-----`,
  `GET /fapi/v3/positionRisk?timestamp=1&signature=${PLANTED.signature}`,
  `${PLANTED.awsKeyId} ${PLANTED.awsSecret}`,
  `https://${PLANTED.slack} https://api.telegram.org/${PLANTED.telegram}/sendMessage ${PLANTED.telegramAlone}`,
  `https://user:${PLANTED.password}@example.com/`,
].join(' ; ');

const leaksIn = (text: string): readonly string[] =>
  Object.entries(PLANTED).flatMap(([name, secret]) => (text.includes(secret) ? [name] : []));

/** CloudWatch Logs at the wire: answers FilterLogEvents with these lines, one a page. */
async function serveLogs(lines: readonly string[]): Promise<{ readonly server: Server; readonly url: string }> {
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', chunk => {
      body += chunk;
    });
    request.on('end', () => {
      const { nextToken = '0' } = JSON.parse(body);
      const page = Number(nextToken);
      response.writeHead(200, { 'content-type': 'application/x-amz-json-1.1' });
      response.end(
        JSON.stringify({
          events: [{ message: lines[page], timestamp: START_MS }],
          ...(page + 1 < lines.length ? { nextToken: String(page + 1) } : {}),
        }),
      );
    });
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

interface Scene {
  readonly connection: Connection;
  readonly rig: ReturnType<typeof liquidationRig>;
}

/** A liquidation by the real liquidator, in memory, with secrets wherever somebody could have put one. */
async function scene(): Promise<Scene> {
  const rig = liquidationRig();
  rig.account.open('BTCUSDT', '0.500');
  await rig.run({ correlation_id: ID, reason: EVERYTHING.slice(0, 480) });
  const { item, head } = link(startChain(ID, 'w-0f'), {
    correlation_id: ID,
    timestamp: '2024-02-29T12:00:00.000000Z',
    event_type: 'bot_dead',
    operation: 'fire',
    bot_id: 'default',
    attempt: 0,
    data: { reason: EVERYTHING, nested: [{ apiSecret: PLANTED.password, note: EVERYTHING }] },
    error: { code: 'UNFORESEEN', message: EVERYTHING, headers: { 'X-MBX-APIKEY': PLANTED.password } },
  });
  await rig.stores.audit.append(item, 1_000);
  await rig.stores.lock.seal(ID, sealOf(head), START_MS, 1_000);

  const bots = createMemoryBotStore(rig.clock);
  bots.edit('default', { watch_state: 'armed', change_reason: EVERYTHING, failed_reason: EVERYTHING });
  const config = effectiveSettings({
    configText: JSON.stringify({ liquidation: {}, 'bot:default': { secret: 'flatline/default' } }),
    disabledText: undefined,
  });
  const deployed = (name: string) => ({
    name,
    state: 'Active',
    lastModified: undefined,
    timeoutMs: 60_000,
    memoryMb: 512,
    logGroup: `/aws/lambda/${name}`,
    variables: {
      FLATLINE_CONFIG: EVERYTHING,
      FLATLINE_NAMESPACE: 'flatline-production-two',
      MY_TOKEN: PLANTED.password,
    },
  });
  const connection: Connection = {
    where: 'flatline-production in eu-central-1',
    isLocal: false,
    region: 'eu-central-1',
    names: { liquidator: 'l', watchdog: 'w', liquidations: 'a', audit: 'b', bots: 'c' },
    functions: {
      liquidator: deployed('flatline-production-liquidator'),
      watchdog: deployed('flatline-production-watchdog'),
    },
    config,
    settings: config.settings,
    bots,
    audit: rig.stores.audit,
    runs: rig.stores.lock.runs,
    unfinished: rig.stores.lock.unfinished,
    invoke: () => Promise.reject(new Error('A bundle invokes nothing.')),
    clock: rig.clock,
    clockCorrectionMs: () => 0,
    random: rig.world.random,
    close: () => undefined,
  };
  return { connection, rig };
}

describe('what a bundle holds', () => {
  let logs: Awaited<ReturnType<typeof serveLogs>>;
  beforeEach(async () => {
    logs = await serveLogs([
      JSON.stringify({
        level: 'INFO',
        message: 'Exchange request',
        correlation_id: ID,
        apiKey: PLANTED.password,
        says: EVERYTHING,
      }),
      `a line that is no JSON ${EVERYTHING}`,
    ]);
    vi.stubEnv('AWS_ENDPOINT_URL_CLOUDWATCH_LOGS', logs.url);
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'test');
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
  });
  afterEach(() => {
    vi.unstubAllEnvs();
    logs.server.closeAllConnections();
    logs.server.close();
  });

  const options = { id: undefined, version: '1.2.3', nowMs: START_MS + 60_000 };

  test('everything is collected, and no planted secret is in any of it', async () => {
    const { connection } = await scene();
    const { files, unread } = await collect(connection, options);
    expect(unread).toEqual([]);
    expect(files.map(({ name }) => name)).toEqual([
      'manifest.json',
      'configuration.json',
      'functions.json',
      'bots.json',
      'liquidations.json',
      `trails/${ID}.json`,
      `trails/${ID}.txt`,
      'logs/liquidator.ndjson',
      'logs/watchdog.ndjson',
      'metrics.json',
    ]);
    for (const { name, text } of files) expect([name, leaksIn(text)]).toEqual([name, []]);
  });

  test('what helps is still there: names, hashes, verdicts, both log lines', async () => {
    const { connection } = await scene();
    const { files } = await collect(connection, options);
    const textOf = (name: string): string => files.find(file => file.name === name)?.text ?? '';
    const { items, verification } = JSON.parse(textOf(`trails/${ID}.json`));
    expect(verification).toMatchObject({ ok: true, sealed: true });
    expect(items[0].hash).toMatch(/^[0-9a-f]{64}$/);
    expect(items[1].prev_hash).toMatch(/^[0-9a-f]{64}$/);
    expect(textOf(`trails/${ID}.txt`)).toContain(`${ID}  FLAT`);
    expect(textOf('configuration.json')).toContain('flatline/default');
    expect(JSON.parse(textOf('functions.json'))[0].variables).toEqual([
      ...['FLATLINE_CONFIG', 'FLATLINE_NAMESPACE', 'MY_TOKEN'],
    ]);
    expect(JSON.parse(textOf('metrics.json'))).toEqual({
      namespace: 'flatline-production-two',
      names: Object.values(METRICS),
    });
    const lines = textOf('logs/liquidator.ndjson')
      .trim()
      .split('\n')
      .map(line => JSON.parse(line));
    expect(lines[0]).toMatchObject({ message: 'Exchange request', apiKey: '[redacted]' });
    expect(lines[1]).toMatch(/^a line that is no JSON/);
    expect(JSON.parse(textOf('manifest.json'))).toMatchObject({ flatline: '1.2.3', unread: [] });
  });

  test('what cannot be read is listed, and does not stop the rest', async () => {
    const { connection, rig } = await scene();
    rig.stores.script.failNext('refuse', { operation: 'list' });
    logs.server.closeAllConnections();
    await new Promise(resolve => logs.server.close(resolve));
    const { files, unread } = await collect(connection, options);
    expect(unread.map(({ what }) => what)).toEqual([
      `the audit log of ${ID}`,
      'the logs of the liquidator',
      'the logs of the watchdog',
    ]);
    expect(JSON.parse(files[0]?.text ?? '')).toMatchObject({ unread });
    expect(files.map(({ name }) => name)).toContain('bots.json');
  });

  test('an unknown ID is reported as unknown', async () => {
    const { connection } = await scene();
    const { unread } = await collect(connection, { ...options, id: 'liq_20240229_120007_ffffff' });
    expect(unread).toEqual([
      { what: 'the audit log of liq_20240229_120007_ffffff', why: 'there is no audit log and no record' },
    ]);
  });
});

describe('the redaction of a bundle', () => {
  test('for every key of the exchange’s shape, at any place in a text', () => {
    const alphabet = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'];
    const key = fc.array(fc.constantFrom(...alphabet), { minLength: 64, maxLength: 64 }).map(chars => chars.join(''));
    const redaction = bundleRedaction(new Set());
    fc.assert(
      fc.property(
        key,
        fc.constantFrom('', ' ', '"', '=', ':', '/', ','),
        fc.constantFrom('', ' ', '"', '&', ','),
        (secret, before, after) => {
          const text = `x${before}${before === '' ? ' ' : ''}${secret}${after}`;
          expect(redaction.text(text)).not.toContain(secret);
          expect(JSON.stringify(redaction.plain({ note: [text] }))).not.toContain(secret);
        },
      ),
    );
  });

  test.each([
    ['a correlation ID', 'liq_20261121_053033_2f7d914a0b1c2d3e'],
    ['a client order ID', 'fl-0123456789abcdef0123456789abcdef'],
    ['an ARN', 'arn:aws:lambda:ap-northeast-1:123456789012:function:flatline-production-liquidator'],
    ['a path of the exchange', '/fapi/v1/allOpenOrders'],
    ['an instant', '2026-11-21T05:30:33.233047Z'],
    ['a host', 'https://fapi.binance.com/fapi/v1/order'],
    ['an ID of an audit item', '2026-11-21T05:30:33.233047Z#a1#000001'],
    ['a UUID', '8a3f2b1c-0d4e-4f5a-9b6c-7d8e9f0a1b2c'],
  ])('leaves %s alone', (_what, text) => {
    expect(bundleRedaction(new Set()).text(text)).toBe(text);
  });
});

describe('flatline bundle', () => {
  let served: ServedForTests;
  let folder: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'flatline-bundle-test-'));
    served = await serveForTests();
    const { lambdaUrl, liquidatorName } = served.file;
    const path = `${lambdaUrl}/2015-03-31/functions/${liquidatorName}/invocations`;
    const event = { trigger: 'manual', reason: EVERYTHING.slice(0, 480), correlation_id: ID };
    await fetch(path, { method: 'POST', body: JSON.stringify(event) }).then(reply => reply.text());
  });
  afterAll(async () => {
    await served.close();
    rmSync(folder, { recursive: true });
  });

  test('writes an archive that tar unpacks, for its owner only, without a secret, and never over another file', async () => {
    const path = join(folder, 'case.tar.gz');
    const args = ['bundle', ID, '--local', '--out', path];
    const { code, stdout, stderr } = await served.flatline([...args, '--json']);
    expect(code).toBe(0);
    const document = JSON.parse(stdout);
    expect(document).toMatchObject({ file: path, bytes: statSync(path).size });
    expect(document.unread.map(({ what }: { what: string }) => what)).toEqual([
      'the logs of the liquidator',
      'the logs of the watchdog',
    ]);
    expect(stderr).toBe('');
    expect(statSync(path).mode & 0o777).toBe(0o600);

    execFileSync('tar', ['xzf', path, '-C', folder]);
    const [root = ''] = readdirSync(folder).filter(name => name.startsWith('flatline-bundle-'));
    const texts = document.files.map((name: string) => readFileSync(join(folder, root, name), 'utf8')).join('\n');
    expect(texts).toContain('"headline": "FLAT"');
    expect(leaksIn(texts)).toEqual([]);
    for (const secret of served.secrets) expect(texts).not.toContain(secret);

    const again = await served.flatline(args);
    expect(again).toMatchObject({ code: 1, stderr: expect.stringContaining('exists already') });
  });
});

test.each([
  ['an empty file', ''],
  ['exactly one block', 'x'.repeat(512)],
  ['letters of more than one byte', '币安人生 – é'],
])('an archive of %s is read by tar as it was', (_what, text) => {
  const archive = tarOf(
    'folder',
    [
      { name: 'a.txt', text },
      { name: 'b.txt', text: 'after' },
    ],
    START_MS,
  );
  expect(archive.length % 512).toBe(0);
  const read = (name: string) => execFileSync('tar', ['xOf', '-', `folder/${name}`], { input: archive }).toString();
  expect([read('a.txt'), read('b.txt')]).toEqual([text, 'after']);
});
