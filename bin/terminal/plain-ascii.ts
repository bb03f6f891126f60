/**
 * What is printed where the locale or the terminal has no more than ASCII. POSIX, "Internationalization Variables": LC_ALL,
 * else LC_CTYPE, else LANG. One that is not set says nothing, as in most containers: then it is UTF-8, as everywhere today.
 */

type Env = Readonly<Record<string, string | undefined>>;

/** As it is where the locale is UTF-8. */
export function inLocaleOf({ TERM, LC_ALL, LC_CTYPE, LANG }: Env): (text: string) => string {
  const locale = LC_ALL || LC_CTYPE || LANG || '';
  const isPlain = TERM === 'dumb' || (locale !== '' && !/utf-?8/i.test(locale));
  return isPlain ? inAscii : text => text;
}

/** Of one column each, so that tables and boxes stay straight; only what ends a sentence or stands alone is longer. */
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

/** What is not ours, as the name of a symbol, is written as JSON writes it: it can be told apart, and be found again. */
export const inAscii = (text: string): string =>
  text.replace(CORNER, '+').replace(/\P{ASCII}/gu, unit => ASCII[unit] ?? escaped(unit));

const escaped = (character: string): string =>
  character.replace(/[\s\S]/g, unit => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
