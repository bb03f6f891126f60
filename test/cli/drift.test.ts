/** What is deployed against what would be: by hand in the console, or a file that was edited and not deployed. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { drift, localConfiguration } from '../../bin/commands/status/drift.ts';
import type { Connection } from '../../bin/connect/connection.ts';
import { ENV, LIQUIDATOR_SIZE } from '../../lambda/contract.ts';
import { readIni, toJson } from '../../lambda/core/config/read-settings.ts';
import { CANARY } from '../../lambda/core/heartbeat/canary.ts';
import { resource, templateOf } from '../lib/synthesised.ts';

const folder = mkdtempSync(join(tmpdir(), 'flatline-drift-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const FILE =
  '[liquidation]\ntimeout_seconds = 7\n[exchange]\nenvironment = production\n[bot:alpha]\nrole = arn:aws:iam::123456789012:role/alpha\n[bot:beta]\n';

/** As bin/app.ts deploys it. */
function deployedFrom(text: string, canary = true): string {
  const reading = readIni(text, 'production.ini');
  if (!reading.ok) throw new Error('The file of this test is not valid.');
  return toJson({ ...reading.settings, bots: [...reading.settings.bots, ...(canary ? [CANARY] : [])] });
}

interface Deployed {
  readonly config?: string;
  readonly watchdogConfig?: string;
  readonly timeoutMs?: number;
  readonly memoryMb?: number;
  readonly isLocal?: boolean;
}

function driftOf(file: string, deployed: Deployed, suffix?: string): readonly string[] {
  writeFileSync(join(folder, 'production.ini'), file);
  const { config = deployedFrom(FILE), watchdogConfig = config, isLocal = false } = deployed;
  const size = { timeoutMs: LIQUIDATOR_SIZE.timeoutSeconds * 1_000, memoryMb: LIQUIDATOR_SIZE.memoryMb };
  const functions = {
    liquidator: { name: 'flatline-production-liquidator', variables: { [ENV.config]: config }, ...size, ...deployed },
    watchdog: { name: 'flatline-production-watchdog', variables: { [ENV.config]: watchdogConfig } },
  } as unknown as Connection['functions'];
  return drift({ functions, isLocal }, localConfiguration('production', suffix, folder));
}

test('no drift is reported when the file is deployed, with or without roles and comments', () => {
  expect(driftOf(`# ours\n${FILE}`, {})).toEqual([]);
  expect(driftOf(`${FILE}[deployment]\ncanary = false\n`, { config: deployedFrom(FILE, false) })).toEqual([]);
});

describe('a file that was edited and not deployed', () => {
  test('is reported with its sections, and the command that shows more', () => {
    const [sentence, ...others] = driftOf(FILE.replace('= 7', '= 9').concat('heartbeat_seconds = 5\n'), {});
    expect(sentence).toContain('in [liquidation], [bot:beta]: look with flatline deploy --diff');
    expect(others).toEqual([]);
  });

  test('a bot that is missing there is reported by name: its policy may have been attached by hand', () => {
    const found = driftOf(FILE.replace('[bot:beta]\n', ''), {});
    expect(found).toEqual([
      expect.stringContaining('in [bot:beta]'),
      expect.stringMatching(/^beta is deployed and not in .*production\.ini: was its policy attached by hand\?/),
    ]);
  });

  test('the canary that was switched off is no bot whose policy must be detached', () => {
    expect(driftOf(`${FILE}[deployment]\ncanary = false\n`, {})).toEqual([expect.stringContaining('[bot:canary]')]);
  });

  test.each([
    ['that is not valid', 'timeout_seconds = 7\n', undefined],
    ['of another stack', `${FILE}[deployment]\nname = desk2\n`, undefined],
    ['without the name that was asked for', FILE.replace('= 7', '= 9'), 'desk2'],
  ])('one %s is not compared', (_what, file, suffix) => {
    expect(driftOf(file, {}, suffix)).toEqual([]);
  });
});

describe('what was changed by hand', () => {
  test('is reported for one function alone', () => {
    expect(driftOf(FILE, { watchdogConfig: deployedFrom(FILE.replace('= 7', '= 9')) })).toEqual([
      expect.stringContaining('flatline-production-watchdog differ in FLATLINE_CONFIG'),
    ]);
  });

  test.each([
    [{ timeoutMs: 1_000 }, 'has 1 s and 1769 MB'],
    [{ memoryMb: 128 }, 'has 90 s and 128 MB'],
  ])('a liquidator that was made smaller is reported with the command that corrects it: %j', (size, words) => {
    expect(driftOf(FILE, size)).toEqual([expect.stringContaining(words)]);
    expect(driftOf(FILE, size)[0]).toMatch(/--timeout 90 --memory-size 1769, then publish a version/);
  });

  test('the size is the one that the stack deploys', () => {
    expect(resource(templateOf(), 'AWS::Lambda::Function', 'Liquidator').Properties).toMatchObject({
      Timeout: LIQUIDATOR_SIZE.timeoutSeconds,
      MemorySize: LIQUIDATOR_SIZE.memoryMb,
    });
  });

  test('of the local cloud nothing is reported', () => {
    expect(driftOf(FILE.replace('= 7', '= 9'), { isLocal: true, memoryMb: 128 })).toEqual([]);
  });
});
