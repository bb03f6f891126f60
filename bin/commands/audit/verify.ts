/** `flatline audit verify`: verifies the hash chain of one liquidation, or of all that are listed. */

import type { Command } from 'commander';
import type { Verification } from '../../../lambda/core/audit/verify-chain.ts';
import type { Connection } from '../../connect/connection.ts';
import { visibleLine } from '../../incident/event-words.ts';
import { chainLines, writerName } from '../../incident/incident-lines.ts';
import { type IncidentRecords, readKnownRecords } from '../../incident/read-records.ts';
import { segmentMeaning } from '../../incident/segment-words.ts';
import type { Cli, CommandRun } from '../../terminal/cli.ts';
import { CliError, EXIT, type ExitCode } from '../../terminal/exit.ts';
import { hanging } from '../../terminal/layout.ts';
import { countText } from '../../terminal/numbers.ts';
import { connectionOptions, examples, helpNote, jsonOption, readCorrelationId } from '../../terminal/options.ts';
import type { Screen } from '../../terminal/paint.ts';
import { DAY_MS, MOST_LISTED, type PeriodOptions, readListed, sinceOption } from './listing.ts';

interface Options extends PeriodOptions {
  readonly all?: boolean;
  readonly strict?: boolean;
}

const ALWAYS_MS = 400 * DAY_MS;

export function registerVerify(audit: Command, cli: Cli): void {
  const command = audit
    .command('verify')
    .summary('verify that the audit log is unchanged')
    .description(
      'Checks the hash chain of an audit log against the seals in the liquidations table: no record was changed, ' +
        'removed, added, or cut off at the end. A part without a seal (its writer died or is still running) is reported as not proven. ' +
        'An identity that can write both tables can forge both: protect them with IAM.',
    )
    .argument('[id]', 'the correlation ID', readCorrelationId)
    .option('--all', 'verify every listed liquidation')
    .addOption(sinceOption('with --all, how far back: 24h, 7d', ALWAYS_MS, 'everything'))
    .option('--strict', 'exit 2 when something is not proven, or nothing was verified');
  connectionOptions(command);
  examples(command, [
    ['audit verify liq_20261121_053033_2f7d914a', 'of one liquidation'],
    ['audit verify --all --since 7d', 'for a weekly job'],
  ]);
  jsonOption(command, [
    '{ where, ok, sealed, trails: [{ correlation_id, ok, sealed,',
    '  segments: [{ writer, kind, items, at, sentence }] }] }, kind:',
    'intact, unsealed, changed, missing, cut-off, gone',
  ]);
  helpNote(command, 'It exits 1 when an audit log was changed or has missing records, and when there is none.');
  command.action(cli.action<Options>(async run => verify(run, await run.connect())));
}

async function verify(run: CommandRun<Options>, connection: Connection): Promise<ExitCode> {
  const [id] = run.args;
  const { all = false, strict = false } = run.options;
  if ((id === undefined) !== all) {
    throw new CliError(EXIT.usage, 'Name one correlation ID, or use --all. See flatline audit verify --help.');
  }
  const ids = id === undefined ? await listed(run, connection) : [id];
  const { screen } = run;
  const verdicts: { readonly id: string; readonly verification: Verification }[] = [];
  for (const [index, one] of ids.entries()) {
    const records = await run.progress(
      `reading audit log ${index + 1} of ${ids.length}`,
      readKnownRecords(connection, one),
    );
    verdicts.push({ id: one, verification: records.incident.verification });
    run.say(all ? shortLines(records, screen) : longLines(records, screen));
  }
  const broken = verdicts.filter(({ verification }) => !verification.ok).length;
  const unproven = verdicts.filter(({ verification: { ok, sealed } }) => ok && !sealed).length;
  if (all) run.say(summary(verdicts.length, broken, unproven, screen));
  run.answer({
    where: connection.where,
    ok: broken === 0,
    sealed: broken === 0 && unproven === 0,
    trails: verdicts.map(({ id: correlationId, verification }) => auditLogJson(correlationId, verification)),
  });
  if (broken > 0) return EXIT.no;
  return strict && (unproven > 0 || verdicts.length === 0) ? EXIT.warnings : EXIT.ok;
}

async function listed(run: CommandRun<Options>, connection: Connection): Promise<readonly string[]> {
  const records = await readListed(run, connection, { quietChecks: true });
  if (records.length === MOST_LISTED) run.warn(`Only the newest ${MOST_LISTED} are verified; use --since.`);
  return records.map(({ correlationId }) => correlationId);
}

function longLines({ incident }: IncidentRecords, screen: Screen): readonly string[] {
  const { paint, width } = screen;
  const { verification, events, correlationId } = incident;
  const intact = verification.segments.filter(({ kind }) => kind === 'intact');
  return [
    paint.bold(correlationId),
    ...chainLines(verification, screen),
    ...intact.map(({ writer, items }) => {
      const says = items === 0 ? 'sealed without records' : `${countText(items, 'item')}, intact`;
      return `    ${paint.dim(`${writerName(writer)}: ${says}`)}`;
    }),
    ...verification.segments.flatMap(segment =>
      segmentMeaning(segment, events).flatMap(text => hanging('   ', text, width)),
    ),
  ];
}

function shortLines({ incident }: IncidentRecords, { paint, width }: Screen): readonly string[] {
  const { verification, events, correlationId } = incident;
  const { ok, sealed, segments } = verification;
  if (ok && sealed) return [`  ${paint.good('✓')} ${correlationId}`];
  const mark = ok ? paint.warn('!') : paint.bad('✗');
  const odd = segments.filter(({ kind }) => kind !== 'intact');
  const texts = odd.flatMap(segment => [visibleLine(segment.sentence), ...(ok ? [] : segmentMeaning(segment, events))]);
  return [`  ${mark} ${correlationId}`, ...texts.flatMap(text => hanging('     ', text, width))];
}

function summary(all: number, broken: number, unproven: number, { paint }: Screen): string {
  if (all === 0) return paint.warn('nothing was verified: no liquidation in this period');
  const text = `${countText(all, 'audit log')}: ${all - broken - unproven} proven, ${unproven} not proven, ${broken} broken`;
  return broken > 0 ? paint.bad(text) : unproven > 0 ? paint.warn(text) : paint.good(text);
}

const auditLogJson = (correlationId: string, { ok, sealed, segments }: Verification): object => ({
  correlation_id: correlationId,
  ok,
  sealed,
  segments: segments.map(({ writer, kind, items, at, sentence }) => ({
    ...{ writer, kind, items, at: at ?? null, sentence },
  })),
});
