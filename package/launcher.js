#!/usr/bin/env node
/** The package's `flatline`: says in a sentence what an older Node would say in a syntax error. */

const OLDEST = 24;

if (Number(process.versions.node.split('.')[0]) < OLDEST) {
  console.error(
    `flatline needs Node ${OLDEST} or newer, and this is ${process.version}. Install one (nodejs.org), then flatline again.`,
  );
  // Of the guard it is a code of its own, so that a supervisor does not take it for one of the bot's (guard/exit-codes.ts).
  process.exit(process.argv[2] === 'guard' ? 125 : 1);
}
await import('./main.js');
