/** The first page: the verdict, the state of each bot, the last liquidations, and buttons. */

import type { BotStanding } from '../../core/heartbeat/bot-standing.ts';
import { canaryLine } from '../check-words.ts';
import { html, type Markup } from '../markup.ts';
import { ago, count, instant } from '../words.ts';
import { liquidateButton, lookButtons, manageButton, overviewButton } from './buttons.ts';
import { findingsOf, type PanelFinding } from './findings.ts';
import { type Overview, valueIn } from './overview.ts';
import { banner, type Frame, isNarrow, isPhone, page } from './page.ts';
import { runTable } from './run-table.ts';
import { CONDITION_WORDS, inOneLine, lastBeat, preflightMark, preflightsInBrief, whatNext } from './state-words.ts';

/** With more bots than this, in one column, the liquidations come before the bots: below them they would not be found. */
const MANY_BOTS = 12;
/** With more bots than this the page would be too long: `flatline bots` lists them all. */
const MOST_BOTS = 300;

/** `notice`: what the pressed button did, or why it did nothing. */
export function overviewPage(frame: Frame, overview: Overview, notice?: PanelFinding): string {
  const [worst, ...others] = findingsOf(overview);
  const top = html`${notice && banner(notice, 'small')}${banner(worst)}${others.map(one => banner(one, 'small'))}${bar(frame, overview)}`;
  const bots = botsOf(frame, overview);
  const isWide = !isNarrow(frame);
  const runs = runsOf(isWide ? besideTheBots(frame) : frame, overview);
  if (isWide) {
    return page(frame, top, html`<div class="fl-columns"><div>${bots}</div><div>${runs}</div></div>`);
  }
  const many = valueIn(overview.bots, []).length > MANY_BOTS;
  return many ? page(frame, top, runs, bots) : page(frame, top, bots, runs);
}

/** A third of the width: rows are a list, as on a phone. */
const besideTheBots = ({ view, ...frame }: Frame): Frame => ({
  ...frame,
  view: { ...view, widthPx: view.widthPx / 3 },
});

/** When the page is out of date. The local dashboard uses it; CloudWatch's uses the interval that its viewer has chosen. */
const BUSY_MS = 2_000;
const QUIET_MS = 10_000;

/** Something changes without an operator, now or soon. */
function isBusy({ unfinished, bots }: Overview): boolean {
  return valueIn(unfinished, []).length > 0 || valueIn(bots, []).some(({ condition }) => MOVING.includes(condition));
}

const MOVING: readonly BotStanding['condition'][] = ['late', 'dead', 'waiting'];

function bar(frame: Frame, overview: Overview): Markup {
  const busy = isBusy(overview);
  const stale = busy
    ? html`<span class="fl-warning">The state is changing: press Refresh, or set the dashboard’s auto refresh to 10 s.</span>`
    : undefined;
  const { nowMs, tickedAtMs, protection, canary } = overview;
  const tick =
    tickedAtMs.kind === 'unread'
      ? 'not known'
      : tickedAtMs.value === undefined
        ? 'never'
        : ago(tickedAtMs.value, nowMs);
  const guard = protection.kind === 'unread' ? 'not known' : protection.value;
  return html`<div class="fl-bar" data-refresh-ms="${busy ? BUSY_MS : QUIET_MS}"><span>As of <b>${instant(nowMs, nowMs)}</b> UTC</span><span>Last watchdog run: <b>${tick}</b></span><span>Protection: <b>${guard}</b></span><span>Preflights: <b>${preflightsInBrief(overview)}</b></span>${canary && html`<span>Canary: <b>${canaryLine(canary, atMs => ago(atMs, nowMs)).words}</b></span>`}${frame.version && html`<span>Version: <b>${frame.version}</b></span>`}${overviewButton(frame, 'Refresh')}${stale}</div>`;
}

function botsOf(frame: Frame, overview: Overview): Markup {
  const { bots, configured } = overview;
  if (bots.kind === 'unread') {
    return html`<h2>Bots of the configuration</h2><p class="fl-muted">Their state could not be read.</p><ul class="fl-bots">${configured.map(
      botId =>
        html`<li><b>${botId}</b><div class="fl-buttons">${lookButtons(frame, botId)}${liquidateButton(frame, botId)}</div></li>`,
    )}</ul>`;
  }
  const shown = bots.value.slice(0, MOST_BOTS);
  const left = bots.value.length - shown.length;
  if (isPhone(frame)) {
    return html`<h2>${count(bots.value.length, 'bot')}</h2><ul class="fl-bots">${shown.map(standing => botCard(frame, standing, overview))}</ul>${moreBots(left)}`;
  }
  return html`<h2>${count(bots.value.length, 'bot')}</h2><table><thead><tr><th>Bot</th><th>State</th><th>Last heartbeat</th><th>Deadline</th><th></th></tr></thead><tbody>${shown.map(
    standing => botRow(frame, standing, overview),
  )}</tbody></table>${moreBots(left)}`;
}

const moreBots = (left: number): Markup | undefined =>
  left === 0 ? undefined : html`<p class="fl-muted">And ${count(left, 'more bot')}: flatline bots lists them all.</p>`;

/** On a phone: the buttons are below their bot, all of them visible. */
function botCard(frame: Frame, standing: BotStanding, overview: Overview): Markup {
  const { nowMs } = overview;
  const { botId, condition } = standing;
  const { word, tone } = CONDITION_WORDS[condition];
  return html`<li><b>${botId}</b> ${marksOf(standing, overview)} <span class="fl-state fl-${tone}">${word}</span>, ${inOneLine(standing, nowMs)}<div class="fl-buttons">${manageButton(frame, botId)}${liquidateButton(frame, botId)}</div></li>`;
}

function marksOf({ botId, problems }: BotStanding, overview: Overview): readonly Markup[] {
  const marks = [
    ...(overview.configured.includes(botId) ? [] : ['not in the configuration']),
    ...(problems.length === 0 ? [] : ['its row has problems']),
    ...preflightMark(botId, overview),
  ];
  return marks.map(mark => html` <span class="fl-warning">(${mark})</span>`);
}

function botRow(frame: Frame, standing: BotStanding, overview: Overview): Markup {
  const { nowMs } = overview;
  const { botId, condition } = standing;
  const { word, tone } = CONDITION_WORDS[condition];
  const buttons = [
    ...(isNarrow(frame) ? [] : lookButtons(frame, botId)),
    manageButton(frame, botId),
    liquidateButton(frame, botId),
  ];
  return html`<tr><td class="fl-name">${botId}${marksOf(standing, overview)}</td><td class="fl-state fl-${tone}">${word}</td><td class="fl-keep">${lastBeat(standing, nowMs)}</td><td>${whatNext(standing, nowMs)}</td><td><div class="fl-buttons">${buttons}</div></td></tr>`;
}

function runsOf(frame: Frame, { recent, unfinished, nowMs }: Overview): Markup {
  const open = valueIn(unfinished, []);
  const listed =
    recent.kind === 'unread' ? html`<p class="fl-muted">They could not be read.</p>` : runTable(frame, recent.value);
  return html`${
    open.length === 0
      ? undefined
      : html`<h2>Not finished</h2><ul>${open.map(
          run =>
            html`<li><b>${run.botId}</b>: ${run.state === 'in_progress' ? 'in progress' : 'not flat'}, attempt ${run.attempt}, started ${ago(run.firstStartedAtMs, nowMs)} <code>${run.correlationId}</code></li>`,
        )}</ul>`
  }<h2>Last liquidations</h2>${listed}`;
}
