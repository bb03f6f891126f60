/** Reads what the tests of documents need of Markdown: headings, tables, fenced blocks, links. Not a parser for others. */

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

export interface Block {
  /** The text after the fence, such as `json`. */
  readonly language: string;
  readonly text: string;
}

export interface Document {
  /** Relative to the repository's root. */
  readonly path: string;
  readonly text: string;
  /** Of every level, without the marks, in order. */
  readonly headings: readonly { readonly level: number; readonly text: string }[];
  readonly blocks: readonly Block[];
  /** The text below a heading, to the next one of its level or above. Throws when there is no such heading. */
  section(heading: string): Document;
  /** Rows of all tables, each without its head; cells without the white space around them. */
  readonly rows: readonly (readonly string[])[];
  /** Targets of links. */
  readonly links: readonly string[];
}

export const readDocument = (path: string): Document => documentOf(path, readFileSync(`${ROOT}/${path}`, 'utf8'));

/** Files of the repository, tracked or about to be. */
export const listFiles = (...patterns: readonly string[]): readonly string[] =>
  execFileSync('git', ['ls-files', '-co', '--exclude-standard', ...patterns], { cwd: ROOT })
    .toString()
    .trim()
    .split('\n');

const FENCE = /^ *```(.*)\n([\s\S]*?)^ *```$/gm;

function documentOf(path: string, text: string): Document {
  const prose = text.replace(FENCE, '');
  const heads = [...prose.matchAll(/^(#+) (.+)$/gm)].map(([, marks = '', name = '']) => ({
    level: marks.length,
    text: name,
  }));
  return {
    path,
    text,
    headings: heads,
    blocks: [...text.matchAll(FENCE)].map(([, language = '', body = '']) => ({ language, text: body })),
    section(heading) {
      const lines = text.split('\n');
      const at = lines.findIndex(line => line.replace(/^#+ /, '') === heading && line !== heading);
      if (at < 0) throw new Error(`${path} has no heading "${heading}".`);
      const level = lines[at]?.indexOf(' ') ?? 1;
      const rest = lines.slice(at + 1).join('\n');
      const end = rest.search(new RegExp(`^#{1,${level}} `, 'm'));
      return documentOf(path, end < 0 ? rest : rest.slice(0, end));
    },
    rows: [...prose.matchAll(/^ *\|[-:| ]+\|\n((?: *\|.*\|\n?)+)/gm)].flatMap(([, body = '']) =>
      body
        .trim()
        .split('\n')
        .map(row => cellsOf(row.trim())),
    ),
    links: [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target),
  };
}

const cellsOf = (row: string): readonly string[] =>
  row
    .slice(1, -1)
    .split('|')
    .map(cell => cell.trim());

/** The anchor that GitHub gives a heading. */
export const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');

/** `x` of a cell that is "`x`"; undefined for any other. */
export const codeIn = (cell: string | undefined): string | undefined => /^`([^`]+)`$/.exec(cell ?? '')?.[1];

/** All documents; the tests of references and of command lines check each of them. */
export const DOCUMENTS = listFiles(
  'README.md',
  'ARCHITECTURE.md',
  'CONTRIBUTING.md',
  'SECURITY.md',
  'CHANGELOG.md',
  'docs/*.md',
  'client/*/README.md',
).map(readDocument);
