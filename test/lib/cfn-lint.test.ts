/**
 * cfn-lint, the checks of AWS's own template linter, where it is installed (`pip install cfn-lint`): clean for whatever
 * can be chosen. Without it these tests are skipped, and say so; CloudFormation's built-in rules run in any case.
 */

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { Template } from 'aws-cdk-lib/assertions';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WatcherStack } from '../../lib/watcher.ts';
import { appWithFlags, botsNamed, PRODUCTION, templateOf } from './synthesised.ts';

const isInstalled = spawnSync('cfn-lint', ['--version']).status === 0;
if (!isInstalled) console.warn('cfn-lint is not installed: the templates are not linted (pip install cfn-lint).');

const folder = mkdtempSync(join(tmpdir(), 'flatline-lint-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const TEMPLATES = {
  'one-bot': () => templateOf().toJSON(),
  'everything-and-a-hundred-bots': () =>
    templateOf({
      ...{ environment: 'testnet', suffix: 'desk2', alertEmail: 'ops@example.com', chatSecret: 'flatline/chat' },
      ...{ kmsKey: 'stack', fixedIp: true, testEvents: true, trailCopyDays: 400, pingUrl: true, monthlyBudgetUsd: 50 },
      bots: botsNamed(...Array.from({ length: 100 }, (_, index) => `market-maker-${index + 1}`)),
    }).toJSON(),
  watcher: () =>
    Template.fromStack(
      new WatcherStack(
        appWithFlags({ builtinCloudFormationValidation: false }),
        { ...PRODUCTION, alertEmail: 'ops@example.com' },
        { region: 'eu-west-1', watched: 'ap-northeast-1' },
      ),
    ).toJSON(),
  /** Shows that the linter finds faults. */
  careless: () => ({ Resources: { Queue: { Type: 'AWS::SQS::Queue', Properties: { DelaySeconds: 'soon' } } } }),
} as const;

interface Finding {
  readonly Filename: string;
  readonly Rule: { readonly Id: string };
  readonly Message: string;
}

/** W3005: the CDK names some dependencies that follow from references anyway. */
const ACCEPTED = ['W3005'];

describe.skipIf(!isInstalled)('cfn-lint', () => {
  let findings: readonly Finding[] = [];
  beforeAll(() => {
    for (const [name, make] of Object.entries(TEMPLATES)) {
      writeFileSync(join(folder, `${name}.json`), JSON.stringify(make(), undefined, 1));
    }
    const files = readdirSync(folder).map(name => join(folder, name));
    const { stdout } = spawnSync('cfn-lint', ['--format', 'json', '--ignore-checks', ...ACCEPTED, '--', ...files], {
      encoding: 'utf8',
      maxBuffer: 64 * 1024 * 1024,
    });
    findings = JSON.parse(stdout) as Finding[];
  });
  const found = (name: string): readonly string[] =>
    findings
      .filter(({ Filename }) => basename(Filename) === `${name}.json`)
      .map(({ Rule, Message }) => `${Rule.Id} ${Message}`);

  test.each(['one-bot', 'everything-and-a-hundred-bots', 'watcher'])('finds nothing in %s', name => {
    expect(found(name)).toEqual([]);
  });

  test('finds what is wrong with a careless template', () => {
    expect(found('careless').join()).toContain('E3012');
  });
});
