/**
 * The report as one self-contained HTML document: no script, font or image, nothing from a network, and a content security
 * policy that forbids all of these. Everything shown goes through `html`, which escapes.
 */

import { html, Markup } from '../../../lambda/views/markup.ts';
import type { IncidentRecords } from '../../incident/read-records.ts';
import { withoutSecrets } from '../../incident/redact.ts';
import { instantText } from '../../terminal/numbers.ts';
import { attemptsSection } from './attempts.ts';
import { auditLogSection, chainSection } from './audit-log.ts';
import { cancelsSection } from './cancels.ts';
import { costOf } from './cost.ts';
import { errorsSection } from './errors-section.ts';
import { factsBlock, verdictBlock } from './facts.ts';
import type { GuideSections } from './guide-sections.ts';
import { checksSection, planSection } from './plan.ts';
import { positionsSection } from './positions.ts';
import { listedRequests, requestsSection } from './requests.ts';
import { STYLE } from './style.ts';
import { drawTimeline } from './timeline/timeline.ts';
import { writeUp } from './write-up.ts';

interface ReportOptions {
  readonly records: IncidentRecords;
  readonly guideSections: GuideSections;
  /** The name of the deployment from `Connection.where`. */
  readonly where: string;
  readonly version: string;
  readonly nowMs: number;
}

/** A whole document. Its size is bounded, however long the incident was. */
export function reportPage({ records, guideSections, where, version, nowMs }: ReportOptions): string {
  const { record } = records;
  const incident = withoutSecrets(records.incident);
  const { correlationId, verdict, kind, gaps, botId } = incident;
  const cost = costOf(incident, record?.answer !== undefined);
  const listed = listedRequests(incident);
  const sections: readonly (readonly [string, Markup | undefined])[] = [
    ['Missing information', gapsBlock(gaps)],
    ['Timeline', drawTimeline(incident, index => listed.has(index))],
    ['Attempts', attemptsSection(incident)],
    ['Checks', checksSection(incident)],
    ['Plan', planSection(incident)],
    ['Positions', kind === 'liquidation' ? positionsSection(incident) : undefined],
    ['Orders cancelled', cancelsSection(incident)],
    ['Errors and warnings', errorsSection(incident, guideSections)],
    ['Hash chain', chainSection(incident, record)],
    ['Requests to the exchange', requestsSection(incident, listed)],
    ['Audit log', auditLogSection(incident)],
    ['Incident report', writeUp(incident, cost, where)],
  ];
  return html`${new Markup('<!doctype html>')}
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer"><meta name="color-scheme" content="light dark">
<title>${verdict.headline}: ${correlationId}</title>
${new Markup(`<style>${STYLE}</style>`)}</head>
<body><header><p class="brand">flatline <span>incident report</span></p><h1>${correlationId}</h1><p class="soft">${botId === undefined ? '' : `Bot ${botId}, `}${where}. Written ${instantText(nowMs)} by flatline ${version}.</p></header>
<main>${verdictBlock(incident, cost)}${factsBlock(incident, cost)}
${sections.map(([name, content]) =>
  content === undefined
    ? undefined
    : html`<section><h2>${name}</h2>${content}</section>
`,
)}</main>
<footer><p>Read from the tables of ${where}: the record of ${correlationId} and its audit log. Amounts are as the exchange wrote them; times are UTC. This page contains no key and no secret, but it contains trades: share it with care.</p></footer></body></html>
`.toString();
}

const gapsBlock = (gaps: readonly string[]): Markup | undefined =>
  gaps.length === 0 ? undefined : html`<ul class="gaps">${gaps.map(text => html`<li>${text}</li>`)}</ul>`;
