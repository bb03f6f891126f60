/** One scenario's page: its heading before it runs, and after it the verdict, the proof, the account, time and trail. */

import type { Scenario } from '../../../../simulator/scenarios/scenario.ts';
import type { DrillVerdict } from '../judge.ts';
import type { Played } from '../play.ts';
import { beforeAfter } from './before-after.ts';
import type { Paint } from './paint.ts';
import { COLUMNS, wrap } from './text-width.ts';
import { timeline } from './timeline.ts';
import { trailLines } from './trail.ts';
import { checkLines, pace, verdictBox } from './verdict.ts';

export function heading({ name, title, promise }: Scenario, paint: Paint): readonly string[] {
  return [
    `${paint.bold(`drill ${name}`)}  ${title}`,
    ...wrap(promise, COLUMNS - 2).map(line => paint.dim(`  ${line}`)),
    '',
  ];
}

export function page(played: Played, verdict: DrillVerdict, paint: Paint): readonly string[] {
  const { evidence, startedAtMs } = played;
  const { incidents } = evidence;
  return [
    '',
    ...verdictBox(played, verdict, paint),
    ...wrap(pace(played), COLUMNS - 2).map(line => paint.dim(`  ${line}`)),
    '',
    ...checkLines(verdict, paint),
    '',
    paint.bold('Positions and orders'),
    ...beforeAfter(evidence, paint),
    '',
    paint.bold('Requests'),
    ...timeline(evidence, paint),
    ...incidents.flatMap(incident => [
      '',
      `${paint.bold('Audit trail')} of ${incident.correlationId}`,
      ...trailLines(incident, startedAtMs, paint),
    ]),
  ];
}
