/** After several scenarios: one line for each. */

import { inColumns } from '../../../terminal/columns.ts';
import type { Screen } from '../../../terminal/paint.ts';
import type { DrillResult } from '../check-scenario.ts';
import type { Played } from '../play.ts';
import { verdictWords } from './result-box.ts';

export interface Finished {
  readonly played: Played;
  readonly verdict: DrillResult;
}

export function summary(finished: readonly Finished[], { paint, width }: Screen): readonly string[] {
  const rows = finished.map(({ played, verdict }) => {
    const { word, rest } = verdictWords(played, verdict);
    const held = verdict.checks.filter(({ holds }) => holds).length;
    return [
      verdict.verified ? paint.good('✓') : paint.bad('✗'),
      played.scenario.name,
      `${held}/${verdict.checks.length}`,
      `${word}: ${rest}`,
    ];
  });
  const failed = finished.filter(({ verdict }) => !verdict.verified).length;
  const end =
    failed === 0
      ? paint.good(`All ${finished.length} scenarios verified at the exchange.`)
      : paint.bad(`${failed} of ${finished.length} scenarios not verified.`);
  const heading = ['', 'scenario', 'checks', 'verdict'].map(paint.dim);
  return [
    '',
    paint.bold('Summary'),
    ...inColumns([heading, ...rows], ['left', 'left', 'right', 'left'], { width }),
    '',
    `  ${end}`,
  ];
}
