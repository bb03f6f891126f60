/** The commands of the AWS CLI that the documents show, each with what stands around it in its block. */

import { readDocument } from '../docs/markdown.ts';

export interface DocumentCommand {
  readonly path: string;
  /** As it stands. */
  readonly script: string;
}

/** In the order in which they are run: those of operations.md end with the removal of the stack. */
export const PATHS = [
  'README.md',
  'docs/calling.md',
  'docs/security.md',
  'docs/deployment-checklist.md',
  'docs/reliability.md',
  'docs/troubleshooting.md',
  'docs/operations.md',
];

const CALLS_AWS = /(^\s*|\$\()aws /m;

/** Blocks with a call of `aws`, and such calls within sentences. */
export const documentCommands = (): readonly DocumentCommand[] =>
  PATHS.map(readDocument).flatMap(({ path, blocks, text }) => {
    const inBlocks = blocks.filter(block => CALLS_AWS.test(block.text)).map(block => block.text);
    const prose = text.replaceAll(/^ *```[\s\S]*?^ *```$/gm, '');
    const inSentences = [...prose.matchAll(/`(aws [a-z0-9-]+ [a-z][^`]+)`/g)].map(([, code = '']) =>
      code.replaceAll(/\s+/g, ' '),
    );
    return [...inSentences, ...inBlocks].map(script => ({ path, script }));
  });
