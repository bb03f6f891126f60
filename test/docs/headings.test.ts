/** Every error code and every alarm names an existing heading of docs/troubleshooting.md. */

import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { meaningOf } from '../../lambda/adapters/binance/exchange-codes.ts';
import { errorOfFailure } from '../../lambda/core/invocation/answer-error.ts';
import { ERROR_CODES } from '../../lambda/core/invocation/error-codes.ts';
import { readRequest } from '../../lambda/core/invocation/request.ts';
import { ALARMS } from '../../lib/alarm-list.ts';
import { anchorOf, codeIn, ROOT, readDocument } from './markdown.ts';

const guide = readDocument('docs/troubleshooting.md');
const sections = guide.headings.filter(({ level }) => level === 2).map(({ text }) => text);
const link = (heading: string): string => `[${heading}](#${anchorOf(heading)})`;

describe('docs/troubleshooting.md', () => {
  test.each(Object.entries(ERROR_CODES))('has the section of %s', (_code, { heading }) => {
    expect(sections).toContain(heading);
  });

  test.each(ALARMS.map(({ id, heading }) => [id, heading] as const))(
    'has the section of the alarm %s',
    (_id, heading) => {
      expect(sections).toContain(heading);
    },
  );

  test.each(['preflight.ts', 'preflight-checks.ts'])('has the sections that %s names', file => {
    const source = readFileSync(`${ROOT}/lambda/app/liquidator/${file}`, 'utf8');
    const named = [...source.matchAll(/failed\([^()]+, '([^']+)'\)/g)].map(([, heading = '']) => heading);
    expect(named).not.toEqual([]);
    expect(named.filter(heading => !sections.includes(heading))).toEqual([]);
  });

  test.each([
    'Liquidation already in progress',
    'Timeout exceeded',
    'Partial liquidation',
    'Configuration error',
    'Missing audit records',
    'Completed, but a position is open',
    'Stuck in progress',
    'Closing by hand',
    'Incident report',
  ])('has the sections of frequent problems: %s', heading => {
    expect(sections).toContain(heading);
  });

  test('has no heading twice', () => {
    const anchors = guide.headings.map(({ text }) => anchorOf(text));
    expect(anchors.filter((anchor, index) => anchors.indexOf(anchor) !== index)).toEqual([]);
  });

  test('lists every code with its section, and no other', () => {
    const listed = guide.section('Error codes').rows.map(([code, section]) => [codeIn(code), section]);
    expect(listed).toEqual(Object.entries(ERROR_CODES).map(([code, { heading }]) => [code, link(heading)]));
  });

  test('lists every alarm with its section, and no other', () => {
    const listed = guide.section('Alarms').rows.map(([id, section]) => [codeIn(id), section]);
    expect(listed).toEqual(ALARMS.map(({ id, heading }) => [id, link(heading)]));
  });

  test.each(Object.values(ERROR_CODES).map(({ heading }) => heading))(
    'says of "%s" what it means and what to do',
    name => {
      const { text } = guide.section(name);
      for (const part of ['**What it means.**', '**Look.**', '**Do.**']) expect(text).toContain(part);
    },
  );
});

/** `message`: -1003 is a ban when its message says so. */
const headingOf = (code: number, message = ''): string =>
  errorOfFailure({ ...meaningOf({ status: 400, code, message, isJson: true }), message }).heading;

describe('a code of the exchange is in the section that its error leads to', () => {
  const curing = new Set<string>(Object.values(ERROR_CODES).map(({ heading }) => heading));
  const named = sections
    .filter(name => curing.has(name))
    .flatMap(name =>
      [...guide.section(name).text.matchAll(/(?<=[\s(|])-(\d{4})\b/g)].map(([, code = '']) => [name, -code] as const),
    );

  test('there are many', () => {
    expect(new Set(named.map(([, code]) => code)).size).toBeGreaterThan(40);
  });

  test.each([...new Set(named.map(one => JSON.stringify(one)))])('%s', line => {
    const [name, code]: readonly [string, number] = JSON.parse(line);
    expect([headingOf(code), headingOf(code, 'Way too many requests; IP banned until 1.')]).toContain(name);
  });
});

test('what the guide calls wrong events is refused, and what it calls right is taken', () => {
  const rows = guide.section('The event was refused').rows.map(([wrong, right]) => [codeIn(wrong), codeIn(right)]);
  const [wrong, right] = [0, 1].map(column =>
    rows.flatMap(row => row[column] ?? []).map(text => readRequest(JSON.parse(text)).ok),
  );
  expect(wrong).toEqual([false, false, false, false, false]);
  expect(right).toEqual([true, true, true, true]);
});
