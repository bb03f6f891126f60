/** Reads untrusted values: a value that is not of the expected type is undefined, never an error. */

export type Fields = Readonly<Record<string, unknown>>;

export const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

export const numberOf = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isFinite(value) ? value : undefined;

export const isObject = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const fieldsOf = (value: unknown): Fields => (isObject(value) ? value : {});

/** Undefined for invalid JSON. The parser's message is dropped, because it repeats a part of the text. */
export function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export function objectIn(text: string): Fields | undefined {
  const value = jsonIn(text);
  return isObject(value) ? value : undefined;
}

export const rowsOf = (value: unknown): readonly Fields[] => (Array.isArray(value) ? value.map(fieldsOf) : []);

export const textsOf = (value: unknown): readonly string[] | undefined =>
  Array.isArray(value) ? value.filter(one => typeof one === 'string') : undefined;

/** Epoch milliseconds of an ISO text, microseconds kept. */
export function instantOf(value: unknown): number | undefined {
  const text = textOf(value);
  if (text === undefined) return undefined;
  const atMs = Date.parse(text);
  if (!Number.isFinite(atMs)) return undefined;
  const micros = /\.\d{3}(\d{3})Z$/.exec(text)?.[1];
  return micros === undefined ? atMs : atMs + Number(micros) / 1_000;
}

/** The text, or its start and a note of its full length: at most `mostChars` characters in all. */
export function boundedText(text: string, mostChars: number): string {
  if (text.length <= mostChars) return text;
  const note = `… (cut, ${text.length} characters)`;
  return `${text.slice(0, Math.max(0, mostChars - note.length))}${note}`.slice(0, mostChars).toWellFormed();
}
