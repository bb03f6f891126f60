/**
 * `flatline drill --panel`: the control panel in a browser, over a served cloud, until Ctrl-C. The commands with --local
 * reach the same cloud. Whichever way it ends, short of SIGKILL, its file and its processes go with it.
 */

import { CliError, EXIT, type ExitCode } from '../../cli/exit.ts';
import type { Run } from '../../cli.ts';
import { localFilePath, removeLocalFile, runningLocalCloud, writeLocalFile } from '../../connect/local-file.ts';
import { createVenueTeller } from '../../served/tell-venue.ts';
import { readOptions } from '../options.ts';
import { type ServedPanel, servePanel } from './serve-panel.ts';

const TICK_EVERY_MS = 15_000;
const USUAL_PORT = 7_475;

/** `words` are the drill's own, without --panel. */
export async function keepPanel(run: Run<object>, words: readonly string[]): Promise<ExitCode> {
  const reading = readOptions(words);
  if (reading.kind !== 'run') {
    throw new CliError(EXIT.usage, reading.kind === 'wrong' ? reading.problems.join('\n') : 'See drill --help.');
  }
  const { positions, hedge, rttMs, seed } = reading.options;
  const { clock, env } = run.cli;
  const path = localFilePath(env);
  const other = runningLocalCloud(path);
  if (other !== undefined) {
    throw new CliError(EXIT.unreachable, `A local cloud is running already (process ${other.pid}): end it first.`);
  }

  const teller = createVenueTeller({ paint: run.paint, line: text => run.say(text), rewrite: undefined }, clock);
  const options = {
    ...{ clock, hedge, rttMs, seed, tickEveryMs: TICK_EVERY_MS, onLog: teller.hear },
    ...(positions === undefined ? {} : { positions }),
  };
  const panel = await run.progress('bundling the functions and starting the local cloud', onUsualPort(options));
  const removeFile = (): void => removeLocalFile(path, process.pid);
  process.once('exit', removeFile);
  try {
    writeLocalFile(path, panel.served.file);
    run.say(run.paint.bold(`The control panel is at ${panel.url}/ . Ctrl-C ends it.`));
    run.say('Three bots with an account each; two beat, as long as their boxes are ticked.');
    run.say('LIQUIDATE there flattens the simulated account. What happens at the exchange:');
    const stop = teller.follow(panel.served);
    await untilAborted(run.interrupted);
    await stop();
    run.say('');
    run.say('The local cloud is gone.');
    return EXIT.ok;
  } finally {
    removeFile();
    process.off('exit', removeFile);
    await panel.close();
  }
}

/** The same address each time, so that a browser's tab can stay; another one where it is taken. */
async function onUsualPort(options: Parameters<typeof servePanel>[0]): Promise<ServedPanel> {
  try {
    return await servePanel({ ...options, port: USUAL_PORT });
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')) throw error;
    return servePanel(options);
  }
}

async function untilAborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>(resolve => signal.addEventListener('abort', () => resolve(), { once: true }));
}
