/**
 * `flatline report ID`: one liquidation as a single HTML file to read, print, keep and share. It reads the tables and
 * changes nothing.
 */

import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Command, Option } from 'commander';
import { chainStanding } from '../../lambda/core/audit/verify-chain.ts';
import { ROOT } from '../../package/root.ts';
import { CHAIN_WORDS, verdictText } from '../incident/incident-lines.ts';
import { readKnownRecords } from '../incident/read-records.ts';
import type { Cli, CommandRun } from '../terminal/cli.ts';
import { EXIT } from '../terminal/exit.ts';
import { type NewFileOptions, namedFile, newFileOptions, writeNewFile } from '../terminal/files.ts';
import {
  type ConnectionOptions,
  connectionOptions,
  examples,
  helpNote,
  jsonOption,
  readCorrelationId,
} from '../terminal/options.ts';
import { guideSectionsIn } from './report/guide-sections.ts';
import { reportPage } from './report/page.ts';

interface Options extends ConnectionOptions, NewFileOptions {
  readonly open?: 'yes' | 'no';
}

export function registerReport(program: Command, cli: Cli): void {
  const command = program
    .command('report')
    .summary('write an HTML report of one liquidation')
    .description(
      'Writes one self-contained HTML file: verdict, cause, cost, timeline of every request, positions before and ' +
        'after, errors with their remedies, hash chain, and a form for the incident report. It needs no network and ' +
        'contains no secret, but it contains your trades: check it before you share it.',
    )
    .argument('<id>', 'the correlation ID', readCorrelationId);
  newFileOptions(command, 'flatline-report-ID.html, here').addOption(
    new Option('--open <choice>', 'open it in the browser (default: yes at a terminal with a display)').choices([
      'yes',
      'no',
    ]),
  );
  connectionOptions(command);
  examples(command, [
    ['report liq_20261121_053033_2f7d914a', 'write and open it'],
    ['report liq_20261121_053033_2f7d914a --out case.html --open no', 'only write it'],
  ]);
  jsonOption(command, [
    '{ where, file, bytes, correlation_id, headline, state, open,',
    '  chain: { ok, sealed } }; "flatline audit show --json" has the incident',
  ]);
  helpNote(command, 'It exits 0 when the page is written, whatever the verdict; 1 when the ID is unknown.');
  command.action(cli.action<Options>(run => report(run, cli.version())));
}

async function report(run: CommandRun<Options>, version: string): Promise<typeof EXIT.ok> {
  const { cli, options } = run;
  const connection = await run.connect();
  const id = run.args[0] ?? '';
  const records = await run.progress(`reading the audit log of ${id}`, readKnownRecords(connection, id));
  const { incident } = records;
  const guideSections = guideSectionsIn(readGuide());
  const page = reportPage({ records, guideSections, where: connection.where, version, nowMs: cli.clock.nowMs() });
  const path = namedFile(options) ?? usualPath(`flatline-report-${id}`, options);
  writeNewFile(path, page, options);
  const { headline, state, open } = incident.verdict;
  const { ok, sealed } = incident.verification;
  const bytes = Buffer.byteLength(page);
  run.say(`${verdictText(incident.verdict, run.paint)}  ${id}`);
  run.say(`${run.paint.bold(path)}  ${Math.ceil(bytes / 1_000)} kB`);
  if (!ok) run.say(run.paint.bad(`${CHAIN_WORDS[chainStanding(incident.verification)].text}. The page shows where.`));
  run.answer({
    where: connection.where,
    file: path,
    bytes,
    correlation_id: id,
    headline,
    state,
    open,
    chain: { ok, sealed },
  });
  const isSeen = options.json !== true && cli.terminal.isInteractive && hasDisplay(process.platform, cli.env);
  if ((options.open ?? (isSeen ? 'yes' : 'no')) === 'yes') openInBrowser(resolve(path), process.platform);
  return EXIT.ok;
}

/** The guide is part of the package; without it the report names only the headings. */
function readGuide(): string | undefined {
  try {
    return readFileSync(join(ROOT, 'docs/troubleshooting.md'), 'utf8');
  } catch {
    return undefined;
  }
}

/** Earlier reports are kept unless --force, because each may be evidence. */
function usualPath(name: string, { force = false }: NewFileOptions): string {
  for (let number = 1; ; number += 1) {
    const path = number === 1 ? `${name}.html` : `${name}-${number}.html`;
    if (force || !existsSync(path)) return path;
  }
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Without a display, as over ssh, the opener could start a browser in the terminal. */
export const hasDisplay = (platform: NodeJS.Platform, env: Environment): boolean =>
  platform === 'darwin' || platform === 'win32' || Boolean(env.DISPLAY || env.WAYLAND_DISPLAY);

/** Does not wait; a machine without an opener is no error. */
export function openInBrowser(path: string, platform: NodeJS.Platform): void {
  const [command, ...args] = OPENERS[platform] ?? ['xdg-open'];
  const child = spawn(command, [...args, pathToFileURL(path).href], { stdio: 'ignore', detached: true });
  child.on('error', () => undefined);
  child.unref();
}

const OPENERS: Readonly<Partial<Record<NodeJS.Platform, readonly [string, ...string[]]>>> = {
  darwin: ['open'],
  win32: ['cmd', '/c', 'start', ''],
};
