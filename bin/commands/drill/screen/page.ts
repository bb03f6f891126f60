/** One scenario's page: its heading before it runs; then the verdict, the checks, the account, and the audit log. */

import type { IncidentEvidence } from '../../../../simulator/scenarios/evidence.ts';
import { positionsOf, type Scenario } from '../../../../simulator/scenarios/scenario.ts';
import { countText } from '../../../terminal/numbers.ts';
import type { Paint } from '../../../terminal/paint.ts';
import { COLUMNS, wrap } from '../../../terminal/text-width.ts';
import type { DrillResult } from '../check-scenario.ts';
import type { Played } from '../play.ts';
import { auditLogLines } from './audit-log.ts';
import { beforeAfter } from './before-after.ts';
import { checkLines, pace, resultBox } from './result-box.ts';

/** `asked` is the requested number of positions, if any. */
export function heading(
  scenario: Scenario,
  asked: number | undefined,
  paint: Paint,
  width = COLUMNS,
): readonly string[] {
  const { name, title, promise } = scenario;
  const positions = positionsOf(scenario, asked);
  const other = asked !== undefined && asked !== positions;
  return [
    `${paint.bold(`drill ${name}`)}  ${title}`,
    ...wrap(promise, width - 2).map(line => paint.dim(`  ${line}`)),
    ...(other ? [paint.warn(`  it runs with ${countText(positions, 'position')}, not with ${asked}`)] : []),
    '',
  ];
}

export function scenarioPage(played: Played, verdict: DrillResult, paint: Paint, width = COLUMNS): readonly string[] {
  const { evidence, startedAtMs } = played;
  const { incidents } = evidence;
  return [
    '',
    ...resultBox(played, verdict, paint, width),
    ...(evidence.calls.length === 0 ? [] : wrap(pace(played), width - 2).map(line => paint.dim(`  ${line}`))),
    '',
    ...checkLines(verdict, paint, width),
    '',
    paint.bold('Positions and orders'),
    ...beforeAfter(evidence, paint, width),
    ...incidents
      .slice(0, MOST_AUDIT_LOGS)
      .flatMap(incident => [
        '',
        `${paint.bold('Audit log')} of ${incident.correlationId}`,
        ...auditLogLines(incident, startedAtMs, paint, width),
      ]),
    ...hiddenAuditLogs(incidents.slice(MOST_AUDIT_LOGS), paint),
  ];
}

const MOST_AUDIT_LOGS = 3;

function hiddenAuditLogs(incidents: readonly IncidentEvidence[], paint: Paint): readonly string[] {
  if (incidents.length === 0) return [];
  const sealed = incidents.filter(({ chain }) => chain.sealed).length;
  const how = sealed === incidents.length ? 'all hash chains intact' : `${sealed} hash chains intact`;
  return ['', paint.dim(`… and ${countText(incidents.length, 'more audit log')}, ${how}`)];
}
