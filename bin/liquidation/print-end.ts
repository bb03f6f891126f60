/** The result of a liquidation by hand, as far as it was followed: the lines, the JSON document, the exit code. */

import { type Answer, NOTHING_SEEN } from '../../lambda/contract.ts';
import type { CommandRun } from '../terminal/cli.ts';
import { EXIT, type ExitCode } from '../terminal/exit.ts';
import { hanging } from '../terminal/layout.ts';
import { answerLines } from './answer-lines.ts';
import type { Followed } from './follow.ts';

/** `connection`: the options for a further command, as in ` --local`. */
export function printEnd(
  run: CommandRun<object>,
  { correlationId: id, connection }: { readonly correlationId: string; readonly connection: string },
  followed: Followed,
): ExitCode {
  const { paint, width } = run.screen;
  const document = (outcome: string, headline: string | null, answer: Answer | null): void =>
    run.answer({ outcome, headline, correlation_id: id, answer });
  switch (followed.kind) {
    case 'over': {
      const { answer, headline, flat } = followed;
      run.say('');
      if (answer === undefined) run.say(`  ${paint[flat ? 'good' : 'bad'](headline)}`);
      else run.say(answerLines(answer, run.screen, headline));
      if (!flat && !headline.startsWith('REFUSED')) {
        run.say(`  State: flatline status ${id}${connection}`);
        run.say('  What to do: docs/troubleshooting.md');
      }
      document(outcomeOf(flat, headline), headline, answer ?? null);
      return flat && isSeen(answer) ? EXIT.ok : EXIT.no;
    }
    case 'unknown':
      run.say(paint.bad(`  RESULT UNKNOWN. ${followed.sentence}`));
      run.say(`  Repeat it with --correlation-id ${id}: one ID acts once. Or check the account at the exchange.`);
      document('unknown', null, null);
      return EXIT.no;
    case 'unfinished':
      run.say(paint.bad(`  NOT FLAT: still running past its deadline: ${followed.headline}. CHECK BY HAND.`));
      document('unfinished', followed.headline, null);
      return EXIT.no;
    case 'stopped':
      run.say('');
      run.say(hanging(' ', STOPPED, width).map(paint.warn));
      run.say(`  State: flatline status ${id}${connection}`);
      document('stopped', null, null);
      return EXIT.interrupted;
  }
}

const STOPPED = 'Stopped following. THE LIQUIDATION CONTINUES until the account is flat or retries end.';

function outcomeOf(flat: boolean, headline: string): string {
  if (flat) return 'flat';
  if (headline.startsWith(NOTHING_SEEN)) return 'nothing-seen';
  return headline.startsWith('REFUSED') ? 'refused' : 'not-flat';
}

/** False when the liquidator could not see a symbol that was named: nothing of it was closed. */
export const isSeen = (answer: Answer | undefined): boolean =>
  answer === undefined || !answer.warnings.some(({ code }) => code === 'SYMBOL_NOT_SEEN');
