/** The package as a bot installs it: packed, unpacked into a folder of its own, used from plain JavaScript and by tsc. */

import { execFileSync, spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { TABLE_NAMES } from '../../../simulator/cloud/tables.ts';
import { answers, type ClientCloud, startClientCloud } from './cloud.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'flatline-client-'));
const installed = join(folder, 'node_modules/flatline-client');
let cloud: ClientCloud;

beforeAll(async () => {
  // A copy at the same depth, so that packing builds there and leaves the working tree alone.
  const source = join(folder, 'source');
  cpSync(join(ROOT, 'client/typescript'), join(source, 'client/typescript'), {
    recursive: true,
    filter: path => !path.includes('/build/'),
  });
  for (const name of ['lambda/contract.ts', 'lambda/bot-row.ts']) cpSync(join(ROOT, name), join(source, name));
  cpSync(join(ROOT, 'package.json'), join(source, 'package.json'));
  symlinkSync(join(ROOT, 'node_modules'), join(source, 'node_modules'));
  execFileSync('npm', ['pack', '--ignore-scripts=false', join(source, 'client/typescript'), '--silent'], {
    cwd: folder,
    stdio: 'pipe',
  });
  mkdirSync(installed, { recursive: true });
  execFileSync('tar', ['-xzf', 'flatline-client-0.2.0.tgz', '-C', installed, '--strip-components=1'], { cwd: folder });
  for (const scope of ['@aws-sdk', '@types', 'undici-types']) {
    symlinkSync(join(ROOT, 'node_modules', scope), join(folder, 'node_modules', scope));
  }
  writeFileSync(join(folder, 'package.json'), '{"type": "module"}');
  cpSync(join(ROOT, 'examples/typescript-bot/bot.mjs'), join(folder, 'bot.mjs'));
  cloud = await startClientCloud();
});
afterAll(async () => {
  await cloud.close();
  rmSync(folder, { recursive: true, force: true });
});

test('holds what was built, and no source', () => {
  const names = readdirSync(installed, { recursive: true })
    .map(String)
    .filter(name => /\.\w+$/.test(name));
  expect(names).toEqual(expect.arrayContaining(['README.md', 'build/flatline-client.cjs', 'build/flatline-client.js']));
  expect(readFileSync(join(installed, 'LICENSE'), 'utf8')).toContain('Apache License');
  expect(names.filter(name => /(?<!\.d)\.(ts|mjs)$/.test(name))).toEqual([]);
});

test.each([
  ['import', "import { createFlatline } from 'flatline-client'; console.log(typeof createFlatline);", 'a.mjs'],
  ['require', "console.log(typeof require('flatline-client').createFlatline);", 'a.cjs'],
])('%s works in plain JavaScript', (_name, text, file) => {
  writeFileSync(join(folder, file), text);
  expect(execFileSync(process.execPath, [file], { cwd: folder }).toString()).toBe('function\n');
});

test('its types compile under the strictest options', () => {
  const text = `
    import { createFlatline, type LiquidationOutcome } from 'flatline-client';
    const flatline = createFlatline({ botId: 'default' });
    const outcome: LiquidationOutcome = await flatline.liquidate('error', { reason: 'x' });
    if (outcome.kind === 'answered') console.log(outcome.answer.headline.length);
    // @ts-expect-error: not a trigger
    await flatline.liquidate('because');
  `;
  writeFileSync(join(folder, 'bot.ts'), text);
  const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
  const options = ['--ignoreConfig', '--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2022'];
  const run = () =>
    execFileSync(process.execPath, [tsc, ...options, '--types', 'node', 'bot.ts'], { cwd: folder, stdio: 'pipe' });
  expect(() => run()).not.toThrow();
});

describe('the example bot, as a process', () => {
  /** Ends it as `end` says, once it trades; gives its exit code and what the liquidator received. */
  async function live(botId: string, end: (pid: number) => void, script = 'bot.mjs', more: NodeJS.ProcessEnv = {}) {
    const env = { ...process.env, ...cloud.env, BOT_ID: botId, ...more };
    const child = spawn(process.execPath, [script], { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    const { promise: trading, resolve } = Promise.withResolvers<void>();
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', text => {
        output += text;
        if (output.includes('trading\n')) resolve();
      });
    }
    const ended = new Promise<number | null>(done => child.once('close', done));
    await Promise.race([trading, ended]);
    if (child.pid !== undefined) end(child.pid);
    const code = await ended;
    const events = cloud.lambda.invocations.map(({ event }) => event as Readonly<Record<string, unknown>>);
    return { code, output, events: events.filter(event => event.bot_id === botId && event.action === 'liquidate') };
  }

  test.each([
    ['SIGTERM', 143],
    ['SIGINT', 130],
  ] as const)('%s: liquidated under that name, disarmed, exit %i', async (signal, code) => {
    const botId = signal.toLowerCase();
    const one = await live(botId, pid => process.kill(pid, signal));
    expect(one.code, one.output).toBe(code);
    expect(one.events).toMatchObject([{ trigger: signal, reason: `the bot got ${signal}` }]);
    expect(await cloud.row(botId)).toMatchObject({
      watch_state: 'disarmed',
      change_reason: `the bot got ${signal}, and its account is flat`,
    });
  });

  test.each([
    ['uncaughtException', "setTimeout(() => { throw new RangeError('boom'); }, 50);"],
    ['unhandledRejection', "setTimeout(() => { Promise.reject(new RangeError('boom')); }, 50);"],
  ])('%s: the error is printed, liquidated as error, exit 1', async (name, mishap) => {
    const botId = name.toLowerCase();
    writeFileSync(join(folder, `${name}.mjs`), `import './bot.mjs';\n${mishap}`);
    const one = await live(botId, () => undefined, `${name}.mjs`);
    expect(one.code).toBe(1);
    expect(one.output).toContain('RangeError: boom');
    expect(one.events).toMatchObject([{ trigger: 'error', reason: `${name} RangeError` }]);
  });

  test.each<readonly [string, NodeJS.ProcessEnv, RegExp]>([
    ['no-table', { AWS_ENDPOINT_URL_DYNAMODB: 'http://127.0.0.1:9' }, /not watched \(failed\), so not trading/],
    ['Not an ID', {}, /not watched \(failed\), so not trading/],
    ['stranger', {}, /not watched \(not-watched\), so not trading/],
    ['tripped', {}, /not watched \(tripped\), so not trading/],
  ])('%s: it does not trade, and nothing is liquidated', async (botId, env, says) => {
    cloud.respond(async ({ bot_id }) =>
      bot_id === 'stranger'
        ? answers('failed', {
            headline: 'REFUSED, NOTHING DONE',
            errors: [{ code: 'EVENT_INVALID', message: 'bot_id is not in the configuration', heading: 'x' }],
          })
        : answers('completed'),
    );
    if (botId === 'tripped') {
      const Item = { bot_id: { S: botId }, watch_state: { S: 'tripped' }, correlation_id: { S: 'liq_x' } };
      await cloud.tables.client.send(new PutItemCommand({ TableName: TABLE_NAMES.bots, Item }));
    }
    const one = await live(botId, () => undefined, 'bot.mjs', env);
    expect(one.code, one.output).toBe(1);
    expect(one.output).toMatch(says);
    expect(one.output).not.toMatch(/^trading$/m);
    expect(one.events).toEqual([]);
  });

  test('not flat: the watch stays armed', async () => {
    cloud.respond(async () => answers('partial'));
    const one = await live('not-flat', pid => process.kill(pid, 'SIGTERM'));
    expect(one.output).toContain('flatline: NOT FLAT, RETRYING');
    expect(await cloud.row('not-flat')).toMatchObject({ watch_state: 'armed' });
  });
});
