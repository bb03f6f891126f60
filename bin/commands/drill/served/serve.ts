/**
 * `flatline drill --serve`: the local cloud in the foreground, until Ctrl-C. Prints its addresses, commands to try, and
 * the events at the exchange. However it ends, except by SIGKILL, its file and its processes are removed.
 */

import { DEFAULT_BOT_ID } from '../../../../lambda/contract.ts';
import { TABLE_NAMES } from '../../../../simulator/cloud/tables.ts';
import {
  type LocalFile,
  localFilePath,
  removeLocalFile,
  runningLocalCloud,
  writeLocalFile,
} from '../../../connect/local-file.ts';
import type { CommandRun } from '../../../terminal/cli.ts';
import { CliError, EXIT, type ExitCode } from '../../../terminal/exit.ts';
import { inColumns } from '../../../terminal/layout.ts';
import { countText, spanText } from '../../../terminal/numbers.ts';
import { commandWords } from '../../../terminal/user-folder.ts';
import type { DrillOptions } from '../stage.ts';
import { createExchangePrinter } from './print-exchange.ts';
import { SERVED_TIMES, type ServedCloud, startServedCloud } from './served-cloud.ts';

const TICK_EVERY_MS = 15_000;

/** Throws CliError when there is a local cloud already. */
export async function serve(run: CommandRun<object>, options: DrillOptions): Promise<ExitCode> {
  const { positions, hedge, rttMs, seed } = options;
  const { clock, env, terminal } = run.cli;
  const path = localFilePath(env);
  const other = runningLocalCloud(path);
  if (other !== undefined) {
    const message = `A local cloud is running already (process ${other.pid}): use it, or stop it.`;
    throw new CliError(EXIT.unreachable, message);
  }

  const screen = { paint: run.paint, width: terminal.width, line: (text: string) => run.say(text), rewrite: undefined };
  const printer = createExchangePrinter(screen, clock);
  const starting = startServedCloud({
    ...{ clock, hedge, rttMs, seed, pings: true, tickEveryMs: TICK_EVERY_MS, onLog: printer.onLine },
    ...(positions === undefined ? {} : { positions }),
  });
  const says = 'bundling the functions and starting the local cloud';
  const served = await unlessInterrupted(run, run.progress(says, starting));
  // What has been started ends with this process.
  if (served === undefined) return EXIT.interrupted;
  const removeFile = (): void => removeLocalFile(path, process.pid);
  process.once('exit', removeFile);
  try {
    const tested = run.progress('running the preflight of each bot', served.preflightAll());
    if ((await unlessInterrupted(run, tested)) === undefined && run.interrupted.aborted) return EXIT.interrupted;
    writeLocalFile(path, served.file);
    run.say(welcome(served, run));
    const stopReading = reopenOnEnter(served, run);
    const stop = printer.follow(served);
    await untilAborted(run.interrupted);
    stopReading();
    await stop();
    run.say('');
    run.say('The local cloud has stopped.');
    return EXIT.ok;
  } finally {
    removeFile();
    process.off('exit', removeFile);
    await served.close();
  }
}

/** A signal is not kept waiting for the start: undefined then, whatever becomes of the work. */
async function unlessInterrupted<T>(
  { interrupted, warn }: CommandRun<object>,
  work: Promise<T>,
): Promise<T | undefined> {
  const winner = await Promise.race([work, untilAborted(interrupted)]);
  if (!interrupted.aborted) return winner as T;
  work.catch(() => undefined);
  warn('drill: interrupted before the local cloud was up.');
  return undefined;
}

async function untilAborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>(resolve => signal.addEventListener('abort', () => resolve(), { once: true }));
}

function welcome({ file, accounts, settings }: ServedCloud, { paint, cli }: CommandRun<object>): readonly string[] {
  const [truth] = [...accounts.values()].map(account => account.truth());
  const held = [
    countText(truth?.positions.length ?? 0, 'position'),
    countText(truth?.orders.length ?? 0, 'order'),
    countText(truth?.conditionals.length ?? 0, 'conditional order'),
  ].join(', ');
  const { lateAfterMs, deadAfterMs } = SERVED_TIMES;
  const flatline = commandWords(cli.env);
  const { width } = cli.terminal;
  return [
    paint.bold('The local cloud is up. Ctrl-C ends it.'),
    '',
    ...inColumns(
      [
        ['exchange', `${file.exchangeUrl}, simulated`],
        ['AWS', `Lambda ${file.lambdaUrl}, DynamoDB ${file.dynamoUrl}, secrets ${file.secretsUrl}`],
        ['account', held],
        [
          'bot',
          `${settings.bots[0]?.botId}: late after ${spanText(lateAfterMs)} of silence, dead after ${spanText(deadAfterMs)}`,
        ],
        ['watchdog', `runs every ${spanText(TICK_EVERY_MS)}`],
      ],
      ['left', 'left'],
      { width },
    ),
    '',
    'Try, in another terminal:',
    '',
    ...inColumns(
      [
        [`${flatline} preflight --local`, 'would a liquidation work?'],
        [`${flatline} liquidate --local`, 'shows the plan, asks for confirmation, closes everything'],
        [`${flatline} beat --local`, 'one heartbeat; then wait and see'],
        [`${flatline} ping-url --local`, 'a URL for heartbeats with curl'],
        [`${flatline} bots --local`, 'the state of the bot'],
        [`${flatline} status --local`, 'the state of the deployment'],
        [`${flatline} rearm --local`, 'after it was liquidated'],
      ],
      ['left', 'left'],
      { width },
    ),
    '',
    'A bot of your own, with a client of flatline, needs in its shell:',
    '',
    ...environmentOfBot(file).map(words => `  export ${words}`),
    '',
    paint.dim('Press Enter to open the positions again. Events at the exchange:'),
  ];
}

/** What client/typescript and client/python read; the local cloud accepts any key. */
const environmentOfBot = ({ region, dynamoUrl, lambdaUrl, liquidatorName }: LocalFile): readonly string[] => [
  `AWS_REGION=${region}`,
  'AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local',
  `AWS_ENDPOINT_URL_DYNAMODB=${dynamoUrl}`,
  `AWS_ENDPOINT_URL_LAMBDA=${lambdaUrl}`,
  `FLATLINE_BOT_ID=${DEFAULT_BOT_ID} FLATLINE_BOTS_TABLE=${TABLE_NAMES.bots}`,
  `FLATLINE_LIQUIDATOR=${liquidatorName}`,
];

/** Returns the function that stops it. */
function reopenOnEnter(served: ServedCloud, run: CommandRun<object>): () => void {
  const { stdin } = process;
  const onInput = (): void => {
    served.reopen(DEFAULT_BOT_ID);
    run.say(run.paint.info('  the positions are open again'));
  };
  stdin.on('data', onInput);
  return () => {
    stdin.off('data', onInput);
    stdin.pause();
  };
}
