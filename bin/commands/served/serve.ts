/**
 * `flatline drill --serve`: the served cloud in the foreground, until Ctrl-C. Tells where it is, what to try, and what
 * happens at the exchange. Whichever way it ends, short of SIGKILL, its file and its processes go with it.
 */

import { DEFAULT_BOT_ID } from '../../../lambda/contract.ts';
import { span } from '../cli/ages.ts';
import { CliError, EXIT, type ExitCode } from '../cli/exit.ts';
import type { Run } from '../cli.ts';
import { localFilePath, removeLocalFile, runningLocalCloud, writeLocalFile } from '../connect/local-file.ts';
import { readOptions } from '../drill/options.ts';
import { inColumns } from '../drill/screen/columns.ts';
import { count } from '../drill/screen/words.ts';
import { SERVED_TIMES, type ServedCloud, startServedCloud } from './served-cloud.ts';
import { createVenueTeller } from './tell-venue.ts';

const TICK_EVERY_MS = 15_000;

/** `words` are the drill's own, without --serve. */
export async function serve(run: Run<object>, words: readonly string[]): Promise<ExitCode> {
  const reading = readOptions(words);
  if (reading.kind !== 'run') {
    const problems = reading.kind === 'wrong' ? reading.problems : [];
    throw new CliError(EXIT.usage, problems.join('\n'));
  }
  const { positions, hedge, rttMs, seed } = reading.options;
  const { clock, env } = run.cli;
  const path = localFilePath(env);
  const other = runningLocalCloud(path);
  if (other !== undefined) {
    throw new CliError(EXIT.unreachable, `A local cloud is running already (process ${other.pid}): use it, or end it.`);
  }

  const teller = createVenueTeller({ paint: run.paint, line: text => run.say(text), rewrite: undefined }, clock);
  const starting = startServedCloud({
    ...{ clock, hedge, rttMs, seed, tickEveryMs: TICK_EVERY_MS, onLog: teller.hear },
    ...(positions === undefined ? {} : { positions }),
  });
  const served = await run.progress('bundling the functions and starting the local cloud', starting);
  const removeFile = (): void => removeLocalFile(path, process.pid);
  process.once('exit', removeFile);
  try {
    writeLocalFile(path, served.file);
    for (const line of welcome(served, run)) run.say(line);
    const stop = teller.follow(served);
    const stopReading = reopenOnEnter(served, run);
    await untilAborted(run.interrupted);
    stopReading();
    await stop();
    run.say('');
    run.say('The local cloud is gone.');
    return EXIT.ok;
  } finally {
    removeFile();
    process.off('exit', removeFile);
    await served.close();
  }
}

function welcome({ file, accounts, settings }: ServedCloud, { paint }: Run<object>): readonly string[] {
  const [truth] = [...accounts.values()].map(account => account.truth());
  const held = [
    count(truth?.positions.length ?? 0, 'position'),
    count(truth?.orders.length ?? 0, 'order'),
    count(truth?.conditionals.length ?? 0, 'conditional order'),
  ].join(', ');
  const { lateAfterMs, deadAfterMs } = SERVED_TIMES;
  return [
    paint.bold('The local cloud is up. Ctrl-C ends it.'),
    '',
    ...inColumns(
      [
        ['exchange', `${file.venueUrl}, simulated`],
        ['AWS', `Lambda ${file.lambdaUrl}, DynamoDB ${file.dynamoUrl}, secrets ${file.secretsUrl}`],
        ['account', held],
        [
          'bot',
          `${settings.bots[0]?.botId}: late after ${span(lateAfterMs)} of silence, dead after ${span(deadAfterMs)}`,
        ],
        ['watchdog', `a tick every ${span(TICK_EVERY_MS)}`],
      ],
      ['left', 'left'],
    ),
    '',
    'Try, in another terminal (npm run flatline -- is the command flatline):',
    '',
    ...inColumns(
      [
        ['npm run flatline -- preflight --local', 'would a liquidation work?'],
        ['npm run flatline -- liquidate --local', 'shows the plan, asks, and closes everything'],
        ['npm run flatline -- beat --local', 'a bot’s sign of life; then be silent, and watch'],
        ['npm run flatline -- bots --local', 'how the bot stands'],
        ['npm run flatline -- status --local', 'what is going on'],
        ['npm run flatline -- rearm --local', 'after it was liquidated'],
      ],
      ['left', 'left'],
    ),
    '',
    paint.dim('Enter opens the positions again. What happens at the exchange:'),
  ];
}

/** Gives what ends it. */
function reopenOnEnter(served: ServedCloud, run: Run<object>): () => void {
  const { stdin } = process;
  const onInput = (): void => {
    served.reopen(DEFAULT_BOT_ID);
    run.say(run.paint.look('  the positions are open again'));
  };
  stdin.on('data', onInput);
  return () => {
    stdin.off('data', onInput);
    stdin.pause();
  };
}

async function untilAborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>(resolve => signal.addEventListener('abort', () => resolve(), { once: true }));
}
