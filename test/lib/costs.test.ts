/** docs/costs.md says what is true of the template, and its sums are sums. Prices are AWS's own matter. */

import { readFileSync, writeFileSync } from 'node:fs';
import type { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, test } from 'vitest';
import { ALARMS } from '../../lib/alarm-list.ts';
import { botsNamed, templateOf } from './synthesised.ts';

/** Without what an option of the deployment adds. */
const USUAL_ALARMS = ALARMS.filter(({ onlyWith }) => onlyWith !== 'ping' && onlyWith !== 'trail-copy');

const PATH = new URL('../../docs/costs.md', import.meta.url);
const text = readFileSync(PATH, 'utf8');
const hundred = botsNamed(...Array.from({ length: 100 }, (_, index) => `market-maker-${index + 1}`));

/** `UPDATE_DOCS=1 npx vitest run test/lib/costs.test.ts` writes it anew. */
test('the table of sizes is that of the template', () => {
  const [before, rest = ''] = text.split('<!-- size -->\n');
  const after = rest.split('<!-- /size -->')[1] ?? '';
  const wanted = `${before}<!-- size -->\n${tableOfSizes()}<!-- /size -->${after}`;
  if (process.env.UPDATE_DOCS === '1') writeFileSync(PATH, wanted);
  expect(readFileSync(PATH, 'utf8')).toBe(wanted);
});

function tableOfSizes(): string {
  const alerts = { alertEmail: 'ops@example.com', chatSecret: 'flatline/chat' };
  const everything = {
    ...alerts,
    kmsKey: 'stack',
    fixedIp: true,
    testEvents: true,
    trailCopyDays: 400,
    monthlyBudgetUsd: 50,
  } as const;
  const rows = [
    ['1 bot', ...sizeOf(templateOf())],
    ['1 bot with every option', ...sizeOf(templateOf(everything))],
    ['100 bots', ...sizeOf(templateOf({ bots: hundred }))],
    // AWS CloudFormation, "Quotas".
    ['most that CloudFormation allows', 500, 200, '1 MB'],
  ];
  return [
    '| | resources | outputs | template |',
    '|---|---|---|---|',
    ...rows.map(row => `| ${row.join(' | ')} |`),
    '',
  ].join('\n');
}

/** To ten kilobytes, so that not every word that changes in a description changes the document. */
function sizeOf(template: Template): readonly (number | string)[] {
  const { Resources, Outputs } = template.toJSON();
  const kilobytes = Math.ceil(JSON.stringify(template.toJSON()).length / 10_000) * 10;
  return [Object.keys(Resources).length, Object.keys(Outputs).length, `under ${kilobytes} kB`];
}

describe('the month', () => {
  const rows = text
    .split('\n')
    .filter(line => /^\| .* \| \**\$/.test(line))
    .map(line => line.split('|').map(cell => cell.replaceAll('*', '').trim()));
  const cents = (cell: string | undefined): number => Math.round(Number(cell?.replace('$', '')) * 100);

  test.each([
    ['1 bot', 2],
    ['100 bots', 3],
  ])('adds up for %s', (_bots, column) => {
    const parts = rows.filter(([, part]) => part !== 'together').map(row => cents(row[column]));
    const together = rows.find(([, part]) => part === 'together')?.[column];
    expect(parts.length).toBeGreaterThan(8);
    expect(cents(together)).toBe(parts.reduce((sum, part) => sum + part, 0));
  });

  test('of one bot spends less than a twentieth on all that its watchdog runs ask of DynamoDB, the proof of health among it', () => {
    const of = (name: string): number => cents(rows.find(([, part]) => part === name)?.[2]);
    expect(of('watchdog runs, DynamoDB')).toBeGreaterThan(0);
    expect(of('watchdog runs, DynamoDB')).toBeLessThanOrEqual(of('together') / 20);
  });

  test('is in the README as it is here', () => {
    const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8').replace(/\s+/g, ' ');
    const [one = 0, many = 0] = [2, 3].map(column => cents(rows.find(([, part]) => part === 'together')?.[column]));
    const dollars = (amount: number): string => `about $${Math.round(amount / 100)}`;
    expect(readme).toContain(`A quiet month costs ${dollars(one)} for one bot`);
    expect(readme).toContain(`and ${dollars(many)} for a hundred`);
    expect(readme).toContain(`alarms are $${(USUAL_ALARMS.length / 10).toFixed(2)}`);
    expect(readme).toContain(`${USUAL_ALARMS.length} alarms`);
  });

  test('has as many alarms as there are', () => {
    const [, , price, , arithmetic] = rows.find(([, part]) => part === 'alarms') ?? [];
    expect(arithmetic).toContain(`${USUAL_ALARMS.length} alarms`);
    expect(cents(price)).toBe(USUAL_ALARMS.length * 10);
  });
});
