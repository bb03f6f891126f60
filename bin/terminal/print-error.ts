/** Prints an error to stderr with the command's name in front: wrapped at a terminal, one line in a log. */

import type { Terminal } from './terminal.ts';
import { wrap } from './text-width.ts';

export function printError({ stderr }: Pick<Terminal, 'stderr'>, name: string, text: string): void {
  for (const line of `${name}: ${text}`.split('\n')) {
    for (const part of stderr.isTerminal ? wrap(line, stderr.width) : [line]) stderr.line(part);
  }
}
