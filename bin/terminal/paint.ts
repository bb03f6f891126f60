/** Colours for a terminal; without them (a file, a pipe, NO_COLOR) the very same text, bare. */

export interface Paint {
  bold(text: string): string;
  dim(text: string): string;
  good(text: string): string;
  bad(text: string): string;
  warn(text: string): string;
  look(text: string): string;
}

export function createPaint(coloured: boolean): Paint {
  const with_ = (open: number, close: number) => (text: string) =>
    coloured && text !== '' ? `\u001b[${open}m${text}\u001b[${close}m` : text;
  return {
    bold: with_(1, 22),
    dim: with_(2, 22),
    good: with_(32, 39),
    bad: with_(31, 39),
    warn: with_(33, 39),
    look: with_(36, 39),
  };
}

/** https://no-color.org: set to anything but nothing, it means no. A dumb terminal (terminfo) shows the codes themselves. */
export const wantsColour = (
  stream: { readonly isTTY?: boolean },
  { NO_COLOR, TERM }: Readonly<Record<string, string | undefined>>,
): boolean => stream.isTTY === true && (NO_COLOR ?? '') === '' && TERM !== 'dumb';
