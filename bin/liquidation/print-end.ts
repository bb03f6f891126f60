/** The result of a liquidation by hand, as far as it was followed: the lines, the JSON document, the exit code. */

import { type Answer, NOTHING_SEEN } from '../../lambda/contract.ts';
import type { Run } from '../terminal/cli.ts';
import { EXIT, type ExitCode } from '../terminal/exit.ts';
import { wrap } from '../terminal/text-width.ts';
import { isSeen } from './all-seen.ts';
import { answerLines } from './answer-lines.ts';
import type { Followed } from './follow.ts';

/** `reach` are the options for the next command to reach the same deployment, as in ` --local`. */
export function printEnd(
  run: Run<object>,
  { correlationId: id, reach }: { readonly correlationId: string; readonly reach: string },
  followed: Followed,
): ExitCode {
  const { paint } = run;
  const { width } = run.cli.terminal;
  const document = (outcome: string, headline: string | null, answer: Answer | null): void =>
    run.answer({ outcome, headline, correlation_id: id, answer });
  switch (followed.kind) {
    case 'over': {
      const { answer, headline, flat } = followed;
      run.say('');
      if (answer === undefined) run.say(`  ${paint[flat ? 'good' : 'bad'](headline)}`);
      else for (const line of answerLines(answer, { paint, width }, headline)) run.say(line);
      if (!flat && !headline.startsWith('REFUSED')) {
        run.say(`  State: flatline status ${id}${reach}`);
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
      for (const line of wrap(STOPPED, width - 2)) run.say(paint.warn(`  ${line}`));
      run.say(`  State: flatline status ${id}${reach}`);
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
