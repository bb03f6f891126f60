/** `flatline validate` as a process: output, exit codes, and that nothing but the file is needed. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { judgeReading } from '../../bin/terminal/configuration-findings.ts';
import { readIni } from '../../lambda/core/config/read-settings.ts';
import { startFlatline } from './served-cloud.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'flatline-validate-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** As a process, without AWS credentials, region or configuration in its environment. */
const validate = (...args: readonly string[]) => startFlatline(['validate', ...args]).ended;

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

const TEN_MISTAKES = `[liquidation]
emergency_liquidation = yes please
close_positions = treu
timeout_seconds = 50
max_retries = -1
retry_delay = 0.5
[exchange]
environment = prod
recv_window_ms = 99999
[bot:Alpha Beta]
[bot:alpha]
heartbeat_seconds = 10
late_after_seconds = 5
[alert]
email = nobody
`;

const GOOD = `[liquidation]
timeout_seconds = 5
[alerts]
email = night@example.com
`;

describe('flatline validate', () => {
  test('reports all ten mistakes of a file at once, each with line, value, rule and remedy', async () => {
    const path = file('ten.ini', TEN_MISTAKES);
    const { code, stdout } = await validate('--config', path);
    expect(code).toBe(1);
    expect(stdout.match(/^\[ERROR\] /gm)).toHaveLength(10);
    expect(stdout.match(/^ {4}→ \S/gm)).toHaveLength(10);
    for (const line of [2, 3, 4, 5, 6, 8, 9, 10, 13, 14]) expect(stdout).toContain(`[ERROR] ${path}:${line}  `);
    expect(stdout).toContain('liquidation.timeout_seconds = 50\n    must be a number, 1.0 to 30.0\n    → lower it');
    expect(stdout).toContain('did you mean retry_delay_seconds?');
    expect(stdout).toContain('✗ Invalid: 10 errors. It cannot be deployed.');
    expect(stdout).not.toContain('✓');
    const tooWide = stdout.split('\n').filter(line => line.length > 80 && !line.includes(path));
    expect(tooWide).toEqual([]);
  });

  test('says Valid and Ready of a file that is both, and needs no AWS', async () => {
    const { code, stdout, stderr } = await validate('--config', file('good.ini', GOOD), '--strict');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/✓ Valid\n✓ Ready\n$/);
  });

  test('reads the file of the environment, and exits 2 on a warning under --strict', async () => {
    const { code, stdout } = await validate('--env', 'testnet', '--region', 'us-east-1', '--strict');
    expect(code).toBe(2);
    expect(stdout).toContain('config/testnet.ini, for testnet');
    expect(stdout).toContain('[WARNING]');
    expect(stdout).toContain('HTTP 451');
    expect(stdout).toContain('✓ Ready, with 1 warning');
  });

  test('answers programs with one document, and nothing beside it', async () => {
    const { code, stdout, stderr } = await validate('--config', join(folder, 'nowhere.ini'), '--json');
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toEqual({
      valid: false,
      ready: false,
      // Nobody said what it is for, and the file cannot say it.
      environment: null,
      file: join(folder, 'nowhere.ini'),
      findings: [
        {
          level: 'ERROR',
          file: join(folder, 'nowhere.ini'),
          line: null,
          key: null,
          value: null,
          rule: 'there is no such file',
          remedy: 'name another with --config, or have flatline init write one into an empty folder',
        },
      ],
    });
    expect(stderr).toBe('');
  });

  test('refuses what it does not know, and says what was meant', async () => {
    const { code, stderr } = await validate('--strikt');
    expect(code).toBe(3);
    expect(stderr).toContain('--strict');
  });
});

describe('the verdict on a configuration', () => {
  const OFF = '[liquidation]\nemergency_liquidation = false\nclose_positions = false\ncancel_orders = false\n';
  const MAIL = '[alerts]\nemail = night@example.com\n';
  test.each([
    ['all is well', GOOD, 'production', true, true, 0, ['✓ Valid', '✓ Ready']],
    ['a warning', '[liquidation]\n', 'production', true, true, 1, ['✓ Valid', '✓ Ready, with 1 warning']],
    [
      'protection is switched off',
      OFF + MAIL,
      'production',
      true,
      false,
      1,
      ['✓ Valid', '✗ Not ready: the CRITICAL findings leave positions unprotected. It can be deployed.'],
    ],
    [
      'the three switches disagree',
      '[liquidation]\nemergency_liquidation = false\n',
      'production',
      false,
      false,
      0,
      ['✗ Invalid: 1 error. It cannot be deployed.'],
    ],
    ['only notes', `[liquidation]\nresume_minutes = 0\n`, 'testnet', true, true, 0, ['✓ Valid', '✓ Ready']],
  ] as const)('%s', (_what, text, environment, valid, ready, warnings, sentences) => {
    const body = environment === 'testnet' ? `${text}[exchange]\nenvironment = testnet\n` : text;
    const judgement = judgeReading(readIni(body, 'x.ini', { environment }));
    expect(judgement).toMatchObject({ valid, ready, warnings });
    expect(judgement.sentences.map(([, sentence]) => sentence)).toEqual(sentences);
  });
});
