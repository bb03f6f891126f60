/**
 * CloudWatch Logs' filter patterns for JSON lines, as far as they are used here: texts compared for equality or by
 * their beginning (`"bot_*"`), joined by "or" (User Guide, "Filter pattern syntax for metric filters, subscription filters", JSON log events). Anything else in
 * a pattern is refused, so that nobody believes it was tried.
 */

/** Gives whether a line passes. Throws for a pattern that is not understood, or longer than AWS allows. */
export function logFilter(pattern: string): (line: string) => boolean {
  if (pattern.length > MOST_CHARS)
    throw new RangeError(`The pattern has ${pattern.length} characters; ${MOST_CHARS} at most.`);
  const inside = /^\{ (.*) \}$/.exec(pattern)?.[1];
  if (inside === undefined) throw notUnderstood(pattern);
  const wanted = inside.split(' || ').map(term => {
    const [, path, value, wildcard] = /^\(\$((?:\.\w+)+) = "([^"*]*)(\*?)"\)$/.exec(term) ?? [];
    if (path === undefined || value === undefined) throw notUnderstood(term);
    return { keys: path.slice(1).split('.'), fits: wildcard === '*' ? beginsWith(value) : is(value) };
  });
  return line => {
    const document = objectIn(line);
    return document !== undefined && wanted.some(({ keys, fits }) => fits(valueAt(document, keys)));
  };
}

const is =
  (wanted: string) =>
  (value: unknown): boolean =>
    value === wanted;
const beginsWith =
  (wanted: string) =>
  (value: unknown): boolean =>
    typeof value === 'string' && value.startsWith(wanted);

const MOST_CHARS = 1_024;

const notUnderstood = (what: string): Error => new Error(`This filter is not understood here: ${what}`);

function objectIn(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    // What is no JSON passes no filter for JSON.
    return undefined;
  }
}

const valueAt = (document: unknown, keys: readonly string[]): unknown =>
  keys.reduce<unknown>(
    (value, key) =>
      typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>)[key] : undefined,
    document,
  );
