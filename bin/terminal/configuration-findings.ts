/**
 * The findings about a configuration, and the verdict on it. Valid: it can be deployed. Ready: it is valid and no setting leaves
 * positions unprotected on purpose.
 */

import type { Finding, SettingsReading } from '../../lambda/core/config/read-settings.ts';
import { shownText } from '../../lambda/core/config/shown-value.ts';
import { hanging } from './layout.ts';
import { countText } from './numbers.ts';
import type { Screen } from './paint.ts';

export interface Judgement {
  readonly valid: boolean;
  readonly ready: boolean;
  /** CRITICAL and WARNING findings of a valid file. */
  readonly warnings: number;
  /** The sentences to print, with their tone. */
  readonly sentences: readonly (readonly [tone: 'good' | 'warn' | 'bad', sentence: string])[];
}

export function judgeReading({ ok, findings }: SettingsReading): Judgement {
  const many = (level: string): number => findings.filter(finding => finding.level === level).length;
  if (!ok) {
    const sentence = `✗ Invalid: ${countText(many('ERROR'), 'error')}. It cannot be deployed.`;
    return { valid: false, ready: false, warnings: 0, sentences: [['bad', sentence]] };
  }
  const critical = many('CRITICAL');
  const warnings = critical + many('WARNING');
  const ready: Judgement['sentences'][number] =
    critical > 0
      ? ['bad', '✗ Not ready: the CRITICAL findings leave positions unprotected. It can be deployed.']
      : warnings > 0
        ? ['warn', `✓ Ready, with ${countText(warnings, 'warning')}`]
        : ['good', '✓ Ready'];
  return { valid: true, ready: critical === 0, warnings, sentences: [['good', '✓ Valid'], ready] };
}

const TONES = { ERROR: 'bad', CRITICAL: 'bad', WARNING: 'warn', INFO: 'dim' } as const;

export function findingLines(finding: Finding, { paint, width }: Screen): readonly string[] {
  const { level, source, line, key, value, rule, remedy } = finding;
  const place = `${shownText(source)}${line === undefined ? '' : `:${line}`}`;
  const subject = key === undefined ? '' : `  ${key}${value === undefined ? '' : ` = ${value}`}`;
  const head = `${paint[TONES[level]](`[${level}]`)} ${place}${subject}`;
  return [head, ...hanging('   ', rule, width), ...hanging('    →', remedy, width)];
}
