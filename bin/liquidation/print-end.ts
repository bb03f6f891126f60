/** How a liquidation that was set off by hand ended, as far as it was followed: the words, the document, the exit code. */

import { type Answer, NOTHING_SEEN } from '../../lambda/contract.ts';
import type { Run } from '../terminal/cli.ts';
import { EXIT, type ExitCode } from '../terminal/exit.ts';
import { isSeen } from './all-seen.ts';
import { answerLines } from './answer-lines.ts';
import type { Followed } from './follow.ts';

/** `reach` are the options that lead the next command to the same place, as in ` --local`. */
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
        run.say(`  flatline status ${id}${reach} says how it stands,`);
        run.say('  docs/troubleshooting.md what to do.');
      }
      document(outcomeOf(flat, headline), headline, answer ?? null);
      return flat && isSeen(answer) ? EXIT.ok : EXIT.no;
    }
    case 'unknown':
      run.say(paint.bad(`  NOT KNOWN WHETHER IT RAN. ${followed.sentence}`));
      run.say(`  Repeat it with --correlation-id ${id}: one ID acts once. Or look at the exchange.`);
      document('unknown', null, null);
      return EXIT.no;
    case 'unfinished':
      run.say(paint.bad(`  NOT FLAT, AND LONGER AT IT THAN IT SHOULD BE: ${followed.headline}. CHECK BY HAND.`));
      document('unfinished', followed.headline, null);
      return EXIT.no;
    case 'stopped':
      run.say('');
      run.say(paint.warn('  Stopped watching. THE LIQUIDATION GOES ON by itself, until flat or given up.'));
      run.say(`  flatline status ${id}${reach} says how it stands.`);
      document('stopped', null, null);
      return EXIT.interrupted;
  }
}

function outcomeOf(flat: boolean, headline: string): string {
  if (flat) return 'flat';
  if (headline.startsWith(NOTHING_SEEN)) return 'nothing-seen';
  return headline.startsWith('REFUSED') ? 'refused' : 'not-flat';
}
