/** Documents for programs: names in snake_case, null for what is not there. */

/** Members named in `kept` stay as they are: their own names are those of a record, of the exchange, or of assets. */
export function snakeCase(value: unknown, kept: ReadonlySet<string> = new Set()): unknown {
  if (Array.isArray(value)) return value.map(member => snakeCase(member, kept));
  if (typeof value !== 'object' || value === null) return value ?? null;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [
      name.replace(/[A-Z]/g, letter => `_${letter.toLowerCase()}`),
      kept.has(name) ? (member ?? null) : snakeCase(member, kept),
    ]),
  );
}
