/**
 * The guard's own exit codes. Every other code is the bot's. They are in the range of timeout, docker run, env and shells
 * (124 to 127; GNU coreutils, "timeout invocation"; Docker, "docker container run", exit status), so that a supervisor can
 * distinguish them from a bot's own 1, 2 or 3.
 */

/** Their meanings are in GUARD_EXIT_CODES. */
export const GUARD_EXIT = {
  notFlat: 120,
  tripped: 121,
  taken: 122,
  unwatched: 123,
  hung: 124,
  failed: 125,
  notExecutable: 126,
  notFound: 127,
} as const;

/** Their descriptions in `--help`. */
export const GUARD_EXIT_CODES: readonly (readonly [code: string, meaning: string])[] = [
  ['120', 'the account is not known to be flat, or the bot may still run'],
  ['121', 'tripped: an operator must re-arm the bot first'],
  ['122', 'another process guards this bot or sends its heartbeats'],
  ['123', 'the bot would not be watched, so it was not started'],
  ['124', 'the bot hung and was stopped'],
  ['125', 'the command line is wrong, or the guard cannot work here'],
  ['126', 'the bot could not be run'],
  ['127', 'the bot was not found'],
  ['other', 'the bot’s own code; 128 + signal number if a signal ended it'],
];
