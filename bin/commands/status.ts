/**
 * `flatline status`: the state of bots, preflights, liquidations, the watchdog and the switch. Problems come first and
 * make it exit 1. With an ID: the state of that liquidation.
 */

import type { Command } from 'commander';
import { ENV } from '../../lambda/contract.ts';
import { recordVerdict } from '../../lambda/core/audit/verdict.ts';
import { isFlatResult } from '../../lambda/core/invocation/liquidation-record.ts';
import { canaryLine } from '../../lambda/views/check-words.ts';
import { triggerWords } from '../../lambda/views/words.ts';
import { standingTable } from '../bots/standing-words.ts';
import type { Watch } from '../bots/standings.ts';
import type { Connection } from '../connect/connection.ts';
import { readRecords } from '../incident/read-records.ts';
import { answerLines } from '../liquidation/answer-lines.ts';
import type { Cli, CommandRun } from '../terminal/cli.ts';
import { CliError, EXIT, type ExitCode } from '../terminal/exit.ts';
import { box, hanging, inColumns } from '../terminal/layout.ts';
import { agoText, instantText } from '../terminal/numbers.ts';
import {
  type ConnectionOptions,
  connectionOptions,
  connectionWords,
  examples,
  jsonOption,
  readCorrelationId,
} from '../terminal/options.ts';
import type { Screen } from '../terminal/paint.ts';
import { localConfiguration } from './status/drift.ts';
import { preflightLines } from './status/preflights.ts';
import { liquidationJson, STATUS_SHAPE, statusJson } from './status/status-json.ts';
import { type Liquidation, type Survey, survey } from './status/survey.ts';

interface Options extends ConnectionOptions {
  readonly preflight?: boolean;
}

const SHOWN = 5;

export function registerStatus(program: Command, cli: Cli): void {
  const command = program
    .command('status')
    .summary('the state of the deployment, problems first')
    .description(
      'Shows bots, their last preflights, liquidations, the watchdog and the switch. Problems come first, and the exit code is ' +
        'then 1. A bot without a preflight in the last 26 hours is a problem. With an ID: shows the state of that ' +
        'liquidation, and exits 0 when it ended flat.',
    )
    .argument('[id]', 'the correlation ID of a liquidation', readCorrelationId)
    .option('--preflight', 'run the preflight of every bot now');
  connectionOptions(command);
  examples(command, [
    ['status', 'of production'],
    ['status --preflight', 'with a preflight of every bot'],
    ['status liq_20261121_053033_2f7d914a', 'of one liquidation'],
    ['status --json || page-me', 'in a script'],
  ]);
  jsonOption(command, STATUS_SHAPE);
  command.action(
    cli.action<Options>(async run => {
      const [id] = run.args;
      if (id !== undefined && run.options.preflight === true) {
        throw new CliError(EXIT.usage, '--preflight is for the whole deployment. Leave out the ID, or --preflight.');
      }
      const connection = await run.connect();
      return id === undefined ? statusOfAll(run, connection) : statusOfOne(run, connection, id);
    }),
  );
}

async function statusOfAll(run: CommandRun<Options>, connection: Connection): Promise<ExitCode> {
  const { paint, width } = run.screen;
  const { preflight = false, env, name } = run.options;
  const local = connection.isLocal ? undefined : localConfiguration(env, name);
  const asked = { shown: SHOWN, withPreflights: preflight, words: connectionWords(run.options), local };
  const found = await run.progress('reading the state', survey(connection, asked));
  const { wrong, watch, nowMs, preflights } = found;
  run.answer(statusJson(connection, found));

  run.say(paint.bold(connection.where));
  if (wrong.length === 0) run.say(`  ${paint.good('✓')} no problems`);
  for (const sentence of wrong) run.say(hanging('  ✗', sentence, width).map(paint.bad));
  const { liquidator, inService } = connection.functions;
  const version = (inService ?? liquidator).variables[ENV.version];
  if (version !== undefined) run.say(`  flatline ${version}`);
  for (const sentence of [...found.notCovered, ...found.drift, ...found.unchecked])
    run.say(hanging('  !', sentence, width).map(paint.warn));
  if (watch !== undefined) {
    const { tickedAtMs } = watch.watchdog;
    if (tickedAtMs !== undefined) run.say(`  the watchdog last ran ${agoText(tickedAtMs, nowMs)}`);
    run.say();
    run.say(paint.bold('Bots'));
    run.say(standingTable(watch.standings, { nowMs, ...run.screen }));
    run.say(canaryLines(watch, run.screen));
  }
  if (preflights !== undefined) {
    run.say();
    run.say(paint.bold('Preflights'));
    run.say(preflightLines(preflights, { nowMs, ...run.screen }));
  }
  run.say();
  run.say(paint.bold('Liquidations'));
  run.say(liquidationLines(found, run.screen));
  return wrong.length === 0 ? EXIT.ok : EXIT.no;
}

/** Empty where there is none. */
function canaryLines({ canary, nowMs }: Watch, { paint, width }: Screen): readonly string[] {
  if (canary === undefined) return [];
  const { words, tone } = canaryLine(canary, atMs => agoText(atMs, nowMs));
  return hanging(' ', `the canary ${words}`, width).map(paint[tone]);
}

function liquidationLines({ liquidations, nowMs }: Survey, { paint, width }: Screen): readonly string[] {
  if (liquidations.length === 0) return ['  none yet'];
  const rows = liquidations.map(({ record, headline, tone }: Liquidation) => [
    record.correlationId,
    record.botId ?? '?',
    agoText(record.firstStartedAtMs ?? nowMs, nowMs),
    `${paint[tone](headline)}, by ${record.trigger === undefined ? '?' : triggerWords(record.trigger).long}`,
  ]);
  return inColumns(rows, ['left', 'left', 'left', 'left'], { width });
}

async function statusOfOne(run: CommandRun<Options>, connection: Connection, id: string): Promise<ExitCode> {
  const { paint } = run;
  const { record, incident } = await run.progress('reading the record', readRecords(connection, id));
  const { verdict, cause, kind } = incident;
  if (record === undefined && kind === 'nothing') {
    run.warn(
      `status: ${connection.where} has no liquidation ${id}. See flatline audit list${connectionWords(run.options)}.`,
    );
    return EXIT.no;
  }
  const nowMs = connection.clock.nowMs();
  run.say(`${paint.bold(id)} on ${connection.where}`);
  run.say(`  bot ${incident.botId ?? '?'}; triggered by: ${cause.sentence}`);
  if (record?.firstStartedAtMs !== undefined) {
    const attempts = record.attempts === 1 ? '1 attempt' : `${record.attempts} attempts`;
    run.say(
      `  started ${instantText(record.firstStartedAtMs)}, ${agoText(record.firstStartedAtMs, nowMs)}; ${attempts}`,
    );
  }
  if (record?.resumeAtMs !== undefined && record.state !== 'in_progress') {
    run.say(`  the next attempt starts ${agoText(record.resumeAtMs, nowMs)}`);
  }
  run.say();
  const lines = record?.answer
    ? answerLines(record.answer, run.screen, verdict.headline)
    : box({ word: verdict.headline, rest: '', tone: verdict.tone === 'plain' ? 'warn' : verdict.tone }, run.screen);
  run.say(lines);
  run.say(`  Details: flatline audit show ${id}${connectionWords(run.options)}`);
  run.answer(
    record === undefined
      ? {
          ...{ correlation_id: id, bot_id: incident.botId ?? null },
          ...{ state: verdict.state, headline: verdict.headline, answer: null },
        }
      : { ...liquidationJson({ record, ...recordVerdict(record, nowMs) }), answer: record.answer ?? null },
  );
  return isFlatResult(verdict.state, verdict.headline) ? EXIT.ok : EXIT.no;
}
