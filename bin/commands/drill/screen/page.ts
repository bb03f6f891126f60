/** One scenario's page: its heading before it runs; then the verdict, the checks, the account, and the audit log. */

import type { IncidentEvidence } from '../../../../simulator/scenarios/evidence.ts';
import { positionsOf, type Scenario } from '../../../../simulator/scenarios/scenario.ts';
import { countText } from '../../../terminal/numbers.ts';
import type { Screen } from '../../../terminal/paint.ts';
import { hanging } from '../../../terminal/text-width.ts';
import type { DrillResult } from '../check-scenario.ts';
import type { Played } from '../play.ts';
import { auditLogLines } from './audit-log.ts';
import { beforeAfter } from './before-after.ts';
import { checkLines, pace, resultBox } from './result-box.ts';

/** `asked` is the requested number of positions, if any. */
export function heading(scenario: Scenario, asked: number | undefined, screen: Screen): readonly string[] {
  const { paint, width } = screen;
  const { name, title, promise } = scenario;
  const positions = positionsOf(scenario, asked);
  const other = asked !== undefined && asked !== positions;
  return [
    `${paint.bold(`drill ${name}`)}  ${title}`,
    ...hanging(' ', promise, width).map(paint.dim),
    ...(other ? [paint.warn(`  it runs with ${countText(positions, 'position')}, not with ${asked}`)] : []),
    '',
  ];
}

export function scenarioPage(played: Played, verdict: DrillResult, screen: Screen): readonly string[] {
  const { paint, width } = screen;
  const { evidence, startedAtMs } = played;
  const { incidents } = evidence;
  return [
    '',
    ...resultBox(played, verdict, screen),
    ...(evidence.calls.length === 0 ? [] : hanging(' ', pace(played), width).map(paint.dim)),
    '',
    ...checkLines(verdict, screen),
    '',
    paint.bold('Positions and orders'),
    ...beforeAfter(evidence, screen),
    ...incidents
      .slice(0, MOST_AUDIT_LOGS)
      .flatMap(incident => [
        '',
        `${paint.bold('Audit log')} of ${incident.correlationId}`,
        ...auditLogLines(incident, startedAtMs, screen),
      ]),
    ...hiddenAuditLogs(incidents.slice(MOST_AUDIT_LOGS), screen),
  ];
}

const MOST_AUDIT_LOGS = 3;

function hiddenAuditLogs(incidents: readonly IncidentEvidence[], { paint }: Screen): readonly string[] {
  if (incidents.length === 0) return [];
  const sealed = incidents.filter(({ chain }) => chain.sealed).length;
  const how = sealed === incidents.length ? 'all hash chains intact' : `${sealed} hash chains intact`;
  return ['', paint.dim(`… and ${countText(incidents.length, 'more audit log')}, ${how}`)];
}
