/** The page of one bot: its state and why, its last liquidations, and all its buttons. */

import type { BotStanding } from '../../core/heartbeat/bot-standing.ts';
import type { LiquidationRecord, PreflightNote } from '../../ports.ts';
import { html, type Markup } from '../markup.ts';
import { ago, changeInWords, instant, planInWords, span } from '../words.ts';
import { liquidateButton, lookButtons, overviewButton, watchButtons } from './buttons.ts';
import type { PanelFinding } from './findings.ts';
import type { Known } from './overview.ts';
import { banner, type Frame, page } from './page.ts';
import { runTable } from './run-table.ts';
import { CONDITION_WORDS, lastBeat, lastPreflight, whatNext } from './state-words.ts';

export interface BotView {
  readonly botId: string;
  readonly isConfigured: boolean;
  readonly standing: Known<BotStanding>;
  /** Its last liquidations, newest first. */
  readonly recent: Known<readonly LiquidationRecord[]>;
  /** Its last preflight; undefined: none on record. */
  readonly preflight: Known<PreflightNote | undefined>;
}

export function botPage(frame: Frame, view: BotView, notice?: PanelFinding): string {
  const { botId, isConfigured, standing, recent, preflight } = view;
  const { nowMs } = frame;
  const watch = standing.kind === 'read' ? watchButtons(frame, standing.value) : [];
  const notConfigured = isConfigured
    ? undefined
    : html`<p class="fl-warning">This bot is not in the configuration of this stack, so the liquidator does not know its account. A dry run reports the same.</p>`;
  return page(
    frame,
    notice && banner(notice, 'small'),
    html`<div class="fl-bar">${overviewButton(frame)}<span>As of <b>${instant(nowMs, nowMs)}</b> UTC</span></div>`,
    html`<h2>Bot ${botId}</h2>${notConfigured}`,
    standing.kind === 'read'
      ? factsOf(standing.value, nowMs)
      : html`<p class="fl-bad">Its row could not be read: ${standing.why}</p>`,
    html`<p>Last preflight: ${preflight.kind === 'read' ? lastPreflight(preflight.value, nowMs) : html`<span class="fl-muted">it could not be read: ${preflight.why}</span>`}</p>`,
    html`<h2>What to do</h2><div class="fl-buttons">${lookButtons(frame, botId)}${watch}${liquidateButton(frame, botId)}</div>`,
    html`<h2>Its last liquidations</h2>${recent.kind === 'read' ? runTable(frame, recent.value) : html`<p class="fl-muted">They could not be read: ${recent.why}</p>`}`,
  );
}

function factsOf(standing: BotStanding, nowMs: number): Markup {
  const { condition, times, lastChange, snoozePlan, trip, failure, problems, unprovenStarts } = standing;
  const { word, tone } = CONDITION_WORDS[condition];
  const facts: readonly (readonly [string, Markup | string | undefined])[] = [
    ['State', html`<span class="fl-state fl-${tone}">${word}</span>`],
    ['Last heartbeat', lastBeat(standing, nowMs)],
    ['Deadline', whatNext(standing, nowMs)],
    [
      'Times',
      `heartbeat every ${span(times.heartbeatMs)}, late after ${span(times.lateAfterMs)}, dead after ${span(times.deadAfterMs)}`,
    ],
    ['Reported failure', failure?.reason],
    [
      'Starts',
      unprovenStarts > 0 ? `${unprovenStarts} without completing a cycle: they do not count as heartbeats` : undefined,
    ],
    ['Tripped', trip && tripWords(trip, nowMs)],
    ['Planned', snoozePlan && planInWords(snoozePlan, span)],
    [
      'Last change',
      lastChange &&
        `${changeInWords(lastChange.kind, snoozePlan)} ${ago(lastChange.atMs, nowMs)} by ${lastChange.by}${lastChange.reason === undefined ? '' : `: ${lastChange.reason}`}`,
    ],
  ];
  return html`<table class="fl-facts"><tbody>${facts.filter(([, fact]) => fact !== undefined).map(([name, fact]) => html`<tr><td class="fl-muted fl-keep">${name}</td><td class="fl-free">${fact}</td></tr>`)}</tbody></table>${problems.map(problem => html`<p class="fl-warning">${problem}</p>`)}`;
}

function tripWords({ atMs, correlationId, refusedBeatAtMs }: NonNullable<BotStanding['trip']>, nowMs: number): string {
  const when = atMs === undefined ? 'at a time unknown' : ago(atMs, nowMs);
  const id = correlationId === undefined ? '' : `, ${correlationId}`;
  const lives =
    refusedBeatAtMs === undefined
      ? ''
      : `; it still sends heartbeats (the last ${ago(refusedBeatAtMs, nowMs)}), which are refused`;
  return `${when}${id}${lives}`;
}
