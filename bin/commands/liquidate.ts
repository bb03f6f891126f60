/**
 * `flatline liquidate`: closes everything in an account by hand.
 *
 *   plan (dry run) ── the bot's name ── call ── audit log, live ── verdict
 * Promises: nothing is sent before the confirmation; exit 0 only when flat; Ctrl-C stops the following, never the
 * liquidation.
 */

import { type Command, InvalidArgumentError, Option } from 'commander';
import { type Answer, HEADLINES, REASON_MAX_CHARS } from '../../lambda/contract.ts';
import { correlationId } from '../../lambda/core/invocation/identity.ts';
import { isFlatResult } from '../../lambda/core/invocation/liquidation-record.ts';
import { isSymbol } from '../../lambda/core/invocation/request.ts';
import { readReason } from '../bots/operator-options.ts';
import type { Connection } from '../connect/connection.ts';
import type { Invoked } from '../connect/functions.ts';
import { mustBeKnown } from '../connect/known-bot.ts';
import { liquidateSilent } from '../liquidation/all-silent.ts';
import { answerLines, errorLines, planLines } from '../liquidation/answer-lines.ts';
import { type Followed, follow } from '../liquidation/follow.ts';
import { isSeen, printEnd } from '../liquidation/print-end.ts';
import type { Cli, CommandRun } from '../terminal/cli.ts';
import { confirm, mustBeConfirmable } from '../terminal/confirm.ts';
import { CliError, EXIT, type ExitCode } from '../terminal/exit.ts';
import {
  botOption,
  type ConnectionOptions,
  connectionOptions,
  connectionWords,
  examples,
  jsonOption,
  readCorrelationId,
} from '../terminal/options.ts';

interface Options extends ConnectionOptions {
  readonly bot: string;
  readonly allSilent?: boolean;
  readonly dryRun?: boolean;
  readonly symbols?: readonly string[];
  readonly reason?: string;
  readonly correlationId?: string;
  readonly yes?: boolean;
  /** False with --no-follow. */
  readonly follow: boolean;
}

export function registerLiquidate(program: Command, cli: Cli): void {
  const command = program
    .command('liquidate')
    .summary('close everything in an account now')
    .description(
      'Cancels every order and closes every position of a bot’s account. At a terminal it first shows the plan and asks for ' +
        'the bot’s name, then follows the liquidation until the account is flat. Ctrl-C stops the following, not ' +
        'the liquidation.',
    )
    .addOption(botOption())
    .addOption(
      new Option(
        '--all-silent',
        'liquidate every bot that is silent beyond its deadline, even if heartbeats may have been lost',
      ).conflicts(['bot', 'symbols', 'correlationId']),
    )
    .option('--dry-run', 'only show the plan; changes nothing')
    .option('--symbols <list>', 'only these symbols, like BTCUSDT,ETHUSDT (default: the whole account)', readSymbols)
    .option('--reason <text>', `the reason, for the audit log; up to ${REASON_MAX_CHARS} characters`, readReason)
    .option(
      '--correlation-id <id>',
      'continue this liquidation; if it ended flat less than 15 minutes ago, only its stored answer is returned',
      readCorrelationId,
    )
    .option('-y, --yes', 'do not ask for confirmation')
    .option('--no-follow', 'end with the first answer, even if it is not final');
  connectionOptions(command);
  examples(command, [
    ['liquidate', 'the account of the bot "default"'],
    ['liquidate --bot alpha --dry-run', 'shows what would be done'],
    ['liquidate --bot alpha --yes --reason "exchange maintenance"', 'in a script'],
    ['liquidate --all-silent', 'when the watchdog cannot see the bots'],
    ['liquidate --local', 'try it, on this machine'],
  ]);
  jsonOption(command, [
    '{ outcome: flat|not-flat|nothing-seen|dry-run|refused|unknown|',
    '  unfinished|stopped,',
    '  headline, correlation_id, answer: null|the liquidator’s answer (see',
    '  "The answer" in docs/calling.md) }; with --all-silent { outcome: nothing|',
    '  dry-run|flat|not-flat, bots: [{ bot_id, correlation_id, headline,',
    '  flat }], left_alone: [bot_id] }',
  ]);
  command.action(cli.action<Options>(liquidate, { signals: 'notify' }));
}

/** Enough for a cold start on a slow connection; the result of a longer run is in the record. */
const BEYOND_TIMEOUT_MS = 20_000;
/** An attempt that started in time may end after it. */
const BEYOND_RESUME_MS = 120_000;

async function liquidate(run: CommandRun<Options>): Promise<ExitCode> {
  const { options, cli } = run;
  const { bot, yes = false } = options;
  if (options.allSilent === true) return liquidateSilent(run, answerWithinMs);
  const to = `liquidate the account of ${bot}`;
  if (options.dryRun !== true) mustBeConfirmable(cli.terminal, { to, yes });
  const connection = await connectOrSayWhatElse(run);
  mustBeKnown(bot, connection);
  const event = {
    trigger: 'manual',
    bot_id: bot,
    ...(options.symbols && { symbols: options.symbols }),
    ...(options.reason && { reason: options.reason }),
  };
  if (options.dryRun === true || !yes) {
    const { code, proceed } = await showPlan(run, connection, event);
    if (!proceed || options.dryRun === true) return code;
    await confirm(cli.terminal, { botId: bot, to, yes });
  }
  if (run.interrupted.aborted) return nothingDone(run);
  const id = options.correlationId ?? correlationId(connection.clock.nowMs(), connection.random.hex(8));
  run.print(`${run.paint.bold(`Liquidating ${bot}`)} on ${connection.where}, ${id}`);
  const call = connection.invoke({ ...event, correlation_id: id }, answerWithinMs(connection));
  const followed = options.follow
    ? await follow(run, connection, {
        ...{ correlationId: id, call },
        atMostMs: connection.settings.liquidation.resumeMs + BEYOND_RESUME_MS,
      })
    : await firstAnswer(run, call);
  return printEnd(run, { correlationId: id, connection: connectionWords(options) }, followed);
}

/** If flatline cannot be reached in an emergency, the error names the other way at once. */
async function connectOrSayWhatElse(run: CommandRun<Options>): Promise<Connection> {
  try {
    return await run.connect();
  } catch (error) {
    if (!(error instanceof CliError) || run.options.local === true || run.options.dryRun === true) throw error;
    throw new CliError(
      error.exitCode,
      `Nothing was done. ${error.message} If this takes long, close by hand at the exchange.`,
    );
  }
}

const answerWithinMs = ({ settings }: Connection): number => settings.liquidation.timeoutMs + BEYOND_TIMEOUT_MS;

/** `proceed` is false when a liquidation would also be refused, or only the plan was requested. */
async function showPlan(
  run: CommandRun<Options>,
  connection: Connection,
  event: Readonly<Record<string, unknown>>,
): Promise<{ readonly code: ExitCode; readonly proceed: boolean }> {
  const asking = connection.invoke({ ...event, dry_run: true }, answerWithinMs(connection), run.interrupted);
  const invoked = await run.progress('reading the account', asking);
  if (run.interrupted.aborted) return { code: nothingDone(run), proceed: false };
  const isOnlyPlan = run.options.dryRun === true;
  const answer = invoked.kind === 'answered' && 'state' in invoked.answer ? invoked.answer : undefined;
  if (answer === undefined) {
    run.say(run.paint.warn(`The plan cannot be shown. ${invoked.kind === 'answered' ? '' : invoked.sentence}`));
    if (isOnlyPlan) run.answer({ outcome: 'unknown', headline: null, correlation_id: null, answer: null });
    return { code: EXIT.no, proceed: true };
  }
  const { screen } = run;
  const isRefused = !answer.dry_run || answer.headline !== HEADLINES.dryRun;
  if (isRefused) run.say(answerLines(answer, screen));
  else {
    run.say(run.paint.bold(`What a liquidation of ${run.options.bot} would do on ${connection.where}`));
    run.say([
      ...planLines(answer.plan ?? [], screen, answer.success, run.options.symbols),
      ...errorLines(answer.errors, 'bad', screen),
      ...errorLines(answer.warnings, 'warn', screen),
    ]);
    if (!isOnlyPlan && !answer.success) run.say('  You can continue: a liquidation reads the account again.');
  }
  if (isOnlyPlan || isRefused) {
    const outcome = answer.success ? 'dry-run' : isRefused ? 'refused' : 'unknown';
    run.answer({ outcome, headline: answer.headline, correlation_id: answer.correlation_id, answer });
  }
  return { code: answer.success && isSeen(answer) ? EXIT.ok : EXIT.no, proceed: !isRefused };
}

async function firstAnswer(run: CommandRun<Options>, call: Promise<Invoked>): Promise<Followed> {
  const stopped = new Promise<undefined>(resolve =>
    run.interrupted.addEventListener('abort', () => resolve(undefined), { once: true }),
  );
  const invoked = await run.progress('liquidating', Promise.race([call, stopped]));
  if (invoked === undefined) return { kind: 'stopped' };
  if (invoked.kind !== 'answered') return { kind: 'unknown', sentence: invoked.sentence };
  const answer = invoked.answer as Answer;
  return { kind: 'over', answer, headline: answer.headline, flat: isFlatResult(answer.state, answer.headline) };
}

function nothingDone(run: CommandRun<Options>): ExitCode {
  run.warn('liquidate: interrupted; nothing was done.');
  return EXIT.interrupted;
}

function readSymbols(text: string): readonly string[] {
  const symbols = text.split(',').map(one => one.trim());
  const wrong = symbols.find(one => !isSymbol(one));
  if (wrong === undefined && new Set(symbols).size === symbols.length) return symbols;
  // As ccxt and freqtrade write it: BTC/USDT:USDT.
  const upper = wrong?.toUpperCase().replace(/^(\w+)\/(USD[TC])(?::\2)?$/, '$1$2') ?? '';
  const hint = isSymbol(upper) ? ` Did you mean ${upper}?` : '';
  const why = wrong ? `"${wrong}" is no symbol.${hint} ` : '';
  throw new InvalidArgumentError(
    `${why}Write symbols as the exchange does, separated by commas, each once, like BTCUSDT,ETHUSDT.`,
  );
}
