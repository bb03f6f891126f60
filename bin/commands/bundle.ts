/**
 * `flatline bundle`: everything that a support request needs, in one archive, without secrets. It only reads. What
 * cannot be read is listed and does not stop the rest.
 */

import { gzipSync } from 'node:zlib';
import type { Command } from 'commander';
import { isoMicros } from '../../lambda/core/invocation/identity.ts';
import type { Cli } from '../terminal/cli.ts';
import { EXIT } from '../terminal/exit.ts';
import { type NewFileOptions, namedFile, newFileOptions, writeNewFile } from '../terminal/files.ts';
import { hanging, wrap } from '../terminal/layout.ts';
import { countText } from '../terminal/numbers.ts';
import {
  type ConnectionOptions,
  connectionOptions,
  examples,
  jsonOption,
  readCorrelationId,
} from '../terminal/options.ts';
import { tarOf } from './bundle/tar.ts';

type Options = ConnectionOptions & NewFileOptions;

export function registerBundle(program: Command, cli: Cli): void {
  const command = program
    .command('bundle')
    .summary('collect a diagnostic archive, without secrets')
    .description(
      'Writes one .tar.gz with the deployed configuration, the bots, the last liquidations, the audit log and verification ' +
        'of one of them (or of all unfinished ones and the last 10), and the functions’ logs of that time. Secrets are ' +
        'never read; text that looks like a secret is redacted. Check it before you share it: it contains your trades.',
    )
    .argument('[id]', 'the correlation ID', readCorrelationId);
  newFileOptions(command, 'flatline-bundle-DATE-TIME.tar.gz, here');
  connectionOptions(command);
  examples(command, [
    ['bundle', 'the unfinished and the last liquidations'],
    ['bundle liq_20261121_053033_2f7d914a --out case.tar.gz', 'of one liquidation'],
  ]);
  jsonOption(command, ['{ where, file, bytes, files: [name], unread: [{ what, why }] }']);
  command.action(
    cli.action<Options>(async run => {
      const { collect } = await import('./bundle/collect.ts');
      const connection = await run.connect();
      const [id] = run.args;
      const nowMs = cli.clock.nowMs();
      const version = cli.version();
      const bundle = await run.progress('collecting', collect(connection, { id, version, nowMs }));
      const stamp = isoMicros(nowMs).slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '-');
      const path = namedFile(run.options) ?? `flatline-bundle-${stamp}.tar.gz`;
      const archive = gzipSync(tarOf(`flatline-bundle-${stamp}`, bundle.files, nowMs));
      writeNewFile(path, archive, run.options);
      const { paint, width } = run.screen;
      run.say(
        `${paint.bold(path)}  ${Math.ceil(archive.length / 1_000)} kB, ${countText(bundle.files.length, 'file')}`,
      );
      run.say(bundle.files.map(({ name }) => `  ${name}`));
      for (const { what, why } of bundle.unread)
        run.say(hanging(`  ${paint.warn('not read')} `, `${what}: ${why}`, width));
      const care = 'It contains no secret, but it contains your trades: check it before you share it.';
      run.say(wrap(care, width).map(paint.dim));
      run.answer({
        where: connection.where,
        file: path,
        bytes: archive.length,
        files: bundle.files.map(({ name }) => name),
        unread: bundle.unread,
      });
      return EXIT.ok;
    }),
  );
}
