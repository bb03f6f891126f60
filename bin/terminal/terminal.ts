/**
 * The terminal, or a pipe, a file, or nothing in its place. The reader of the output may stop at any time (`| head`, a
 * closed window): this is not an error, and the command continues.
 */

import { createInterface } from 'node:readline';
import { CliError, EXIT } from './exit.ts';
import { sentenceLines, wrap } from './layout.ts';
import { createPaint, wantsColour } from './paint.ts';
import { inEscapes, inLocaleOf } from './plain-ascii.ts';

export type Channel = Readonly<ReturnType<typeof channelOf>>;

export type Terminal = Readonly<ReturnType<typeof openTerminal>>;

type Output = NodeJS.WriteStream;
type Env = Readonly<Record<string, string | undefined>>;

const WIDEST = 100;
const USUAL = 80;
const NARROWEST = 20;

/** A pipe without a reader; a closed terminal (tty_ioctl(4), after a hang-up). */
const NOBODY_READS: ReadonlySet<string> = new Set(['EPIPE', 'EIO']);

export function openTerminal(streams: {
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: Output;
  readonly stderr: Output;
  readonly env: Env;
}) {
  const { stdin, stdout, stderr, env } = streams;
  let lostBecause: string | undefined;
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === undefined || !NOBODY_READS.has(error.code)) lostBecause ??= error.code ?? error.name;
  });
  // A failed write, for instance on a full disk, must not end the command: a guard has an account to close.
  stderr.on('error', () => undefined);
  const out = channelOf(stdout, env);
  const inLocale = inLocaleOf(env);
  return {
    stdout: out,
    stderr: channelOf(stderr, env),
    /** Of stdout. */
    width: out.width,
    /** A person can be asked. */
    isInteractive: stdin.isTTY === true && stderr.isTTY === true,
    /** Asks on stderr; undefined at the end of the input. Throws CliError (130) on Ctrl-C. */
    ask: (question: string): Promise<string | undefined> => ask(inLocale(question), stdin, stderr),
    /** Why the output could not be written, as on a full disk; undefined: it was written. */
    lostBecause: () => lostBecause,
  };
}

function channelOf(stream: Output, env: Env) {
  const isTerminal = stream.isTTY === true;
  const inLocale = inLocaleOf(env);
  const shown = (text: string): string => inLocale(harmless(text).replaceAll('\u00a0', ' '));
  const width = widthOf(stream, env);
  const linesOf = (text: string): string => (isTerminal ? sentenceLines(text, width).join('\n') : text);
  const rewrite = (text: string): void => void stream.write(`\r\u001b[K${inLocale(text)}`);
  return {
    /** At a terminal a sentence that is too wide is wrapped. */
    line: (text = ''): void => void stream.write(`${shown(text.split('\n').map(linesOf).join('\n'))}\n`),
    /** For programs, unchanged: JSON is UTF-8 in every locale (RFC 8259). */
    document: (text: string): void => void stream.write(`${harmless(text)}\n`),
    paint: createPaint(wantsColour(stream, env)),
    /** Overwrites the current line, '' clears it; undefined where this is not possible. */
    rewrite: isTerminal && env.TERM !== 'dumb' ? rewrite : undefined,
    isTerminal,
    /** Columns: those of the terminal, at most 100; else COLUMNS, where it is set; Infinity in a pipe, which wraps nothing. */
    width,
  };
}

function widthOf({ isTTY, columns }: Output, { COLUMNS = '' }: Env): number {
  const wished = /^[1-9]\d{0,3}$/.test(COLUMNS) ? Number(COLUMNS) : undefined;
  if (isTTY !== true) return wished === undefined ? Number.POSITIVE_INFINITY : Math.max(NARROWEST, wished);
  return Math.min(WIDEST, Math.max(NARROWEST, columns || wished || USUAL));
}

/**
 * Text from outside (a reason, a symbol, a message of the exchange) must not control the terminal: of all control
 * sequences, only the colours of `paint` pass. Others are escaped as in JSON, so that JSON stays valid.
 */
export const harmless = (text: string): string =>
  text.replace(OBEYED, (whole: string, obeyed: string | undefined) =>
    obeyed === undefined ? whole : inEscapes(obeyed),
  );

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it matches.
const OBEYED = /\u001b\[(?:1|2|22|3[1236]|39)m|\n|\t|([\p{Cc}\p{Cf}\p{Cs}])/gu;

async function ask(question: string, input: NodeJS.ReadStream, output: Output): Promise<string | undefined> {
  const lines = createInterface({ input, output });
  const { promise, resolve, reject } = Promise.withResolvers<string | undefined>();
  lines.once('SIGINT', () => {
    // The next output starts on a new line.
    output.write('\n');
    reject(new CliError(EXIT.interrupted, 'Interrupted; nothing was done.'));
  });
  lines.once('close', () => resolve(undefined));
  lines.question(question, resolve);
  try {
    const answer = await promise;
    // Ctrl-D ends the input in the middle of the line.
    if (answer === undefined) output.write('\n');
    return answer;
  } finally {
    lines.close();
  }
}

/** Prints an error to stderr with the command's name in front: wrapped at a terminal, one line in a log. */
export function printError({ stderr }: Pick<Terminal, 'stderr'>, name: string, text: string): void {
  for (const line of `${name}: ${text}`.split('\n')) {
    for (const part of stderr.isTerminal ? wrap(line, stderr.width) : [line]) stderr.line(part);
  }
}

/** Waits until the output is written; `exit` would drop what a pipe still holds. */
export async function written(stream: Output): Promise<void> {
  if (stream.destroyed) return;
  // Also when nothing is pending: the error of a failed write comes a moment later.
  await new Promise<void>(resolve => stream.write('', () => resolve()));
}
