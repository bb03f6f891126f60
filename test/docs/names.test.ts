/**
 * Names in code font in the documents exist in the code: error codes, alarms, stack outputs, metrics, variables, options
 * of a deployment, keys of events, rows and configuration.
 */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { FUNCTION_ENTRIES } from '../../lambda/bundling.ts';
import { METRICS } from '../../lambda/contract.ts';
import { ERROR_CODES } from '../../lambda/core/invocation/error-codes.ts';
import { ALARMS } from '../../lib/alarm-list.ts';
import { readChoices } from '../../lib/choices.ts';
import { DOCUMENTS, listFiles, ROOT, readDocument } from './markdown.ts';

const textOf = (...patterns: readonly string[]): string =>
  listFiles(...patterns)
    .map(file => readFileSync(join(ROOT, file), 'utf8'))
    .join('\n');
const product = textOf('bin/*.ts', 'client/*.ts', 'client/*.py', 'config/*', 'examples/*', 'lambda/*.ts', 'lib/*.ts');
const tests = textOf('test/*.ts');
const alarms = ALARMS.map(({ id }) => id);

/** Every word of the product and its simulator: a misspelt name, or one that was removed, is not among them. */
const words = new Set(`${product}\n${textOf('simulator/*.ts')}`.match(/\b[A-Za-z]\w*/g));

const everywhere = ({ text }: { readonly text: string }, pattern: RegExp): readonly string[] =>
  [...text.matchAll(pattern)].map(([, name = '']) => name);
/** Names in code font within sentences. */
const matching = ({ text }: { readonly text: string }, pattern: RegExp): readonly string[] =>
  everywhere({ text: text.replaceAll(/^ *```[\s\S]*?^ *```$/gm, '') }, /`([^`\n]+)`/g).flatMap(
    code => pattern.exec(code)?.[1] ?? [],
  );

const choices = new Set<string>();
readChoices(name => choices.add(name) && undefined, undefined);

const outputs = [
  ...everywhere({ text: textOf('lib/flatline-stack.ts') }, /^ {8}([A-Z]\w+): /gm),
  ...['FixedIp1', 'FixedIp2', 'TrailCopyBucket'],
];

describe.each(DOCUMENTS.map(document => [document.path, document] as const))('%s', (_path, document) => {
  test('names error codes, variables and metrics that exist', () => {
    const variables = everywhere(document, /\b((?:FLATLINE|EMERGENCY)_[A-Z_]*[A-Z])\b/g);
    const shouted = matching(document, /^([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)$/).filter(name => !variables.includes(name));
    expect(shouted.filter(name => !Object.hasOwn(ERROR_CODES, name) && !words.has(name))).toEqual([]);
    expect(variables.filter(name => !product.includes(name) && !tests.includes(name))).toEqual([]);
  });

  test('names keys, events and columns that exist', () => {
    const named = matching(document, /^([a-z]+(?:_[a-z0-9]+)+)(?: = .*)?$/);
    const refused = readDocument('docs/troubleshooting.md').section('Configuration error').text;
    expect(named.filter(name => !words.has(name) && !refused.includes(`\`${name} = `))).toEqual([]);
  });

  test('names alarms, functions and stacks that exist', () => {
    const ends = everywhere(document, /\bflatline-(?:production|testnet)-([a-z0-9-]*[a-z0-9])\b/g);
    // The last is the alarm of the watcher's own stack (lib/watcher.ts).
    const known = [...alarms, ...Object.keys(FUNCTION_ENTRIES), 'desk2', 'watcher-silent'];
    // `desk2` is the name of an example's stack.
    expect(ends.map(name => name.replace(/^desk2-/, '')).filter(name => !known.includes(name))).toEqual([]);
    const ids = matching(document, /^(?:S-)?((?:bot|liquidat\w+|watchdog|notifier|positions|dead|preflight)-[a-z-]+)$/);
    expect(ids.filter(id => !alarms.includes(id))).toEqual([]);
  });

  test('names outputs of the stack that exist', () => {
    const documented = [
      ...everywhere(document, /\$\(output (\w+)\)/g),
      ...everywhere(document, /\boutputs? ((?:`\w+…?`(?:,| and)?\s*)+)/g).flatMap(list =>
        everywhere({ text: list }, /`(\w+…?)`/g),
      ),
    ];
    const isPerBot = (name: string): boolean => /^(BotPolicyArnOf|SecretNameOf)/.test(name);
    expect(documented.filter(name => !isPerBot(name) && !outputs.includes(name))).toEqual([]);
  });

  test('uses options of a deployment that exist', () => {
    expect(everywhere(document, /[ `]-c (\w+)=/g).filter(name => !choices.has(name))).toEqual([]);
  });
});

test('each kind of name occurs', () => {
  expect(outputs).toEqual(expect.arrayContaining(['LiquidatorName', 'BotsTable', 'AlertTopicArn', 'DashboardUrl']));
  expect([...choices].toSorted()).toEqual(['config', 'environment', 'fixedIp', 'kms', 'name', 'stack', 'testEvents']);
  const text = DOCUMENTS.map(document => document.text).join('\n');
  for (const choice of choices) expect(text).toContain(`-c ${choice}=`);
  const found = (pattern: RegExp): number => DOCUMENTS.flatMap(document => matching(document, pattern)).length;
  expect(found(/^([A-Z]+(?:_[A-Z]+)+)$/)).toBeGreaterThan(50);
  expect(found(/^([a-z]+(?:_[a-z]+)+)$/)).toBeGreaterThan(50);
});

test('metrics are named as they are emitted', () => {
  const emitted = new Set<string>(Object.values(METRICS));
  const named = everywhere(readDocument('docs/troubleshooting.md'), /\b[Mm]etric `(\w+)`/g);
  expect(named.length).toBeGreaterThan(0);
  expect(named.filter(name => !emitted.has(name))).toEqual([]);
});

test('the number of alarms is that of the stack', () => {
  const counted = DOCUMENTS.flatMap(document => everywhere(document, /\b(\d+) alarms\b/g)).filter(
    count => count !== '10',
  );
  expect(counted.length).toBeGreaterThan(1);
  const usual = ALARMS.filter(({ onlyWith }) => onlyWith !== 'ping' && onlyWith !== 'trail-copy');
  expect([...new Set(counted)]).toEqual([String(usual.length)]);
});

test('lists of the dashboard and saved queries that documents name exist', () => {
  const sources = textOf('lib/dashboard.ts', 'lib/query-list.ts');
  const named = DOCUMENTS.flatMap(document => [
    ...everywhere(document, /\bdashboard,\s+"([^"]+)"/g),
    ...everywhere(document, /\bthe\s+list\s+"([^"]+)"/g),
    ...everywhere(document, /\bsaved\s+query\s+"([^"]+)"/g),
  ]);
  expect(named.length).toBeGreaterThan(3);
  expect(named.filter(name => !sources.includes(`'${name}'`))).toEqual([]);
});
