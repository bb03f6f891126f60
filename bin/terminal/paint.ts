/** Colours for a terminal. In a file, in a pipe and with NO_COLOR the same text has none. */

import { styleText } from 'node:util';

export type Paint = ReturnType<typeof createPaint>;

/** What lines for people are written for. Width Infinity, as in a pipe: nothing is wrapped. */
export interface Screen {
  readonly paint: Paint;
  /** In columns. */
  readonly width: number;
}

export function createPaint(coloured: boolean) {
  const as = (format: Parameters<typeof styleText>[0]) => (text: string) =>
    coloured && text !== '' ? styleText(format, text, { validateStream: false }) : text;
  return {
    ...{ plain: (text: string) => text, bold: as('bold'), dim: as('dim') },
    ...{ good: as('green'), bad: as('red'), warn: as('yellow'), info: as('cyan') },
  };
}

/** https://no-color.org: set to anything but nothing, it means no. A dumb terminal (terminfo) shows the codes themselves. */
export const wantsColour = (
  stream: { readonly isTTY?: boolean },
  { NO_COLOR, TERM }: Readonly<Record<string, string | undefined>>,
): boolean => stream.isTTY === true && (NO_COLOR ?? '') === '' && TERM !== 'dumb';
