/**
 * A local cloud in the foreground, until Ctrl-C: told where --local looks for it, followed at the exchange. Whichever way
 * it ends, short of SIGKILL, its file and its processes go with it.
 */

import { localFilePath, removeLocalFile, runningLocalCloud, writeLocalFile } from '../../../connect/local-file.ts';
import type { Run } from '../../../terminal/cli.ts';
import { CliError, EXIT, type ExitCode } from '../../../terminal/exit.ts';
import { readOptions } from '../options.ts';
import { createVenueTeller } from './print-exchange.ts';
import type { ServedCloud, ServedOptions } from './served-cloud.ts';

export interface Kept {
  readonly served: ServedCloud;
  close(): Promise<void>;
}

export interface Keeping<K extends Kept> {
  /** What to do with a local cloud that is running already. */
  readonly remedy: string;
  start(options: ServedOptions): Promise<K>;
  /** Says where it is and what to try. May give what is to be called at the end. */
  welcome(kept: K): (() => void) | undefined;
}

export const TICK_EVERY_MS = 15_000;

/** `words` are the drill's own options. Throws CliError when they are wrong, or when there is a local cloud already. */
export async function keepUp<K extends Kept>(
  run: Run<object>,
  words: readonly string[],
  { remedy, start, welcome }: Keeping<K>,
): Promise<ExitCode> {
  const reading = readOptions(words);
  if (reading.kind !== 'run') {
    throw new CliError(EXIT.usage, reading.kind === 'wrong' ? reading.problems.join('\n') : 'See drill --help.');
  }
  const { positions, hedge, rttMs, seed } = reading.options;
  const { clock, env } = run.cli;
  const path = localFilePath(env);
  const other = runningLocalCloud(path);
  if (other !== undefined) {
    throw new CliError(EXIT.unreachable, `A local cloud is running already (process ${other.pid}): ${remedy}`);
  }

  const teller = createVenueTeller(
    { paint: run.paint, width: run.cli.terminal.width, line: text => run.say(text), rewrite: undefined },
    clock,
  );
  const starting = start({
    ...{ clock, hedge, rttMs, seed, pings: true, tickEveryMs: TICK_EVERY_MS, onLog: teller.hear },
    ...(positions === undefined ? {} : { positions }),
  });
  const kept = await run.progress('bundling the functions and starting the local cloud', starting);
  const removeFile = (): void => removeLocalFile(path, process.pid);
  process.once('exit', removeFile);
  try {
    await run.progress('testing each bot, as a rule does daily', kept.served.selfTest());
    writeLocalFile(path, kept.served.file);
    const farewell = welcome(kept);
    const stop = teller.follow(kept.served);
    await untilAborted(run.interrupted);
    farewell?.();
    await stop();
    run.say('');
    run.say('The local cloud is gone.');
    return EXIT.ok;
  } finally {
    removeFile();
    process.off('exit', removeFile);
    await kept.close();
  }
}

async function untilAborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>(resolve => signal.addEventListener('abort', () => resolve(), { once: true }));
}
