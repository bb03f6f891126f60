/** `flatline report` against the local cloud: what it writes, where, for whom, and how it ends. */

import { execFile } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasDisplay, registerReport } from '../../bin/commands/report.ts';
import { type Ended, type ServedForTests, serveForTests, unasked } from '../cli/served-cloud.ts';
import { COMMAND_LINE } from '../support/command-line.ts';
import { textIn } from './report-rig.ts';

const GOOD = 'liq_20261121_120000_aaaaaa';
const PARTIAL = 'liq_20261121_120001_aaaaaa';
const BLIND = 'liq_20261121_120002_aaaaaa';
const NOBODY = 'liq_20261121_120009_aaaaaa';
const WRITES = ['PutItem', 'UpdateItem', 'DeleteItem', 'BatchWriteItem', 'TransactWriteItems'];

const run = promisify(execFile);

let served: ServedForTests;

async function liquidate(correlationId: string): Promise<void> {
  served.reopen('default');
  const { lambdaUrl, liquidatorName } = served.file;
  const path = `${lambdaUrl}/2015-03-31/functions/${liquidatorName}/invocations`;
  const event = { trigger: 'manual', reason: 'an exercise', correlation_id: correlationId };
  await fetch(path, { method: 'POST', body: JSON.stringify(event) }).then(reply => reply.text());
}

const report = (...args: readonly string[]): Promise<Ended> =>
  served.here([registerReport], ['report', ...args, '--local', '--open', 'no']);
const inFolder = (name: string): string => join(served.folder, name);

beforeAll(async () => {
  served = await serveForTests({
    liquidation: { timeoutMs: 3_000, maxRetries: 1, retryDelayMs: 100, resumeMs: 0, confirmMs: 0 },
  });
  await liquidate(GOOD);
  served.exchange.faults.add({
    on: { method: 'POST', path: '/fapi/v1/order', symbol: 'ETHUSDT' },
    times: Number.POSITIVE_INFINITY,
    fault: { kind: 'refuse', code: -2022, msg: 'ReduceOnly Order is rejected.' },
  });
  await liquidate(PARTIAL);
  served.exchange.faults.clear();
});
afterAll(() => served.close());

describe('flatline report', () => {
  test('writes one page for its owner only, and says where', async () => {
    const path = inFolder('good.html');
    const ended = await report(GOOD, '--out', path);
    expect([ended.code, unasked(ended)]).toEqual([0, '']);
    expect(ended.stdout).toMatch(new RegExp(`^FLAT  ${GOOD}\n.*good\\.html  \\d+ kB\n$`));
    expect(statSync(path).mode & 0o777).toBe(0o600);
    const text = textIn(readFileSync(path, 'utf8'));
    expect(text).toContain('FLAT 3 of 3 positions closed');
    expect(text).toContain('A person: an exercise.');
    expect(text).toContain('PROVEN');
    for (const secret of served.secrets) expect(text).not.toContain(secret);
  });

  test('exits 0 for a page that says NOT FLAT, and gives programs the verdict', async () => {
    const path = inFolder('partial.html');
    const { code, stdout, stderr } = await report(PARTIAL, '--out', path, '--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual({
      where: 'the local cloud',
      file: path,
      bytes: statSync(path).size,
      correlation_id: PARTIAL,
      headline: 'NOT FLAT, CHECK BY HAND',
      state: 'partial',
      open: false,
      chain: { ok: true, sealed: true },
    });
    expect(stderr).toBe('');
    expect(textIn(readFileSync(path, 'utf8'))).toContain('Open at the last read: ETHUSDT −4.000');
  });

  test('writes over another file only when asked', async () => {
    const path = inFolder('twice.html');
    await report(GOOD, '--out', path);
    const before = readFileSync(path, 'utf8');
    const { code, stderr } = await report(PARTIAL, '--out', path);
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: `report: ${path} exists already. Name another file with --out, or overwrite it with --force.\n`,
    });
    expect(readFileSync(path, 'utf8')).toBe(before);
    expect((await report(PARTIAL, '--output', path, '--force')).code).toBe(0);
    expect(readFileSync(path, 'utf8')).not.toBe(before);
  });

  test('of a path that cannot be written says so', async () => {
    const path = inFolder('nowhere/page.html');
    const { code, stderr } = await report(GOOD, '--out', path);
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: `report: ${path} cannot be written: its folder does not exist. Create it, or name another file with --out.\n`,
    });
  });

  test('of an unknown ID says so, writes nothing, and exits 1', async () => {
    const path = inFolder('nobody.html');
    const { code, stdout, stderr } = await report(NOBODY, '--out', path);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toBe(
      `report: ${NOBODY} is not known in the local cloud: no record, no audit log. See flatline audit list.\n`,
    );
    expect(() => statSync(path)).toThrow();
  });

  test('of a run whose tables stored nothing says so', async () => {
    const fault = { kind: 'fail', status: 500, error: 'InternalServerError' } as const;
    for (const operation of WRITES) served.cloud.tables.faults.always(fault, { operation });
    await liquidate(BLIND);
    // Still so when the report is made: a late attempt would store its records as soon as the tables work.
    const { code, stderr } = await report(BLIND, '--out', inFolder('blind.html'));
    served.cloud.tables.faults.clear();
    expect(code).toBe(1);
    expect(stderr).toContain('no record, no audit log');
  });

  test.each([
    ['no ID', [], 'Name the correlation ID'],
    ['an ID of no form', ['liq_1'], 'A correlation ID is liq_YYYYMMDD_HHMMSS_'],
    ['a choice that is none', [GOOD, '--open', 'perhaps'], 'yes, no'],
  ])('%s is a wrong command line: exit 3', async (_name, args, says) => {
    const { code, stderr } = await served.here([registerReport], ['report', ...args, '--local']);
    expect(code).toBe(3);
    expect(stderr.toLowerCase()).toContain(says.toLowerCase());
  });

  test('without a name it writes into the folder where it is run, beside earlier pages or, with --force, over the first', async () => {
    const name = `flatline-report-${GOOD}`;
    const here = { env: { ...process.env, ...served.env }, cwd: served.folder };
    for (const [expected, ...over] of [[`${name}.html`], [`${name}-2.html`], [`${name}.html`, '--force']]) {
      const { stdout } = await run(process.execPath, [COMMAND_LINE, 'report', GOOD, '--local', ...over], here);
      expect(stdout).toContain(`${expected}  `);
      expect(statSync(inFolder(expected ?? '')).size).toBeGreaterThan(10_000);
    }
  });
});

test.each([
  ['linux', {}, false],
  ['linux', { DISPLAY: ':0' }, true],
  ['linux', { WAYLAND_DISPLAY: 'wayland-0' }, true],
  ['linux', { DISPLAY: '' }, false],
  ['darwin', {}, true],
  ['win32', {}, true],
] as const)('on %s with %j there is a display: %s', (platform, env, expected) => {
  expect(hasDisplay(platform, env)).toBe(expected);
});
