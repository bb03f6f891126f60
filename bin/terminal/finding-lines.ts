/** A finding for people: level and place; the key and its value; the rule; the remedy. */

import type { Finding } from '../../lambda/core/config/read-settings.ts';
import { shownText } from '../../lambda/core/config/shown-value.ts';
import type { Paint } from './paint.ts';
import { wrap } from './text-width.ts';

const TONES = { ERROR: 'bad', CRITICAL: 'bad', WARNING: 'warn', INFO: 'dim' } as const;
const INDENT = '    ';

export function findingLines(finding: Finding, paint: Paint, width: number): readonly string[] {
  const { level, source, line, key, value, rule, remedy } = finding;
  const place = `${shownText(source)}${line === undefined ? '' : `:${line}`}`;
  const subject = key === undefined ? '' : `  ${key}${value === undefined ? '' : ` = ${value}`}`;
  const said = (mark: string, text: string): readonly string[] =>
    wrap(text, width - INDENT.length - mark.length).map(
      (one, index) => `${INDENT}${index === 0 ? mark : ' '.repeat(mark.length)}${one}`,
    );
  return [`${paint[TONES[level]](`[${level}]`)} ${place}${subject}`, ...said('', rule), ...said('→ ', remedy)];
}
