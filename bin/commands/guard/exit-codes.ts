/**
 * The guard's own exit codes. Every other code is the bot's. They are in the range of timeout, docker run, env and shells
 * (124 to 127; GNU coreutils, "timeout invocation"; Docker, "docker container run", exit status), so that a supervisor can
 * distinguish them from a bot's own 1, 2 or 3.
 */

export const GUARD_EXIT = {
  /** The account is not known to be flat, or the bot may still run. */
  notFlat: 120,
  /** The bot is tripped: it must not trade until an operator has re-armed it. */
  tripped: 121,
  /** Another guard or process runs this bot, or the bot of a killed guard still runs. */
  taken: 122,
  /** The bot would not be watched: AWS cannot be reached or refuses, or an operator disarmed the bot. */
  unwatched: 123,
  /** The bot hung and was stopped. */
  hung: 124,
  /** The guard itself cannot work: a wrong command line, a port or a file that cannot be used. */
  failed: 125,
  /** As in shells: found but not executable; not found. */
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
