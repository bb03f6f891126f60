/**
 * Shapes the fields of a log line: flat, snake_case, none in the way of the logger's own.
 * `{ symbol, latencyMs }` becomes `{ symbol, latency_ms }`, so that Logs Insights finds every field by one name.
 */

/** Powertools drops these with a warning. An audit event's own `timestamp` must not be lost. */
const TAKEN = new Set(['level', 'message', 'sampling_rate', 'service', 'timestamp']);

/** Values pass as they are; only the names of the first level change. */
export function logFields(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).map(([key, value]) => [freeName(snakeCase(key)), value]));
}

const freeName = (name: string): string => (TAKEN.has(name) ? `event_${name}` : name);

const snakeCase = (key: string): string => key.replace(/(?<=[a-z0-9])[A-Z]/g, letter => `_${letter}`).toLowerCase();
