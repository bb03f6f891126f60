#!/usr/bin/env node
/** The operator's command line: finds the command and passes its words on. The exit codes are the commands' own. */

import { didYouMean } from '../lambda/core/did-you-mean.ts';
import { drill } from './commands/drill.ts';

const COMMANDS: Readonly<
  Record<string, { readonly run: (args: readonly string[]) => Promise<number>; readonly says: string }>
> = {
  drill: { run: drill, says: 'the main job on this machine, against a simulated exchange' },
};

const EXIT_USAGE = 3;

// Whoever reads our output may stop at any time (`| head`): that is no error of ours, and the work goes on.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}

const exitCode = await main(process.argv.slice(2));
await Promise.all([written(process.stdout), written(process.stderr)]);
process.exit(exitCode);

async function main([name, ...args]: readonly string[]): Promise<number> {
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    process.stdout.write(help());
    return name === undefined ? EXIT_USAGE : 0;
  }
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (command !== undefined) return command.run(args);
  const meant = didYouMean(name, Object.keys(COMMANDS));
  process.stderr.write(
    `flatline: "${name}" is not a command.${meant === undefined ? '' : ` Did you mean ${meant}?`}\n`,
  );
  process.stderr.write(help());
  return EXIT_USAGE;
}

/** A pipe may still hold what was written; `exit` would drop it. */
async function written(stream: NodeJS.WriteStream): Promise<void> {
  if (stream.writableLength === 0 || stream.destroyed) return;
  await new Promise<void>(resolve => stream.write('', () => resolve()));
}

function help(): string {
  const lines = Object.entries(COMMANDS).map(([name, { says }]) => `  ${name}  ${says}`);
  return ['Usage: flatline COMMAND [options]', '', ...lines, '', 'flatline COMMAND --help tells more.', ''].join('\n');
}
