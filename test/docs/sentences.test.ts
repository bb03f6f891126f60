/** No sentence of a document is so long that it has to be read twice. */

import { expect, test } from 'vitest';
import { DOCUMENTS } from './markdown.ts';

const MOST_WORDS = 32;

/** Paragraphs, items of lists and cells of tables, each as one line. Names in code and links count as one word. */
function textsOf(text: string): readonly string[] {
  const prose = text
    .replaceAll(/<!-- (\w+)[\s\S]*?<!-- \/\1 -->/g, '')
    .replaceAll(/^ *```[\s\S]*?^ *```$/gm, '')
    .replaceAll(/`[^`]+`/g, 'code')
    .replaceAll(/\]\([^)]*\)/g, '');
  return prose
    .split(/\n\s*\n|\n(?=\s*(?:[-*]|\d+\.|\||#)\s?)|(?<=\|)\n/)
    .flatMap(part => (part.trimStart().startsWith('|') ? part.split('|') : part));
}

const sentencesOf = (text: string): readonly string[] => text.replaceAll(/\s+/g, ' ').split(/(?<=[.!?:;])\**\s/);

const wordsIn = (sentence: string): number => sentence.split(' ').filter(word => /[\p{L}\p{N}]/u.test(word)).length;

test.each(DOCUMENTS.map(({ path, text }) => [path, text]))('%s has no long sentence', (_path, text) => {
  const sentences = textsOf(text).flatMap(sentencesOf);
  expect(Math.max(...sentences.map(wordsIn))).toBeGreaterThan(10);
  expect(sentences.filter(sentence => wordsIn(sentence) > MOST_WORDS)).toEqual([]);
});
