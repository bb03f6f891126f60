import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readConfigFile } from '../../lambda/adapters/config-file.ts';
import { BOT_KEYS, SECTION_KEYS } from '../../lambda/core/config/section-reader.ts';
import { defaultBot, SAFE_DEFAULTS } from '../../lambda/core/config/settings.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'flatline-config-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

describe('the shipped file', () => {
  const shipped = (name: string): string => join(import.meta.dirname, '../../config', name);

  test('for production is valid and has the safe defaults; only the alert target is left to the operator', () => {
    const reading = readConfigFile(shipped('production.ini'), {
      environment: 'production',
      awsRegion: 'ap-northeast-1',
    });
    expect(reading).toMatchObject({ ok: true, settings: SAFE_DEFAULTS });
    expect(reading.findings.map(({ level, key }) => `${level} ${key}`)).toEqual(['WARNING [alerts]']);
  });

  test.each([...Object.entries(SECTION_KEYS), ['bot:alpha', BOT_KEYS] as const])(
    'for production explains every key of [%s]',
    (_section, keys) => {
      const lines = readFileSync(shipped('production.ini'), 'utf8').split('\n');
      expect(keys.filter(key => !lines.some(line => new RegExp(`^;? ?${key} =`).test(line)))).toEqual([]);
    },
  );

  test('for the testnet is valid without a warning, and differs in the host and the secret only', () => {
    const reading = readConfigFile(shipped('testnet.ini'), { environment: 'testnet', awsRegion: 'ap-northeast-1' });
    // Each deployment key is written down with its default, so that a copy of the file shows what there is.
    expect(reading).toMatchObject({
      ok: true,
      findings: [],
      settings: {
        ...SAFE_DEFAULTS,
        exchange: { ...SAFE_DEFAULTS.exchange, environment: 'testnet', baseUrl: 'https://demo-fapi.binance.com' },
        bots: [{ ...defaultBot('default'), secretName: 'flatline/default-testnet' }],
      },
    });
  });
});

test('reads INI, and JSON when the name says so', () => {
  const ini = readConfigFile(file('a.ini', '[liquidation]\nmax_retries = 7'));
  const json = readConfigFile(file('a.JSON', '{"liquidation":{"max_retries":7}}'));
  expect(ini).toMatchObject({ ok: true, settings: { liquidation: { maxRetries: 7 } } });
  expect(json).toMatchObject({ ok: true, settings: { liquidation: { maxRetries: 7 } } });
});

test('names the file in every finding', () => {
  const path = file('bad.ini', '[liquidation]\nmax_retries = 11');
  expect(readConfigFile(path)).toMatchObject({ ok: false, findings: [{ source: path, line: 2 }] });
});

test('reads a bot’s own file when the option says so', () => {
  const path = file('bot.ini', '[strategy]\nname = x\n[liquidation]\nmax_retries = 2');
  expect(readConfigFile(path).ok).toBe(false);
  expect(readConfigFile(path, { foreignSections: 'ignore' })).toMatchObject({
    ok: true,
    settings: { liquidation: { maxRetries: 2 } },
  });
});

describe('a file that cannot be read is a finding:', () => {
  test.each([
    { what: 'missing', path: () => join(folder, 'none.ini'), rule: 'there is no such file' },
    { what: 'below a file', path: () => join(file('f', ''), 'none.ini'), rule: 'there is no such file' },
    { what: 'a directory', path: () => folder, rule: 'this is a directory' },
    { what: 'Latin-1', path: () => file('l.ini', Uint8Array.of(0x3b, 0xe9)), rule: 'the file is not UTF-8 text' },
    { what: 'too large', path: () => file('big.ini', ' '.repeat(1_000_001)), rule: 'the file is larger than 1 MB' },
  ])('$what', ({ path, rule }) => {
    const name = path();
    expect(readConfigFile(name)).toMatchObject({ ok: false, findings: [{ level: 'ERROR', source: name, rule }] });
  });
});
