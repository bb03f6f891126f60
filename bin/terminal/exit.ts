/** The exit codes of commands (their meanings are in EXIT_CODES), and the error that ends a command with one of them. */

export const EXIT = {
  ok: 0,
  no: 1,
  warnings: 2,
  usage: 3,
  unreachable: 4,
  interrupted: 130,
} as const;

/** One of EXIT; a command may have further ones. */
export type ExitCode = number;

/** Their descriptions in `--help`. */
export const EXIT_CODES: readonly (readonly [code: string, meaning: string])[] = [
  ['0', 'flat, ready, done'],
  ['1', 'not flat, not ready, refused, or something is wrong'],
  ['2', 'warnings, with --strict'],
  ['3', 'the command line is wrong, or a confirmation is missing'],
  ['4', 'AWS, or the local cloud, cannot be reached or refuses access'],
  ['130', 'interrupted'],
];

/** Ends a command. The message is one or more sentences with the remedy; it is printed, its cause is not. */
export class CliError extends Error {
  override readonly name = 'CliError';
  readonly exitCode: ExitCode;

  constructor(exitCode: ExitCode, message: string) {
    super(message);
    this.exitCode = exitCode;
  }
}
