/** docs/simulator.md has every switch with its default, and every kind of fault. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { LIKELY } from '../../simulator/engine/rules/unconfirmed.ts';
import { codeIn, ROOT, readDocument } from './markdown.ts';

const document = readDocument('docs/simulator.md');

describe('docs/simulator.md', () => {
  test('has every switch, and its default', () => {
    const documented = document.section('Switches').rows.map(([name, value]) => [codeIn(name), codeIn(value)]);
    const real = Object.entries(LIKELY).map(([name, value]) => [name, written(value)]);
    expect(documented).toEqual(real);
  });

  test('has every kind of fault', () => {
    const source = readFileSync(join(ROOT, 'simulator/engine/rules/fault.ts'), 'utf8');
    const real = new Set([...source.matchAll(/readonly kind: '([a-z0-9-]+)'/g)].map(([, kind]) => kind));
    const documented = document.section('Faults').rows.flatMap(([cell = '']) => [...cell.matchAll(/`([^`]+)`/g)]);
    expect(new Set(documented.map(([, kind]) => kind))).toEqual(real);
  });
});

/** As TypeScript writes it. */
function written(value: unknown): string {
  if (typeof value === 'string') return `'${value}'`;
  if (typeof value !== 'object' || value === null) return String(value);
  const fields = Object.entries(value).map(([name, field]) => `${name}: ${written(field)}`);
  return fields.length === 0 ? '{}' : `{ ${fields.join(', ')} }`;
}
