/** The CDK's entrance as the command line starts it: a process of its own, no network, no account, real bundles. */

import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { bundleFunction } from '../../simulator/cloud/bundle.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'flatline-synth-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Unless they are wanted, CloudFormation's own rules are not loaded, which takes seconds, and nothing is bundled. */
function synth(out: string, context: Readonly<Record<string, unknown>>, isWhole = false) {
  const outdir = join(folder, out);
  const { status, stderr } = spawnSync(join(ROOT, 'node_modules/.bin/node'), ['bin/app.ts'], {
    cwd: ROOT,
    encoding: 'utf8',
    env: {
      PATH: `${join(ROOT, 'node_modules/.bin')}:${process.env.PATH}`,
      NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE,
      CDK_OUTDIR: outdir,
      CDK_CONTEXT_JSON: JSON.stringify(isWhole ? context : { ...context, 'aws:cdk:bundling-stacks': [] }),
      CDK_VALIDATION: String(isWhole),
      AWS_REGION: 'us-east-1',
    },
  });
  return { outdir, status, stderr };
}

describe('cdk synth', () => {
  test('makes production from its file, with the very bundles that the drill runs', async () => {
    const { outdir, status, stderr } = synth('production', {}, true);
    expect(stderr).toContain('[WARNING] config/production.ini: AWS region us-east-1');
    expect(status).toBe(0);
    expect(existsSync(join(outdir, 'flatline-production.template.json'))).toBe(true);

    const assets = readdirSync(outdir).filter(name => name.startsWith('asset.'));
    const packed = assets.map(name => readFileSync(join(outdir, name, 'index.mjs'), 'utf8'));
    for (const name of ['liquidator', 'watchdog', 'notifier'] as const) {
      const drilled = readFileSync((await bundleFunction(name, join(folder, 'drill'))).path, 'utf8');
      expect(packed.includes(drilled)).toBe(true);
    }
  });

  test('T2: refuses an invalid configuration with everything that is wrong with it, and makes nothing', () => {
    const config = join(folder, 'broken.ini');
    writeFileSync(config, '[liquidation]\ntimeout_seconds = 99\nmax_retrys = 3\n');
    const { outdir, status, stderr } = synth('broken', { config });
    expect(status).toBe(1);
    expect(stderr).toContain('broken.ini:2 liquidation.timeout_seconds = 99: must be a number, 1.0 to 30.0');
    expect(stderr).toContain('broken.ini:3 liquidation.max_retrys');
    expect(stderr).not.toMatch(/^\s+at /m);
    expect(existsSync(join(outdir, 'flatline-production.template.json'))).toBe(false);
  });

  test('refuses more bots than a template has room for with a sentence, and makes nothing', () => {
    const config = join(folder, 'many.ini');
    const bots = Array.from({ length: 140 }, (_, index) => `[bot:b${index}]\n`).join('');
    writeFileSync(
      config,
      `[liquidation]\n${bots}[deployment]\nfixed_ip = true\nkms_key = stack\ntest_events = true\nping_url = true\n`,
    );
    const { outdir, status, stderr } = synth('many', { config });
    expect(status).toBe(1);
    expect(stderr).toContain('[ERROR] 140 bots with these options of [deployment] need more than the 500 resources');
    expect(stderr).not.toMatch(/^\s+at /m);
    expect(existsSync(join(outdir, 'flatline-production.template.json'))).toBe(false);
  });

  test('W3: refuses a flag that contradicts the file, and makes nothing', () => {
    const { outdir, status, stderr } = synth('contradicted', { fixedIp: 'true' });
    expect(status).toBe(1);
    expect(stderr).toContain('-c fixedIp=true: config/production.ini says fixed_ip = false');
    expect(existsSync(join(outdir, 'flatline-production.template.json'))).toBe(false);
  });

  test('takes a bot’s own file, and says which names of it may be taken', () => {
    const config = join(folder, 'bot.ini');
    writeFileSync(
      config,
      '[strategy]\nx = 1\n[exchange]\nenvironment = testnet\n[alerts]\nchat_webhook_secret = chat\n[deployment]\nname = desk2\nkms_key = stack\n',
    );
    const { outdir, status, stderr } = synth('testnet', { config, environment: 'testnet', kms: 'true' });
    expect(stderr).toContain('write secret = flatline/default-desk2');
    expect(stderr).toContain('write chat_webhook_secret = chat-desk2');
    expect(stderr).toMatch(/^\[INFO\] .*strategy/m);
    expect(status).toBe(0);
    const template = readFileSync(join(outdir, 'flatline-testnet-desk2.template.json'), 'utf8');
    expect(template).toContain('"AWS::KMS::Key"');
    expect(template).toContain('\\"environment\\":\\"testnet\\"');
  });
});
