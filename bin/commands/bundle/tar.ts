/**
 * Text files as a tar archive that every tar reads (POSIX.1-1988 ustar: 512-byte headers, octal numbers, two empty
 * blocks at the end). Written by hand because no archive library is among our dependencies, and this is all it takes.
 */

export interface TextFile {
  /** A short ASCII path with slashes. */
  readonly name: string;
  readonly text: string;
}

const BLOCK = 512;
const LONGEST_NAME = 100;

/** All files lie in `folder`. Throws RangeError for a name that does not fit into a header. */
export function tarOf(folder: string, files: readonly TextFile[], nowMs: number): Uint8Array {
  const blocks = files.flatMap(({ name, text }) => {
    const content = Buffer.from(text, 'utf8');
    return [header(`${folder}/${name}`, content.length, nowMs), content, Buffer.alloc(padding(content.length))];
  });
  return Buffer.concat([...blocks, Buffer.alloc(2 * BLOCK)]);
}

const padding = (bytes: number): number => (BLOCK - (bytes % BLOCK)) % BLOCK;

function header(path: string, bytes: number, nowMs: number): Buffer {
  if (!/^[\x20-\x7e]+$/.test(path) || path.length > LONGEST_NAME) {
    throw new RangeError(`"${path}" is not a name of at most ${LONGEST_NAME} ASCII characters.`);
  }
  const block = Buffer.alloc(BLOCK);
  const octal = (value: number, digits: number): string => value.toString(8).padStart(digits, '0');
  block.write(path, 0);
  block.write(`${octal(0o600, 7)}\0`, 100);
  block.write(`${octal(0, 7)}\0`, 108);
  block.write(`${octal(0, 7)}\0`, 116);
  block.write(`${octal(bytes, 11)}\0`, 124);
  block.write(`${octal(Math.floor(nowMs / 1_000), 11)}\0`, 136);
  // The checksum is that of a header whose checksum is spaces.
  block.write('        ', 148);
  block.write('0', 156);
  block.write('ustar\x0000', 257);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${octal(sum, 6)}\0 `, 148);
  return block;
}
