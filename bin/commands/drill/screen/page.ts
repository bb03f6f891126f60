/**
 * What is printed of a scenario: its heading before it runs; then the verdict, the checks, the account and the audit logs.
 * After several scenarios, a line for each.
 */

import { readEvents } from '../../../../lambda/core/audit/event.ts';
import type { Evidence, IncidentEvidence } from '../../../../simulator/scenarios/evidence.ts';
import { positionsOf, type Scenario } from '../../../../simulator/scenarios/scenario.ts';
import { auditLogLines, chainLines } from '../../../incident/incident-lines.ts';
import { box, hanging, inColumns } from '../../../terminal/layout.ts';
import { countText, duration } from '../../../terminal/numbers.ts';
import type { Screen } from '../../../terminal/paint.ts';
import { type DrillResult, isBroken } from '../check-scenario.ts';
import type { Played } from '../play.ts';
import { beforeAfter, cancelledOrders } from './before-after.ts';

/** `asked` is the requested number of positions, if any. */
export function heading(scenario: Scenario, asked: number | undefined, { paint, width }: Screen): readonly string[] {
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

export function scenarioPage(played: Played, result: DrillResult, screen: Screen): readonly string[] {
  const { paint, width } = screen;
  const { evidence, startedAtMs } = played;
  const { incidents } = evidence;
  return [
    '',
    ...box({ ...verdictWords(played, result), tone: result.verified ? 'good' : 'bad' }, screen),
    ...(evidence.calls.length === 0 ? [] : hanging(' ', pace(evidence), width).map(paint.dim)),
    '',
    ...checkLines(result, screen),
    '',
    paint.bold('Positions and orders'),
    ...beforeAfter(evidence, screen),
    ...incidents.slice(0, MOST_AUDIT_LOGS).flatMap(incident => auditLog(incident, startedAtMs, screen)),
    ...hiddenAuditLogs(incidents.slice(MOST_AUDIT_LOGS), screen),
  ];
}

/** `word` is shown strongest; both come from the state of the exchange and the clock, not from the answer. */
export function verdictWords(
  { evidence }: Played,
  { verified, checks }: DrillResult,
): { readonly word: string; readonly rest: string } {
  const { positions, orders, conditionals } = evidence.after;
  const happened = whatHappened(evidence);
  const failed = checks.filter(isBroken).length;
  if (!verified) return { word: 'NOT VERIFIED', rest: `${failed} of ${checks.length} checks failed; ${happened}` };
  return {
    word: positions.length + orders.length + conditionals.length === 0 ? 'FLAT' : 'AS PROMISED',
    rest: happened,
  };
}

function whatHappened(evidence: Evidence): string {
  const { before, after, calls } = evidence;
  const left = after.positions.length;
  const tookMs = Math.max(...calls.map(call => call.endedAtMs)) - Math.min(...calls.map(call => call.startedAtMs));
  return [
    `${countText(before.positions.length - left, 'position')} closed`,
    ...(left > 0 ? [`${left} left open`] : []),
    `${countText(cancelledOrders(evidence), 'order')} cancelled${calls.length === 0 ? '' : ` in ${duration(tookMs)}`}`,
  ].join(', ');
}

const MOST_CALLS = 3;

/** How the time was spent. */
function pace({ calls, journal }: Evidence): string {
  const parts = calls
    .filter(({ answer }) => answer !== undefined)
    .slice(0, MOST_CALLS)
    .map(({ call, startedAtMs, endedAtMs, cold }) => {
      const which = calls.length > 1 ? `"${call}" ` : '';
      return `${which}call to answer ${duration(endedAtMs - startedAtMs)}${cold ? ', cold start included' : ''}`;
    });
  const [first] = journal;
  if (first === undefined) return parts.join(' · ');
  const lastMs = Math.max(...journal.map(entry => entry.answeredAtMs ?? entry.receivedAtMs));
  const within = `${journal.length} requests to the exchange within ${duration(lastMs - first.receivedAtMs)}`;
  return [...parts, within].join(' · ');
}

const MOST_COMPLAINTS = 5;

export function checkLines({ checks }: DrillResult, { paint, width }: Screen): readonly string[] {
  return checks.flatMap(({ sentence, holds, complaints, excuse }) => {
    const below = (text: string): readonly string[] => hanging('     ', text, width);
    if (holds) return hanging(`  ${paint.good('✓')}`, sentence, width);
    if (excuse !== undefined)
      return [
        ...hanging(`  ${paint.warn('○')}`, sentence, width),
        ...below(`not evaluated: ${excuse}`).map(paint.warn),
      ];
    const more = complaints.length - MOST_COMPLAINTS;
    const shown = [...complaints.slice(0, MOST_COMPLAINTS), ...(more > 0 ? [`and ${more} more`] : [])];
    return [...hanging('  ✗', sentence, width), ...shown.flatMap(below)].map(paint.bad);
  });
}

const MOST_AUDIT_LOGS = 3;
const FIRST_RECORDS = 18;
const LAST_RECORDS = 6;

/** Of a long audit log the first and the last records are shown. */
function auditLog({ correlationId, auditLog: items, chain }: IncidentEvidence, startMs: number, screen: Screen) {
  const events = readEvents(items, chain);
  const hidden = Math.max(0, events.length - FIRST_RECORDS - LAST_RECORDS);
  const shown = hidden === 0 ? events : [...events.slice(0, FIRST_RECORDS), ...events.slice(-LAST_RECORDS)];
  const { paint } = screen;
  return [
    '',
    `${paint.bold('Audit log')} of ${correlationId}`,
    ...auditLogLines(shown, screen, startMs),
    ...(hidden > 0 ? [paint.dim(`  … ${countText(hidden, 'more record')} between them, not shown`)] : []),
    ...chainLines(chain, screen),
  ];
}

function hiddenAuditLogs(incidents: readonly IncidentEvidence[], { paint }: Screen): readonly string[] {
  if (incidents.length === 0) return [];
  const sealed = incidents.filter(({ chain }) => chain.sealed).length;
  const how = sealed === incidents.length ? 'all hash chains intact' : `${sealed} hash chains intact`;
  return ['', paint.dim(`… and ${countText(incidents.length, 'more audit log')}, ${how}`)];
}

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
  const head = ['', 'scenario', 'checks', 'verdict'].map(paint.dim);
  const table = inColumns([head, ...rows], ['left', 'left', 'right', 'left'], { width });
  return ['', paint.bold('Summary'), ...table, '', `  ${end}`];
}
