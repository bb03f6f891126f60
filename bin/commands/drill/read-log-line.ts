/** A line of a function's log: JSON, or any other output of the process. */

import { objectIn } from '../../../lambda/core/text/fields.ts';
import type { LogLine } from '../../../simulator/scenarios/evidence.ts';

/** Undefined for metrics, which have no message. */
export function readFunctionLine(text: string): LogLine | undefined {
  const parsed = objectIn(text);
  if (parsed === undefined) return { level: 'ERROR', message: text, fields: {} };
  const { level, message, ...fields } = parsed;
  return typeof message === 'string' ? { level: String(level ?? 'INFO'), message, fields } : undefined;
}
