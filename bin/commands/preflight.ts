/** `flatline preflight`: would a liquidation work now? The liquidator checks everything it will need, and changes nothing. */

import type { Command } from 'commander';
import type { PreflightAnswer, PreflightCheck } from '../../lambda/contract.ts';
import { mustBeKnown } from '../connect/known-bot.ts';
import { answerLines, planLines } from '../liquidation/answer-lines.ts';
import type { Cli, CommandRun } from '../terminal/cli.ts';
import { CliError, EXIT, type ExitCode } from '../terminal/exit.ts';
import { box, inColumns, present } from '../terminal/layout.ts';
import { countText, duration } from '../terminal/numbers.ts';
import { botOption, type ConnectionOptions, connectionOptions, examples, jsonOption } from '../terminal/options.ts';
import type { Screen } from '../terminal/paint.ts';

interface Options extends ConnectionOptions {
  readonly bot: string;
}

export function registerPreflight(program: Command, cli: Cli): void {
  const command = program
    .command('preflight')
    .summary('check whether a liquidation would work now')
    .description(
      'Checks the secret, the exchange, the clock, the key and its permissions, a test order, and the tables. ' +
        'Changes nothing. Exits 0 when ready, also with warnings.',
    )
    .addOption(botOption());
  connectionOptions(command);
  examples(command, [
    ['preflight', 'of the bot "default"'],
    ['preflight --env testnet --bot alpha', 'of another'],
    ['preflight --local', 'try it, on this machine'],
  ]);
  jsonOption(command, [
    'The liquidator’s own: { headline, ready, correlation_id, bot_id,',
    '  checks: [{ name, status: ok|warning|failed|skipped, detail,',
    '  duration_ms, heading? }], plan: [action], duration_seconds,',
    '  started_at, finished_at }',
  ]);
  command.action(cli.action<Options>(preflight));
}

const WITHIN_MS = 40_000;
/** The check that reads the account; without it the plan is unknown. */
const ACCOUNT_CHECK = 'positions and orders';

async function preflight(run: CommandRun<Options>): Promise<ExitCode> {
  const { paint, screen, options } = run;
  const connection = await run.connect();
  mustBeKnown(options.bot, connection);
  const asking = connection.invoke({ action: 'preflight', bot_id: options.bot }, WITHIN_MS);
  const invoked = await run.progress('running the preflight', asking);
  if (invoked.kind !== 'answered') {
    throw new CliError(
      EXIT.no,
      `NOT READY: ${invoked.sentence} Its log has the reason: ${connection.names.liquidator}.`,
    );
  }
  const { answer } = invoked;
  run.answer(answer);
  if (!('ready' in answer)) {
    run.say(answerLines(answer, screen));
    return EXIT.no;
  }
  run.say(paint.bold(`Preflight of ${options.bot} on ${connection.where}`));
  run.say(checkLines(answer.checks, screen));
  run.say('');
  run.say(paint.bold('What a liquidation would do now'));
  const isWhole = answer.checks.some(({ name, status }) => name === ACCOUNT_CHECK && status === 'ok');
  run.say(planLines(answer.plan, screen, isWhole));
  run.say('');
  run.say(box(verdict(answer), screen));
  return answer.ready ? EXIT.ok : EXIT.no;
}

const MARKS = { ok: ['✓', 'good'], warning: ['!', 'warn'], failed: ['✗', 'bad'], skipped: ['-', 'dim'] } as const;

function checkLines(checks: readonly PreflightCheck[], { paint, width }: Screen): readonly string[] {
  const rows = checks.map(({ name, status, detail, heading, duration_ms }) => {
    const [mark, tone] = MARKS[status];
    const cure = heading === undefined ? '' : ` (see "${heading}" in docs/troubleshooting.md)`;
    return [paint[tone](mark), name, duration(duration_ms), `${detail}${cure}`];
  });
  return inColumns(rows, ['left', 'left', 'right', 'left'], { width });
}

function verdict({ headline, checks, duration_seconds }: PreflightAnswer): Parameters<typeof box>[0] {
  const failed = checks.filter(({ status }) => status === 'failed').length;
  const warned = checks.filter(({ status }) => status === 'warning').length;
  const parts = present(
    `${checks.length} checks in ${duration(duration_seconds * 1_000)}`,
    failed > 0 && `${failed} failed`,
    warned > 0 && countText(warned, 'warning'),
  );
  const tone = failed > 0 ? 'bad' : warned > 0 ? 'warn' : 'good';
  return { word: headline, rest: parts.join(', '), tone };
}
