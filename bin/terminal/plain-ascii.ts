/**
 * Output for a locale or terminal that supports only ASCII. POSIX, "Internationalization Variables": LC_ALL, else LC_CTYPE,
 * else LANG. If none is set, as in most containers, UTF-8 is assumed.
 */

type Env = Readonly<Record<string, string | undefined>>;

/** Unchanged when the locale is UTF-8. */
export function inLocaleOf({ TERM, LC_ALL, LC_CTYPE, LANG }: Env): (text: string) => string {
  const locale = LC_ALL || LC_CTYPE || LANG || '';
  const isPlain = TERM === 'dumb' || (locale !== '' && !/utf-?8/i.test(locale));
  return isPlain ? inAscii : text => text;
}

/** One column each, so that tables and boxes stay aligned; only replacements at the end of a sentence or alone are longer. */
const ASCII: Readonly<Record<string, string>> = {
  ...{
    '…': '...',
    '’': "'",
    '‘': "'",
    '“': '"',
    '”': '"',
    '–': '-',
    '—': '-',
    '−': '-',
    '·': '-',
    '×': 'x',
    '\u00a0': ' ',
  },
  ...{ '✓': '+', '✗': 'x', '✕': 'x', '○': 'o', '●': '*', '♥': '*', '→': '>', '←': '<', '▶': '>', '◀': '<', '▸': '>' },
  ...{ '▲': '^', '▼': 'v', '▪': '*', '─': '-', '═': '=', '│': '|', '║': '|', '▒': ':', '█': '#', 'Ⓢ': 'S', µ: 'u' },
  ...{ '≤': '<=', '≈': '~', '⫽': '/' },
};
const CORNER = /[┌┐└┘├┤┬┴┼╔╗╚╝]/g;

/** Other characters, as in the name of a symbol, are escaped as in JSON, so that they stay distinguishable and searchable. */
export const inAscii = (text: string): string =>
  text.replace(CORNER, '+').replace(/\P{ASCII}/gu, unit => ASCII[unit] ?? inEscapes(unit));

/** As in JSON. */
export const inEscapes = (character: string): string =>
  character.replace(/[\s\S]/g, unit => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
