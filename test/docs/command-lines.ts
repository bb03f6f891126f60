/**
 * The command lines of `flatline` that a document shows: lines of code blocks (but `text`, which shows output: there only
 * what follows a `$`), and code within sentences. Each as the arguments of the command line.
 */

import type { Document } from './markdown.ts';

/** Without the name of the program; the drill's as `drill …`. */
export type Words = readonly string[];

/** What may be before the arguments, and the arguments that it implies. */
const PROGRAMS: readonly (readonly [RegExp, Words])[] = [
  [/^npm run (?:-s )?flatline -- (?=[a-z])/, []],
  [/^npm run (?:-s )?drill -- /, ['drill']],
  [/^node bin\/flatline\.ts (?=[a-z])/, []],
  [/^flatline (?=[a-z])/, []],
];

export function commandLinesIn({ blocks, text }: Pick<Document, 'blocks' | 'text'>): readonly Words[] {
  const inBlocks = blocks.flatMap(({ language, text: block }) =>
    block
      .replaceAll(/\\\n\s*/g, ' ')
      .split('\n')
      .flatMap(line => {
        const typed = /^\s*\$ (.*)$/.exec(line)?.[1];
        if (typed !== undefined) return typed;
        return language === 'text' ? [] : line.trim();
      }),
  );
  const prose = text.replaceAll(/^ *```[\s\S]*?^ *```$/gm, '');
  const inSentences = [...prose.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code.replaceAll(/\s+/g, ' '));
  return [
    ...inBlocks.flatMap(line => wordsOf(line) ?? []),
    ...inSentences.flatMap(line => (wordsOf(line) ?? []).map(asMentioned)),
  ];
}

/** A sentence may name a command without its arguments: then its help must exist. */
const asMentioned = (words: Words): Words =>
  words.every(word => /^[a-z]+$/.test(word)) ? [...words, '--help'] : words;

/** In a list of one, so that flatMap keeps it; undefined: not a flatline command. */
function wordsOf(line: string): readonly [Words] | undefined {
  for (const [pattern, before] of PROGRAMS) {
    if (pattern.test(line)) return [[...before, ...split(line.replace(pattern, ''))]];
  }
  return undefined;
}

/** As a shell does: quotes, and an end at a comment, a pipe or a redirection. Variables stand for a word. */
function split(line: string): Words {
  const words: string[] = [];
  for (const [, quoted, bare] of line.matchAll(/"([^"]*)"|([^\s"]+)/g)) {
    if (bare !== undefined && /^(#|\||>|&&|;|<)/.test(bare)) break;
    words.push(quoted ?? bare ?? '');
  }
  return words;
}
