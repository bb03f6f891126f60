/**
 * Every regular expression of the sources, and long inputs that make a backtracking one slow: what it repeats, again and
 * again, without the end that it requires. (OWASP, "Regular expression Denial of Service".)
 */

export interface FoundPattern {
  readonly source: string;
  readonly flags: string;
}

/** Literals of a TypeScript source; what cannot be compiled is none. Strings and comments may look like one: harmless. */
export function patternsIn(text: string): readonly FoundPattern[] {
  const literal =
    /(?<=[(,=:[!&|?{};>]\s{0,40}|\breturn\s|^\s{0,40})\/(?![*/])((?:[^/\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+)\/([dgimsuvy]*)(?![\w/])/gm;
  return [...text.matchAll(literal)].flatMap(([, source = '', flags = '']) => {
    try {
      new RegExp(source, flags);
      return [{ source, flags }];
    } catch {
      return [];
    }
  });
}

const FILLERS = [
  'a',
  'A',
  '0',
  'aA0',
  ' ',
  '\t',
  '\n',
  '-',
  '_',
  '/',
  ':',
  '=',
  '"',
  "'",
  '.',
  '@',
  '+',
  ',',
  '<',
  '{',
  '%',
  '\\',
  ';',
  'é',
];

/** Texts of `chars` characters: each filler alone, and each after and between the words of the pattern. */
export function attacksOn(pattern: FoundPattern, chars: number): readonly string[] {
  const words = wordsOf(pattern);
  const pieces = [
    ...FILLERS,
    ...words,
    ...words.flatMap(word => ['a', '0', ' ', 'A1', ':', '"'].map(end => `${word}${end}`)),
  ];
  return [
    ...pieces.map(piece => fill(piece, chars)),
    ...words.flatMap(word => FILLERS.map(filler => `${word}${fill(filler, chars)}`)),
    ...FILLERS.map(filler => `${fill(filler, chars)}\u0001`),
    ...words.map(word => `${fill(`${word} `, chars)}\u0001`),
  ];
}

/** Runs of plain characters in a pattern: with what is optional, and without. */
function wordsOf({ source }: FoundPattern): readonly string[] {
  const plain = source.replace(/\\[bBdDwWsSpP]/g, '\u0000').replace(/\\(.)/g, '$1');
  const readings = [plain.replace(/(.)\?/g, '$1'), plain.replace(/.\?/g, '')];
  const runs = readings.flatMap(text => text.match(/[\w:/=@.,<>"' -]{2,30}/g) ?? []);
  return [...new Set(runs)].slice(0, WORDS_MAX);
}

const WORDS_MAX = 12;

const fill = (piece: string, chars: number): string => piece.repeat(Math.ceil(chars / piece.length)).slice(0, chars);

/** Processor time of this process for one search through the whole text; other work on the machine does not count. */
export function cpuMsOf({ source, flags }: FoundPattern, text: string): number {
  const pattern = new RegExp(source, flags.includes('g') || flags.includes('y') ? flags : `${flags}g`);
  const before = process.cpuUsage();
  text.replace(pattern, '');
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}
