/** README.md and the lists of docs against the code: first lines, keys and defaults, examples, headlines, scenarios. */

import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { createFlatline } from '../../client/typescript/flatline-client.ts';
import { HEADLINES, STATES, TRIGGERS } from '../../lambda/contract.ts';
import { readIni, type SettingsReading } from '../../lambda/core/config/read-settings.ts';
import { readRequest } from '../../lambda/core/invocation/request.ts';
import { answerOf } from '../../lambda/core/liquidation/answer/answer.ts';
import { SCENARIOS } from '../../simulator/scenarios/catalogue.ts';
import { codeIn, ROOT, readDocument } from './markdown.ts';

const readme = readDocument('README.md');
const calling = readDocument('docs/calling.md');

describe('the first block', () => {
  const lines = readme.blocks[0]?.text.trimEnd().split('\n') ?? [];

  test('is two lines: start, and test', () => {
    expect(lines.map(line => line.split('#')[0]?.trim())).toEqual(['npm ci && npm start', 'npm cit']);
  });

  test('names scripts that exist, and a drill that starts', () => {
    const { scripts, engines } = JSON.parse(readFileSync(`${ROOT}/package.json`, 'utf8'));
    expect(scripts.start).toBe('node bin/flatline.ts drill');
    expect(scripts.test).toBe('vitest run');
    expect(engines.node).toBe('>=20');
  });

  test('is before the first chapter', () => {
    expect(readme.text.indexOf('npm cit ')).toBeLessThan(readme.text.indexOf('\n## '));
  });
});

describe('the configuration', () => {
  const rows = readDocument('docs/configuration.md')
    .section('Keys')
    .rows.map(([section = '', key = '', , value]) => ({ section, key, value }));
  const settingsOf = (text: string): SettingsReading => readIni(text, 'docs/configuration.md');
  const headed = (section: string): string => `[${section.replace('ID', 'alpha')}]\n`;

  test.each(['liquidation', 'exchange', 'bot:ID', 'alerts', 'deployment'])('has exactly the keys of [%s]', section => {
    // A key that does not exist makes the code name all that do.
    const [finding] = settingsOf(`${headed(section)}qqqqqqqq = 1\n`).findings.filter(one =>
      one.key?.endsWith('.qqqqqqqq'),
    );
    const known = finding?.remedy.replace('delete it; the keys here are ', '').split(', ') ?? [];
    expect(rows.filter(row => row.section === section).map(({ key }) => key)).toEqual(known);
  });

  const production = readFileSync(`${ROOT}/config/production.ini`, 'utf8');

  test.each(rows)('config/production.ini has $section $key', ({ key }) => {
    expect(production).toMatch(new RegExp(`^;? ?${key} =`, 'm'));
  });

  test.each(rows.filter(row => codeIn(row.value)))(
    '$section $key has the default $value',
    ({ section, key, value }) => {
      const written = (codeIn(value) ?? '').replace('ID', 'alpha');
      const explicit = settingsOf(`${headed(section)}${key} = ${written}\n`);
      const left = settingsOf(headed(section));
      if (!explicit.ok || !left.ok) throw new Error(`${key} = ${written} is refused`);
      expect(explicit.settings).toEqual(left.settings);
    },
  );
});

describe('the examples', () => {
  const jsonOf = ({ blocks }: typeof readme) =>
    blocks.filter(({ language }) => language === 'json').map(({ text }) => JSON.parse(text));
  const json = jsonOf(calling);

  test('an event is accepted', () => {
    expect(readRequest(json[0])).toMatchObject({ ok: true });
  });

  test('the calls of a bot exist in the clients', () => {
    const block = (language: string): string => readme.blocks.find(one => one.language === language)?.text ?? '';
    const called = (text: string): readonly string[] => [
      ...new Set([...text.matchAll(/\bflatline\.(\w+)\(/g)].map(([, name = '']) => name)),
    ];
    const client = createFlatline({ botId: 'alpha', onEvent: () => undefined });
    const inTypeScript = called(block('js'));
    expect(inTypeScript.length).toBeGreaterThan(4);
    expect(inTypeScript.filter(name => !(name in client))).toEqual([]);
    const python = readFileSync(`${ROOT}/client/python/flatline_client/client.py`, 'utf8');
    const inPython = called(block('python'));
    expect(inPython).toEqual(['alive']);
    expect(inPython.filter(name => !python.includes(`    def ${name}(self`))).toEqual([]);
  });

  test('an answer has the keys of an answer', () => {
    const asked = { correlationId: null, botId: null, trigger: null, dryRun: false, startedAtMs: 0 };
    // These are in the answer of a run that called the exchange.
    const answer = answerOf(asked, 0, { headline: '', state: 'completed', markets: [], flat_after_seconds: 0 });
    expect(Object.keys(json[1]).toSorted()).toEqual(Object.keys(answer).toSorted());
    const explained = calling.section('The answer').rows.flatMap(([keys = '']) => keys.split(', ').map(codeIn));
    expect(explained.filter(key => key !== 'plan' && !(key !== undefined && key in answer))).toEqual([]);
  });

  test('the keys of the event are those that are read', () => {
    const rows = calling.section('The event').rows.map(([key]) => key);
    const everything = { zzzzzzzz: 1, trigger: 'manual' };
    const reading = readRequest(everything);
    const documented = reading.ok ? '' : (reading.problems[0] ?? '');
    expect(
      documented
        .replace(/^.*there are (.*)\.$/, '$1')
        .split(', ')
        .toSorted(),
    ).toEqual(rows.toSorted());
  });
});

describe('the lists', () => {
  test('name every trigger and no other', () => {
    const named = calling.section('Triggers').rows.flatMap(([names = '']) => names.split(', ').map(codeIn));
    expect(named.toSorted()).toEqual([...TRIGGERS].toSorted());
  });

  test('name every headline, and only states that there are', () => {
    const rows = calling.section('Headlines').rows;
    const headlines = rows.map(([, headline]) => codeIn(headline));
    for (const headline of Object.values(HEADLINES)) expect(headlines).toContain(headline);
    expect(rows.map(([state]) => codeIn(state)).filter(state => !STATES.some(one => one === state))).toEqual([]);
  });

  test('name every scenario of the drill with its promise', () => {
    const listed = readDocument('docs/scenarios.md').section('Scenarios').blocks[0]?.text.replace(/\s+/g, ' ').trim();
    expect(listed).toBe(SCENARIOS.map(({ name, promise }) => `${name} ${promise}`).join(' '));
  });
});
