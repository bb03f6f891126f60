/** The orders in the one parameter of a batch, as texts. */

/** Undefined when it is no JSON list. An item that is no object has no parameters at all. */
export function batchItems(text: string): readonly Readonly<Record<string, string>>[] | undefined {
  const list = parse(text);
  return Array.isArray(list) ? list.map(textsOf) : undefined;
}

function textsOf(item: unknown): Readonly<Record<string, string>> {
  if (typeof item !== 'object' || item === null || Array.isArray(item)) return {};
  return Object.fromEntries(Object.entries(item).map(([name, value]) => [name, String(value)]));
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
