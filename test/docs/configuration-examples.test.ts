/** The examples of docs/troubleshooting.md, "Configuration error": what it calls wrong is refused, what it calls right is accepted. */

import { describe, expect, test } from 'vitest';
import { readIni, readJson } from '../../lambda/core/config/read-settings.ts';
import { codeIn, readDocument } from './markdown.ts';

const guide = readDocument('docs/troubleshooting.md').section('Configuration error');

/** The section of a key; a line in brackets or braces is complete. */
const SECTION_OF: Readonly<Record<string, string>> = {
  ...Object.fromEntries(['environment', 'base_url', 'recv_window_ms'].map(key => [key, 'exchange'])),
  ...Object.fromEntries(
    ['secret', 'api_key', 'heartbeat_seconds', 'late_after_seconds', 'dead_after_seconds'].map(key => [key, 'bot:a']),
  ),
};

function isTaken(example: string): boolean {
  if (example.startsWith('{')) return readJson(example, 'example').ok;
  if (example.startsWith('[')) return readIni(example, 'example').ok;
  const key = example.split(' ')[0] ?? '';
  return readIni(`[${SECTION_OF[key] ?? 'liquidation'}]\n${example}`, 'example').ok;
}

describe('an example of the guide', () => {
  const rows = guide.rows.map(([, wrong, right]) => [codeIn(wrong), codeIn(right)] as const);

  test('there are some', () => {
    expect(rows.length).toBeGreaterThan(15);
  });

  test.each(rows.flatMap(([wrong]) => wrong ?? []))('that is wrong is refused: %s', example => {
    expect(isTaken(example)).toBe(false);
  });

  test.each(rows.flatMap(([, right]) => right ?? []))('that is right is taken: %s', example => {
    expect(isTaken(example)).toBe(true);
  });

  test.each(guide.blocks.filter(({ text }) => text.startsWith('[liquidation]')).map(({ text }) => [text]))(
    'of switches that agree is taken: %j',
    text => {
      expect(readIni(text, 'example').ok).toBe(true);
    },
  );

  test('of a finding is exactly what the code reports', () => {
    const shown = guide.blocks.find(({ text }) => text.startsWith('[ERROR]'))?.text.trim() ?? '';
    const { findings } = readIni('[liquidation]\ntimeout_seconds = 45\n', 'config/production.ini');
    const [{ rule, remedy } = { rule: '', remedy: '' }] = findings;
    expect(shown).toBe(`[ERROR] config/production.ini:2 liquidation.timeout_seconds = 45: ${rule}; ${remedy}`);
    expect(findings).toHaveLength(1);
  });
});
