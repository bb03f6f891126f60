/**
 * HTML as values: whatever is put into a template is escaped, unless it is markup that a template made. A bot's reason,
 * a symbol, an error message or a row edited by hand can therefore never become a tag, an attribute or an action.
 */

/** Only `html` makes one. A class, because a plain object in a table could pretend to be one, and a private field cannot. */
export class Markup {
  readonly #text: string;
  constructor(text: string) {
    this.#text = text;
  }
  toString(): string {
    return this.#text;
  }
}

export type Part = Markup | string | number | undefined | readonly Part[];

/** `undefined` renders as an empty string. Attributes must be in double quotes. */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  return new Markup(strings.map((text, index) => (index === 0 ? text : `${shown(parts[index - 1])}${text}`)).join(''));
}

function shown(part: Part): string {
  if (part === undefined) return '';
  if (part instanceof Markup) return part.toString();
  if (Array.isArray(part)) return part.map(shown).join('');
  return escaped(String(part));
}

/** Escapes text for an element or an attribute. Invisible characters are written as `\u{…}`. */
export function escaped(text: string): string {
  return text
    .toWellFormed()
    .replace(INVISIBLE, char => `\\u{${char.codePointAt(0)?.toString(16) ?? ''}}`)
    .replace(/[&<>"'`=]/g, char => `&#${char.charCodeAt(0)};`);
}

/** Control and format characters: they reverse, hide or break the text around them. Line breaks are kept. */
const INVISIBLE = /(?!\n)[\p{Cc}\p{Cf}\p{Co}\p{Zl}\p{Zp}]/gu;
