/** A finding for people: level and place; the key and its value; the rule; the remedy. */

import type { Finding } from '../../lambda/core/config/read-settings.ts';
import { shownText } from '../../lambda/core/config/shown-value.ts';
import type { Screen } from './paint.ts';
import { hanging } from './text-width.ts';

const TONES = { ERROR: 'bad', CRITICAL: 'bad', WARNING: 'warn', INFO: 'dim' } as const;

export function findingLines(finding: Finding, { paint, width }: Screen): readonly string[] {
  const { level, source, line, key, value, rule, remedy } = finding;
  const place = `${shownText(source)}${line === undefined ? '' : `:${line}`}`;
  const subject = key === undefined ? '' : `  ${key}${value === undefined ? '' : ` = ${value}`}`;
  const head = `${paint[TONES[level]](`[${level}]`)} ${place}${subject}`;
  return [head, ...hanging('   ', rule, width), ...hanging('    →', remedy, width)];
}
